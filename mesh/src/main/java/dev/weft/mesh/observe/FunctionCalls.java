package dev.weft.mesh.observe;

import dev.weft.api.model.Key;
import dev.weft.dataplane.event.Figures;
import dev.weft.dataplane.event.Latencies;
import dev.weft.dataplane.event.Reading;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Calls of functions, which the data plane counts under routes named after the function. Pure
 * functions of a reading.
 */
public final class FunctionCalls {
    private static final String ROUTE = "Function ";
    private static final List<Long> EDGES_MICROS =
            List.of(
                    1_024L,
                    4_096L,
                    16_384L,
                    65_536L,
                    262_144L,
                    1_048_576L,
                    4_194_304L,
                    16_777_216L,
                    67_108_864L);

    /** Answers are counted by class; each class stands under the code that rules ask for. */
    private static final List<String> CODES = List.of("100", "200", "300", "400", "500");

    private FunctionCalls() {}

    /** How often each function was called. */
    public static Map<Key, Long> counts(Figures figures) {
        var counts = new HashMap<Key, Long>();
        for (Reading reading : figures.series()) {
            function(reading).ifPresent(it -> counts.merge(it, Golden.total(reading), Long::sum));
        }
        return counts;
    }

    /**
     * The figures in Prometheus' text format, under the names that OpenFaaS' dashboards and alert
     * rules ask for.
     */
    public static String exposition(Figures figures) {
        var answers = new TreeMap<String, Long>();
        var latencies = new TreeMap<String, Latencies>();
        for (Reading reading : figures.series()) {
            Optional<Key> function = function(reading);
            if (function.isEmpty()) {
                continue;
            }
            String name =
                    "function_name=\"%s.%s\""
                            .formatted(function.get().name(), function.get().namespace());
            latencies.merge(name, reading.latencies(), Latencies::plus);
            for (int i = 0; i < CODES.size(); i++) {
                long count = reading.byClass().get(i);
                if (count > 0) {
                    answers.merge(name + ",code=\"" + CODES.get(i) + "\"", count, Long::sum);
                }
            }
        }
        var text = new StringBuilder();
        head(text, "gateway_function_invocation_total", "counter", "Calls of functions.");
        answers.forEach(
                (labels, count) -> line(text, "gateway_function_invocation_total", labels, count));
        head(text, "gateway_functions_seconds", "histogram", "Time that calls of functions took.");
        latencies.forEach((labels, it) -> histogram(text, labels, it));
        return text.toString();
    }

    private static void histogram(StringBuilder text, String labels, Latencies latencies) {
        String name = "gateway_functions_seconds";
        for (long edge : EDGES_MICROS) {
            String bucket = labels + ",le=\"" + seconds(edge) + "\"";
            line(text, name + "_bucket", bucket, latencies.upTo(edge));
        }
        line(text, name + "_bucket", labels + ",le=\"+Inf\"", latencies.count());
        text.append("%s_sum{%s} %s\n".formatted(name, labels, seconds(latencies.sumMicros())));
        line(text, name + "_count", labels, latencies.count());
    }

    private static Optional<Key> function(Reading reading) {
        String route = reading.name().route();
        int slash = route.indexOf('/');
        return route.startsWith(ROUTE) && slash > ROUTE.length()
                ? Optional.of(
                        new Key(route.substring(ROUTE.length(), slash), route.substring(slash + 1)))
                : Optional.empty();
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private static String seconds(long micros) {
        return String.format(Locale.ROOT, "%.6f", micros / 1e6);
    }
}
