package dev.weft.machine.workload;

import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine that the platform runs on, as a node is described.
 *
 * @param name by which pods are bound to it
 * @param processors how many it has
 * @param memoryKib how much memory it has
 * @param diskBytes how large the disk is that holds the data
 */
public record ThisNode(
        String name, int processors, long memoryKib, long diskBytes, Software software) {
    static final String RUNTIME = "weft://";
    private static final int NAME_MOST = 63;
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");
    private static final Pattern SYSTEM = Pattern.compile("(?m)^PRETTY_NAME=\"?([^\"\n]+)\"?$");

    /**
     * What runs on it. Whatever cannot be read is empty.
     *
     * @param version Weft's own
     */
    public record Software(
            String version,
            String kernel,
            String system,
            String architecture,
            String machineId,
            String bootId) {}

    /**
     * Looks at the machine.
     *
     * @param data a folder on the disk that holds the data
     * @param version Weft's own
     */
    public static ThisNode seen(Path data, String version) {
        String host = read(Path.of("/proc/sys/kernel/hostname")).orElse("");
        var software =
                new Software(
                        version,
                        read(Path.of("/proc/sys/kernel/osrelease")).orElse(""),
                        read(Path.of("/etc/os-release")).flatMap(it -> in(it, SYSTEM)).orElse(""),
                        architecture(System.getProperty("os.arch", "")),
                        read(Path.of("/etc/machine-id")).orElse(""),
                        read(Path.of("/proc/sys/kernel/random/boot_id")).orElse(""));
        long memory =
                read(Path.of("/proc/meminfo"))
                        .flatMap(it -> in(it, MEMORY))
                        .map(Long::parseLong)
                        .orElse(0L);
        return new ThisNode(
                nodeName(host),
                Runtime.getRuntime().availableProcessors(),
                memory,
                diskBytes(data),
                software);
    }

    /**
     * This node under the name that it was first known by. Machines change their names, by moving
     * to another network for one; pods that are bound to the old name must not be lost by that.
     */
    public ThisNode asKnownTo(ResourceClient client) {
        return client.list(Types.NODE, Query.all()).items().stream()
                .filter(ThisNode::isWeft)
                .map(Resource::name)
                .findFirst()
                .map(it -> new ThisNode(it, processors, memoryKib, diskBytes, software))
                .orElse(this);
    }

    private static boolean isWeft(Resource node) {
        return node.status()
                .text("nodeInfo", "containerRuntimeVersion")
                .filter(it -> it.startsWith(RUNTIME))
                .isPresent();
    }

    /** A host's name as the API takes it. */
    static String nodeName(String host) {
        String name =
                host.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9.-]", "-")
                        .replaceAll("^[^a-z0-9]+", "");
        String cut = name.length() > NAME_MOST ? name.substring(0, NAME_MOST) : name;
        String ended = cut.replaceAll("[^a-z0-9]+$", "").replaceAll("[.-]*\\.[.-]*", ".");
        return ended.isEmpty() ? "weft" : ended;
    }

    private static String architecture(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> name;
        };
    }

    private static long diskBytes(Path data) {
        try {
            return Files.getFileStore(data).getTotalSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    private static Optional<String> in(String text, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(it -> !it.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
