package dev.weft.dataplane.event;

import io.netty.channel.Channel;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many connections came and went, by listener and by cluster. Any thread. */
public final class Connections {
    /** More names than this are counted together. */
    private static final int NAMES_MAX = 10_000;

    private static final String OTHERS = "other";

    /** Which of our two ends. */
    public enum Side {
        /** From callers, by listener. */
        CALLERS("weft_connections", "listener"),
        /** To endpoints, by cluster. */
        ENDPOINTS("weft_upstream_connections", "cluster");

        private final String family;
        private final String label;

        Side(String family, String label) {
            this.family = family;
            this.label = label;
        }
    }

    /** Those of one listener or cluster. Any thread. */
    public static final class Counts {
        private final LongAdder[] byEvent = new LongAdder[ConnectionEvent.values().length];

        private Counts() {
            for (int i = 0; i < byEvent.length; i++) {
                byEvent[i] = new LongAdder();
            }
        }

        /** A count that nobody reads. */
        public static Counts unread() {
            return new Counts();
        }

        /** A connection stands, for as long as its channel is open. On its event loop. */
        public void opened(Channel channel, boolean encrypted) {
            on(ConnectionEvent.OPENED);
            if (encrypted) {
                on(ConnectionEvent.ENCRYPTED);
            }
            channel.closeFuture().addListener(closed -> on(ConnectionEvent.CLOSED));
        }

        public void on(ConnectionEvent event) {
            byEvent[event.ordinal()].increment();
        }

        public long read(ConnectionEvent event) {
            return byEvent[event.ordinal()].sum();
        }
    }

    private final Map<Side, Map<String, Counts>> all =
            Map.of(
                    Side.CALLERS, new ConcurrentHashMap<>(),
                    Side.ENDPOINTS, new ConcurrentHashMap<>());

    public Counts of(Side side, String name) {
        Map<String, Counts> counts = all.getOrDefault(side, Map.of());
        Counts known = counts.get(name);
        if (known != null) {
            return known;
        }
        String counted = counts.size() < NAMES_MAX ? name : OTHERS;
        return counts.computeIfAbsent(counted, unused -> new Counts());
    }

    /** In the text format of Prometheus. */
    public String exposition() {
        var text = new StringBuilder();
        for (Side side : Side.values()) {
            var sorted = new TreeMap<>(all.getOrDefault(side, Map.of()));
            for (ConnectionEvent event : ConnectionEvent.values()) {
                String family = side.family + "_" + event.label() + "_total";
                text.append("# HELP ").append(family).append(' ').append(help(side, event));
                text.append("\n# TYPE ").append(family).append(" counter\n");
                sorted.forEach(
                        (name, counts) ->
                                text.append(family)
                                        .append('{')
                                        .append(side.label)
                                        .append("=\"")
                                        .append(Exposition.escape(name))
                                        .append("\"} ")
                                        .append(counts.read(event))
                                        .append('\n'));
            }
        }
        return text.toString();
    }

    private static String help(Side side, ConnectionEvent event) {
        String whose =
                switch (side) {
                    case CALLERS -> "Connections from callers that were ";
                    case ENDPOINTS -> "Connections to endpoints that were ";
                };
        return switch (event) {
            case OPENED, CLOSED -> whose + event.name().toLowerCase(Locale.ROOT) + ".";
            case ENCRYPTED -> whose + "opened with TLS.";
            case FAILED -> whose + "not made.";
        };
    }
}
