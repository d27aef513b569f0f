package dev.weft.api.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Image;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The addresses of Services: 127.96.0.0/12, which is loopback on every machine. Any thread. What is
 * given stands in the Services themselves; this is built from them at the start, and never gives an
 * address twice.
 */
final class ClusterAddresses {
    static final String RANGE = "127.96.0.0/12";

    private static final int FIRST = (127 << 24) | (96 << 16);
    private static final int COUNT = 1 << 20;

    /** The uid of the Service that has an address, by the address's place in the range. */
    private final Map<Integer, String> given = new ConcurrentHashMap<>();

    ClusterAddresses(Image image) {
        image.collection("services")
                .walk(
                        (Entry entry) -> {
                            JsonObject tree = entry.resource().tree();
                            OptionalInt at = place(tree.text("spec", "clusterIP").orElse(""));
                            if (at.isPresent()) {
                                given.put(at.getAsInt(), entry.resource().uid());
                            }
                            return true;
                        });
    }

    /** An address that nobody has, the same one for the same name where possible. */
    Optional<String> take(String namespace, String name, String uid) {
        int start = Math.floorMod((namespace + "/" + name).hashCode() * 0x9E3779B1, COUNT);
        for (int i = 0; i < COUNT; i++) {
            int at = (start + i) % COUNT;
            int last = at & 0xff;
            if (last != 0 && last != 255 && given.putIfAbsent(at, uid) == null) {
                return Optional.of(text(at));
            }
        }
        return Optional.empty();
    }

    /** Takes a given address; false where another Service has it. */
    boolean take(int at, String uid) {
        String owner = given.putIfAbsent(at, uid);
        return owner == null || owner.equals(uid);
    }

    /** Gives an address back, where this Service has it. */
    void release(String address, String uid) {
        place(address).ifPresent(at -> given.remove(at, uid));
    }

    /** The place of an address in the range, nothing where it is outside or no address. */
    static OptionalInt place(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return OptionalInt.empty();
        }
        int value = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return OptionalInt.empty();
            }
            value = value << 8 | Integer.parseInt(part);
        }
        int at = value - FIRST;
        return at >= 0 && at < COUNT ? OptionalInt.of(at) : OptionalInt.empty();
    }

    private static String text(int at) {
        int value = FIRST + at;
        return "%d.%d.%d.%d"
                .formatted(value >>> 24, value >>> 16 & 0xff, value >>> 8 & 0xff, value & 0xff);
    }
}
