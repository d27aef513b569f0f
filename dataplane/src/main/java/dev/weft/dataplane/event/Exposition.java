package dev.weft.dataplane.event;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes figures in the text format of Prometheus, version 0.0.4. Pure. */
public final class Exposition {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Edges of the histogram's buckets in microseconds: each is an edge of our own buckets too. */
    private static final List<Long> EDGES =
            List.of(
                    256L,
                    512L,
                    1_024L,
                    2_048L,
                    4_096L,
                    8_192L,
                    16_384L,
                    32_768L,
                    65_536L,
                    131_072L,
                    262_144L,
                    524_288L,
                    1_048_576L,
                    4_194_304L,
                    16_777_216L,
                    67_108_864L);

    private Exposition() {}

    public static String write(Figures figures) {
        var text = new StringBuilder();
        head(text, "weft_requests_total", "counter", "Requests answered, by class of status.");
        for (Reading reading : figures.series()) {
            for (int i = 0; i < 5; i++) {
                if (reading.byClass().get(i) > 0) {
                    line(
                            text,
                            "weft_requests_total",
                            labels(reading.name()) + ",class=\"" + (i + 1) + "xx\"",
                            reading.byClass().get(i));
                }
            }
        }
        counter(text, figures, "weft_requests_unanswered_total", "Requests without whole answer.");
        counter(text, figures, "weft_answers_made_up_total", "Answers that Weft made up.");
        counter(text, figures, "weft_retries_total", "Requests sent once more.");
        retriesRefused(text, figures);
        counter(text, figures, "weft_request_bytes_total", "Bytes of bodies of requests.");
        counter(text, figures, "weft_response_bytes_total", "Bytes of bodies of answers.");
        counter(text, figures, "weft_requests_encrypted_total", "Requests that came over TLS.");
        byEvent(
                text,
                figures,
                "weft_grpc_answers_total",
                "Answers of gRPC's, by how they went.",
                "grpc",
                List.of("ok", "refused", "failed"),
                reading -> reading.carried().grpc());
        byEvent(
                text,
                figures,
                "weft_mirror_copies_dropped_total",
                "Copies for mirrors that were not sent, by cause.",
                "cause",
                List.of("body-too-long", "too-many-at-work", "broken-off"),
                reading -> reading.carried().copiesDropped());
        head(text, "weft_requests_in_flight", "gauge", "Requests at work.");
        for (Reading reading : figures.series()) {
            line(text, "weft_requests_in_flight", labels(reading.name()), reading.inFlight());
        }
        tunnels(text, figures);
        histograms(text, figures);
        head(text, "weft_refusals_total", "counter", "Answers that Weft made up, by cause.");
        new TreeMap<>(figures.refusals())
                .forEach(
                        (cause, count) ->
                                line(
                                        text,
                                        "weft_refusals_total",
                                        "cause=\"" + escape(cause) + "\"",
                                        count));
        head(text, "weft_connections", "gauge", "Connections from callers.");
        text.append("weft_connections ").append(figures.connections()).append('\n');
        head(text, "weft_upstream_connections", "gauge", "Connections to endpoints.");
        text.append("weft_upstream_connections ")
                .append(figures.upstreamConnections())
                .append('\n');
        return text.toString();
    }

    private static void counter(StringBuilder text, Figures figures, String name, String help) {
        head(text, name, "counter", help);
        for (Reading reading : figures.series()) {
            long value =
                    switch (name) {
                        case "weft_requests_unanswered_total" -> reading.unanswered();
                        case "weft_answers_made_up_total" -> reading.madeUp();
                        case "weft_retries_total" -> reading.retries();
                        case "weft_request_bytes_total" -> reading.carried().bytesIn();
                        case "weft_response_bytes_total" -> reading.carried().bytesOut();
                        case "weft_requests_encrypted_total" -> reading.carried().encrypted();
                        default -> throw new IllegalArgumentException(name);
                    };
            line(text, name, labels(reading.name()), value);
        }
    }

    private static void byEvent(
            StringBuilder text,
            Figures figures,
            String name,
            String help,
            String label,
            List<String> events,
            Function<Reading, List<Long>> counts) {
        head(text, name, "counter", help);
        for (Reading reading : figures.series()) {
            for (int i = 0; i < events.size(); i++) {
                long count = counts.apply(reading).get(i);
                if (count > 0) {
                    String labels =
                            labels(reading.name()) + "," + label + "=\"" + events.get(i) + "\"";
                    line(text, name, labels, count);
                }
            }
        }
    }

    /** Of those alone that have had any: most series never do. */
    private static void tunnels(StringBuilder text, Figures figures) {
        List<Reading> some =
                figures.series().stream().filter(it -> it.carried().tunnels() > 0).toList();
        head(text, "weft_tunnels_total", "counter", "WebSockets, CONNECTs and TCP connections.");
        for (Reading reading : some) {
            line(text, "weft_tunnels_total", labels(reading.name()), reading.carried().tunnels());
        }
        head(text, "weft_tunnels_in_flight", "gauge", "Those that stand.");
        for (Reading reading : some) {
            String name = "weft_tunnels_in_flight";
            line(text, name, labels(reading.name()), reading.carried().tunnelsOpen());
        }
    }

    private static void retriesRefused(StringBuilder text, Figures figures) {
        String name = "weft_retries_refused_total";
        head(text, name, "counter", "Requests that failed and were not sent again, by cause.");
        for (Reading reading : figures.series()) {
            for (RetryRefusal why : RetryRefusal.values()) {
                long count = reading.retriesRefused().get(why.ordinal());
                if (count > 0) {
                    String labels = labels(reading.name()) + ",cause=\"" + why.label() + "\"";
                    line(text, name, labels, count);
                }
            }
        }
    }

    private static void histograms(StringBuilder text, Figures figures) {
        String name = "weft_request_duration_seconds";
        head(text, name, "histogram", "From a request's head to the end of its answer.");
        for (Reading reading : figures.series()) {
            String labels = labels(reading.name());
            Latencies latencies = reading.latencies();
            for (long edge : EDGES) {
                line(
                        text,
                        name + "_bucket",
                        labels + ",le=\"" + seconds(edge) + "\"",
                        latencies.upTo(edge));
            }
            line(text, name + "_bucket", labels + ",le=\"+Inf\"", latencies.count());
            text.append(name).append("_sum{").append(labels).append("} ");
            text.append(seconds(latencies.sumMicros())).append('\n');
            line(text, name + "_count", labels, latencies.count());
        }
    }

    private static String seconds(long micros) {
        return String.format(Locale.ROOT, "%.6f", micros / 1e6);
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private static String labels(SeriesName name) {
        return "service=\""
                + escape(name.service())
                + "\",route=\""
                + escape(name.route())
                + "\",backend=\""
                + escape(name.backend())
                + "\",source=\""
                + escape(name.source())
                + "\"";
    }

    static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
