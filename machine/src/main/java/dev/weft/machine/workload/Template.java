package dev.weft.machine.workload;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.ReplicaSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pod template, reduced to what makes a difference: two templates are the same when their normal
 * forms are equal, and the hash of that form names the replica set that is made of it.
 */
record Template(JsonObject normal) {
    private static final int FNV_START = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    /** Without vowels and look-alikes, so that no name says something by accident. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    /** The normal form: without the hash label that replica sets add, and without empty fields. */
    static Template of(JsonObject template) {
        JsonObject plain =
                template.withoutAt("metadata", "labels", ReplicaSet.HASH)
                        .withoutAt("metadata", "creationTimestamp");
        return new Template(normal(plain).flatMap(Json::object).orElse(JsonObject.empty()));
    }

    /**
     * Ten letters at most, the same for the same template at any time and on any machine.
     *
     * @param collisions how many names made of this template turned out to be taken
     */
    String hash(int collisions) {
        int hash = fnv(FNV_START, normal.toString());
        if (collisions > 0) {
            hash = fnv(hash, "/" + collisions);
        }
        return letters(Integer.toUnsignedString(hash));
    }

    /** Five letters that stand for the given words. */
    static String suffix(String... words) {
        int hash = FNV_START;
        for (String word : words) {
            hash = fnv(fnv(hash, word), "\n");
        }
        var suffix = new StringBuilder(5);
        long rest = Integer.toUnsignedLong(hash ^ (hash >>> 15));
        for (int i = 0; i < 5; i++) {
            suffix.append(LETTERS.charAt((int) (rest % LETTERS.length())));
            rest /= LETTERS.length();
        }
        return suffix.toString();
    }

    private static String letters(String text) {
        var letters = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            letters.append(LETTERS.charAt(text.charAt(i) % LETTERS.length()));
        }
        return letters.toString();
    }

    private static int fnv(int hash, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    private static Optional<Json> normal(Json value) {
        return switch (value) {
            case JsonNull nothing -> Optional.empty();
            case JsonObject object -> {
                var sorted = new TreeMap<String, Json>();
                object.forEach((name, it) -> normal(it).ifPresent(kept -> sorted.put(name, kept)));
                var builder = JsonObject.builder();
                sorted.forEach(builder::put);
                yield Optional.of(builder.build());
            }
            case JsonArray array -> {
                var items = new ArrayList<Json>();
                array.forEach(it -> items.add(normal(it).orElse(JsonNull.NULL)));
                yield Optional.of(JsonArray.of(items));
            }
            default -> Optional.of(value);
        };
    }
}
