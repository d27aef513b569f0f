package dev.weft.machine.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Where processes listen, as the kernel tells it. Any thread. */
public final class Listeners {
    private static final String LISTENING = "0A";
    private static final String ANY_V4 = "00000000";
    private static final String ANY_V6 = "0".repeat(32);

    private Listeners() {}

    /**
     * The ports on which one of these processes listens on every address of the machine, where two
     * replicas would collide.
     */
    public static Set<Integer> wildcardPorts(Set<Long> pids) {
        var ports = new TreeSet<Integer>();
        if (pids.isEmpty()) {
            return ports;
        }
        Map<String, Integer> sockets = new HashMap<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            read(Path.of("/proc/net", table), sockets);
        }
        for (long pid : pids) {
            if (sockets.isEmpty()) {
                break;
            }
            add(pid, sockets, ports);
        }
        return ports;
    }

    private static void read(Path table, Map<String, Integer> sockets) {
        try (var lines = Files.lines(table, StandardCharsets.US_ASCII)) {
            lines.skip(1).forEach(line -> wildcard(line, sockets));
        } catch (IOException | java.io.UncheckedIOException e) {
            // a machine without IPv6 has no such table
        }
    }

    /** {@code sl local remote state queues timer retransmits uid timeout inode …} */
    private static void wildcard(String line, Map<String, Integer> sockets) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length < 10 || !fields[3].equals(LISTENING)) {
            return;
        }
        int colon = fields[1].indexOf(':');
        String address = fields[1].substring(0, colon);
        if (address.equals(ANY_V4) || address.equals(ANY_V6)) {
            sockets.put(
                    "socket:[" + fields[9] + "]",
                    Integer.parseInt(fields[1].substring(colon + 1), 16));
        }
    }

    private static void add(long pid, Map<String, Integer> sockets, Set<Integer> ports) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                Integer port = sockets.get(target(file));
                if (port != null) {
                    ports.add(port);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // it has ended meanwhile
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
