package dev.weft.dialects.openfaas;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a function's annotations say that it is asked whether it lives and is ready. */
final class Probes {
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,6})s?");

    private Probes() {}

    static Optional<JsonObject> liveness(Map<String, String> annotations) {
        return http(annotations, Labels.HEALTH);
    }

    /** What the annotations ask for; where they ask for nothing, that the port is open. */
    static JsonObject readiness(Map<String, String> annotations) {
        return http(annotations, Labels.READY)
                .or(() -> http(annotations, Labels.HEALTH))
                .orElseGet(
                        () ->
                                JsonObject.builder()
                                        .put(
                                                "tcpSocket",
                                                JsonObject.of("port", Json.of(Labels.PORT)))
                                        .put("periodSeconds", 1)
                                        .put("failureThreshold", 2)
                                        .build());
    }

    private static Optional<JsonObject> http(Map<String, String> annotations, String prefix) {
        String path = annotations.get(prefix + "path");
        if (path == null) {
            return Optional.empty();
        }
        var probe =
                JsonObject.builder()
                        .put(
                                "httpGet",
                                JsonObject.of("path", Json.of(path)).with("port", Labels.PORT));
        putSeconds(probe, annotations, prefix, "initialDelaySeconds", "initialDelay");
        putSeconds(probe, annotations, prefix, "periodSeconds", "periodSeconds");
        putSeconds(probe, annotations, prefix, "timeoutSeconds", "timeoutSeconds");
        putSeconds(probe, annotations, prefix, "failureThreshold", "failureThreshold");
        if (prefix.equals(Labels.READY)) {
            putSeconds(probe, annotations, prefix, "successThreshold", "successThreshold");
        }
        return Optional.of(probe.build());
    }

    private static void putSeconds(
            JsonObject.Builder probe,
            Map<String, String> annotations,
            String prefix,
            String field,
            String olderName) {
        String text = annotations.getOrDefault(prefix + field, annotations.get(prefix + olderName));
        if (text == null) {
            return;
        }
        Matcher matcher = SECONDS.matcher(text);
        if (!matcher.matches()) {
            throw FaceException.bad(
                    "annotations: %s%s: \"%s\" (expected: whole seconds, as 2 or 2s)"
                            .formatted(prefix, field, text));
        }
        probe.put(field, Long.parseLong(matcher.group(1)));
    }
}
