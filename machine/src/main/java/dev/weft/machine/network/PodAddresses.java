package dev.weft.machine.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Gives pods loopback addresses, from 127.1.0.1 to 127.95.255.254. Any thread.
 *
 * <p>Which pod has which stands with the pod's own record and is told at the start; this keeps in
 * mind whose is whose, and in a file how far it came, so that an address is given again as late as
 * can be: who still holds a connection to the old pod must not reach the new one. Another Weft on
 * the same machine begins elsewhere in the range.
 */
public final class PodAddresses {
    private static final int FIRST_BLOCK = 1;
    private static final int BLOCKS = 95;
    private static final int THIRD = 256;
    private static final int HOSTS = 254;
    private static final int SIZE = BLOCKS * THIRD * HOSTS;

    /** So many are given before the file is written again; a crash skips what was left of them. */
    private static final int STRIDE = 64;

    private final Path file;
    private final Map<String, String> podByAddress = new HashMap<>();
    private int next;
    private int reserved;

    private PodAddresses(Path file, int next) {
        this.file = file;
        this.next = next;
        this.reserved = next;
    }

    /**
     * @param directory in which to keep how far it came
     */
    public static PodAddresses open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("next-address");
        return new PodAddresses(file, read(file).orElseGet(() -> startFor(directory)));
    }

    /** Says whose an address is, as an earlier platform gave it. */
    public synchronized void restore(String pod, String address) {
        podByAddress.put(address, pod);
    }

    /** An address that no pod has. */
    public synchronized String give(String pod) throws IOException {
        for (int tried = 0; tried < SIZE; tried++) {
            if (next == reserved) {
                reserved = (next + STRIDE) % SIZE;
                write(reserved);
            }
            String address = address(next);
            next = (next + 1) % SIZE;
            if (podByAddress.putIfAbsent(address, pod) == null) {
                return address;
            }
        }
        throw new IOException("all " + SIZE + " addresses for pods are in use");
    }

    public synchronized void release(String address) {
        podByAddress.remove(address);
    }

    static String address(int index) {
        int block = index / (THIRD * HOSTS);
        int rest = index % (THIRD * HOSTS);
        return "127." + (FIRST_BLOCK + block) + "." + rest / HOSTS + "." + (1 + rest % HOSTS);
    }

    private static Optional<Integer> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        return text.matches("[0-9]{1,9}")
                ? Optional.of(Integer.parseInt(text) % SIZE)
                : Optional.empty();
    }

    private static int startFor(Path directory) {
        var crc = new CRC32();
        crc.update(directory.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % SIZE);
    }

    private void write(int value) throws IOException {
        Path draft = file.resolveSibling("next-address.draft");
        Files.writeString(draft, Integer.toString(value));
        Files.move(
                draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
