package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.dataplane.http.Headers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * In which form the client wants its answer.
 *
 * @param encoding how it is written down
 * @param shape what is written down
 * @param version of the shape: v1 or v1beta1 for tables, v2 or v2beta1 for discovery
 */
record Accepted(Encoding encoding, Shape shape, String version) {
    static final Accepted JSON = new Accepted(Encoding.JSON, Shape.PLAIN, "");

    /** How an answer is written down. */
    enum Encoding {
        JSON("application/json"),
        YAML("application/yaml");

        private final String type;

        Encoding(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }
    }

    /** What an answer shows. */
    enum Shape {
        PLAIN,
        TABLE,
        PARTIAL,
        DISCOVERY
    }

    private record Range(String type, Map<String, String> parameters, double quality) {}

    /**
     * The best form that is offered here.
     *
     * @throws ApiException with {@code NotAcceptable} where there is none
     */
    static Accepted of(Headers headers) {
        String accept = String.join(",", headers.all("accept"));
        if (accept.isBlank()) {
            return JSON;
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : accept.split(",")) {
            if (!part.isBlank()) {
                ranges.add(range(part));
            }
        }
        ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
        for (Range range : ranges) {
            Accepted found = offered(range);
            if (found != null) {
                return found;
            }
        }
        throw new ApiException(
                Reason.NOT_ACCEPTABLE,
                "only the following media types are accepted: application/json, application/yaml");
    }

    private static @org.jspecify.annotations.Nullable Accepted offered(Range range) {
        Encoding encoding =
                switch (range.type()) {
                    case "application/json", "*/*", "application/*", "text/*" -> Encoding.JSON;
                    case "application/yaml" -> Encoding.YAML;
                    default -> null;
                };
        if (encoding == null || range.quality() <= 0) {
            return null;
        }
        String as = range.parameters().getOrDefault("as", "");
        String version = range.parameters().getOrDefault("v", "");
        return switch (as) {
            case "" -> new Accepted(encoding, Shape.PLAIN, "");
            case "Table" -> new Accepted(encoding, Shape.TABLE, version);
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                    new Accepted(encoding, Shape.PARTIAL, version);
            case "APIGroupDiscoveryList" ->
                    version.equals("v2") || version.equals("v2beta1")
                            ? new Accepted(encoding, Shape.DISCOVERY, version)
                            : null;
            default -> null;
        };
    }

    private static Range range(String text) {
        String[] parts = text.split(";");
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int at = parts[i].indexOf('=');
            if (at > 0) {
                parameters.put(
                        parts[i].substring(0, at).strip(), parts[i].substring(at + 1).strip());
            }
        }
        return new Range(
                parts[0].strip().toLowerCase(Locale.ROOT),
                parameters,
                quality(parameters.getOrDefault("q", "1")));
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
