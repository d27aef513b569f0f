package dev.weft.app.config;

import dev.weft.foundation.text.NearMiss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code weft up} is told. A flag counts more than the line of the same name in the
 * configuration file, and that more than the default. A name that is not known stops the start.
 *
 * @param data where everything durable is kept
 * @param api where the Kubernetes-shaped API listens
 * @param edge where calls from outside come in
 * @param outbound the outbound proxy for processes of this machine
 * @param console where the console, the metrics and health answer
 * @param stopPatience how long stopping may take before it is cut short
 * @param log the level from which on something is written to the log
 * @param bufferBytesMax what all bytes under way may hold together; 0: half of what the process may
 *     have outside of its heap
 * @param tracePercent how many of a hundred requests are traced, of those nobody has decided about
 */
public record Settings(
        Path data,
        InetSocketAddress api,
        InetSocketAddress edge,
        Outbound outbound,
        InetSocketAddress console,
        Duration stopPatience,
        System.Logger.Level log,
        long bufferBytesMax,
        int tracePercent) {
    /**
     * Where the outbound proxy listens.
     *
     * @param asked whether somebody has said so; else the platform goes on without it where the
     *     address is taken
     */
    public record Outbound(InetSocketAddress address, boolean asked) {}

    public static final String BUFFER_MEMORY = "buffer-memory";

    /** The names, as flags (with two dashes) and in the file. */
    public static final List<String> NAMES =
            List.of(
                    "data",
                    "api",
                    "edge",
                    "outbound",
                    "console",
                    "stop-patience",
                    "log",
                    BUFFER_MEMORY,
                    "trace-percent");

    public static final String FILE_NAME = "weft.conf";

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(k|Ki|M|Mi|G|Gi|)");

    /** Less would stop reading for a few slow callers. */
    private static final long BUFFER_BYTES_MIN = 16L << 20;

    /** Flags as given, over the file, over the defaults. */
    public static Settings read(Map<String, String> flags, @Nullable Path file, Path defaultData) {
        Path data = Path.of(flags.getOrDefault("data", defaultData.toString())).toAbsolutePath();
        Path source = file == null ? data.resolve(FILE_NAME) : file;
        var values = new LinkedHashMap<String, Value>();
        if (file != null || Files.exists(source)) {
            values.putAll(lines(source));
        }
        flags.forEach((name, text) -> values.put(name, new Value(text, "--" + name)));
        values.keySet().forEach(name -> checkKnown(name, values));
        return new Settings(
                Path.of(text(values, "data", data.toString())).toAbsolutePath().normalize(),
                address(values, "api", "127.0.0.1:6443"),
                address(values, "edge", "127.0.0.1:8080"),
                new Outbound(
                        loopback(values, "outbound", "127.0.0.1:4140"),
                        values.containsKey("outbound")),
                address(values, "console", "127.0.0.1:8090"),
                seconds(values, "stop-patience", "30s"),
                level(values),
                values.containsKey(BUFFER_MEMORY) ? bytes(values, BUFFER_MEMORY) : 0,
                percent(values, "trace-percent", "100"));
    }

    /** A value and where it stands, for messages. */
    private record Value(String text, String place) {}

    private static Map<String, Value> lines(Path file) {
        var values = new LinkedHashMap<String, Value>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the configuration " + file, e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            String place = file + " line " + (i + 1);
            int equals = line.indexOf('=');
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (equals < 0) {
                throw new SettingsException(
                        place + " is not a setting", "seen: " + line + " (expected: NAME = VALUE)");
            }
            values.put(
                    line.substring(0, equals).strip(),
                    new Value(line.substring(equals + 1).strip(), place));
        }
        return values;
    }

    private static void checkKnown(String name, Map<String, Value> values) {
        if (!NAMES.contains(name)) {
            Value value = java.util.Objects.requireNonNull(values.get(name));
            throw new SettingsException(
                    "there is no setting " + name,
                    "seen: " + name + " at " + value.place() + NearMiss.question(name, NAMES));
        }
    }

    private static String text(Map<String, Value> values, String name, String otherwise) {
        Value value = values.get(name);
        return value == null ? otherwise : value.text();
    }

    private static SettingsException wrong(
            Map<String, Value> values, String name, String expected) {
        Value value = java.util.Objects.requireNonNull(values.get(name));
        return new SettingsException(
                "the setting " + name + " cannot be understood",
                "seen: " + value.text() + " at " + value.place() + " (expected: " + expected + ")");
    }

    /** HOST:PORT, or a port alone, which is then one of loopback. Names are not looked up. */
    private static InetSocketAddress address(
            Map<String, Value> values, String name, String otherwise) {
        String text = text(values, name, otherwise);
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (host.equals("localhost")) {
                host = "127.0.0.1";
            }
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException e) {
            throw wrong(values, name, "ADDRESS:PORT such as " + otherwise + ", or a port");
        }
    }

    /** Nobody from another machine may use it. */
    private static InetSocketAddress loopback(
            Map<String, Value> values, String name, String otherwise) {
        InetSocketAddress address = address(values, name, otherwise);
        if (!address.getAddress().isLoopbackAddress()) {
            throw wrong(values, name, "an address of loopback such as " + otherwise);
        }
        return address;
    }

    private static Duration seconds(Map<String, Value> values, String name, String otherwise) {
        String text = text(values, name, otherwise);
        try {
            long seconds =
                    Long.parseLong(
                            text.endsWith("s") ? text.substring(0, text.length() - 1) : text);
            if (seconds < 0 || seconds > 3600) {
                throw new NumberFormatException(text);
            }
            return Duration.ofSeconds(seconds);
        } catch (NumberFormatException e) {
            throw wrong(values, name, "seconds from 0s to 3600s");
        }
    }

    /** A size as manifests have it. */
    private static long bytes(Map<String, Value> values, String name) {
        Matcher size = SIZE.matcher(text(values, name, ""));
        long bytes = 0;
        if (size.matches()) {
            long unit =
                    switch (size.group(2)) {
                        case "k" -> 1_000L;
                        case "Ki" -> 1L << 10;
                        case "M" -> 1_000_000L;
                        case "Mi" -> 1L << 20;
                        case "G" -> 1_000_000_000L;
                        case "Gi" -> 1L << 30;
                        default -> 1L;
                    };
            bytes = Long.parseLong(size.group(1)) * unit;
        }
        if (bytes < BUFFER_BYTES_MIN) {
            throw wrong(values, name, "a size such as 256Mi, 16Mi or more");
        }
        return bytes;
    }

    private static int percent(Map<String, Value> values, String name, String otherwise) {
        try {
            int percent = Integer.parseInt(text(values, name, otherwise));
            if (percent < 0 || percent > 100) {
                throw new NumberFormatException(name);
            }
            return percent;
        } catch (NumberFormatException e) {
            throw wrong(values, name, "a whole number from 0 to 100");
        }
    }

    private static System.Logger.Level level(Map<String, Value> values) {
        return switch (text(values, "log", "info")) {
            case "debug" -> System.Logger.Level.DEBUG;
            case "info" -> System.Logger.Level.INFO;
            case "warning" -> System.Logger.Level.WARNING;
            case "error" -> System.Logger.Level.ERROR;
            default -> throw wrong(values, "log", "debug, info, warning or error");
        };
    }
}
