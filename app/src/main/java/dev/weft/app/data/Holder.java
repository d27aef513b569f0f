package dev.weft.app.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A running platform, as others see it in the lock of its data folder.
 *
 * @param api the address of each listener as HOST:PORT, empty until it answers
 * @param outbound empty, too, where the platform goes on without an outbound proxy
 */
public record Holder(
        long pid,
        Instant since,
        String version,
        String api,
        String edge,
        String console,
        String outbound) {

    /** One that has begun and does not answer yet. */
    public static Holder beginning(long pid, Instant since, String version) {
        return new Holder(pid, since, version, "", "", "", "");
    }

    /** The same one, once it can be reached. */
    public Holder answering(String api, String edge, String console, String outbound) {
        return new Holder(pid, since, version, api, edge, console, outbound);
    }

    public boolean answers() {
        return !api.isEmpty();
    }

    String write() {
        return "pid = "
                + pid
                + "\nsince = "
                + since
                + "\nversion = "
                + version
                + "\napi = "
                + api
                + "\nedge = "
                + edge
                + "\nconsole = "
                + console
                + "\noutbound = "
                + outbound
                + "\n";
    }

    static Optional<Holder> parse(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines()
                .map(line -> line.split(" = ?", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> values.put(pair[0], pair[1]));
        try {
            return Optional.of(
                    new Holder(
                            Long.parseLong(values.getOrDefault("pid", "")),
                            Instant.parse(values.getOrDefault("since", "")),
                            values.getOrDefault("version", ""),
                            values.getOrDefault("api", ""),
                            values.getOrDefault("edge", ""),
                            values.getOrDefault("console", ""),
                            values.getOrDefault("outbound", "")));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
