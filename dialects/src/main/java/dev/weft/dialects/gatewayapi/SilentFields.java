package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Fields that are taken and change nothing here: each is told to whoever writes it. Pure. */
final class SilentFields {
    private static final int TRIES_MAX = 15;

    private SilentFields() {}

    static void ofGateway(JsonObject spec, List<String> warnings) {
        for (String field : List.of("labels", "annotations")) {
            if (!spec.object("infrastructure", field).isEmpty()) {
                warnings.add(
                        "spec.infrastructure.%s: kept without effect, since Weft makes no objects for a Gateway"
                                .formatted(field));
            }
        }
        if (spec.text("defaultScope").orElse("None").equals("All")) {
            warnings.add(
                    "spec.defaultScope: kept without effect; routes name their Gateways in"
                            + " parentRefs");
        }
        if (!spec.text("allowedListeners", "namespaces", "from").orElse("None").equals("None")) {
            warnings.add(
                    "spec.allowedListeners: kept without effect, since there are no ListenerSets"
                            + " here");
        }
        int index = 0;
        for (JsonObject listener : spec.array("listeners").objects()) {
            String at = "spec.listeners[" + index++ + "]";
            unknown(listener, at + ".tls.options", warnings, "tls", "options");
        }
    }

    static void ofRoute(JsonObject spec, List<String> warnings) {
        if (spec.text("useDefaultGateways").orElse("None").equals("All")) {
            warnings.add(
                    "spec.useDefaultGateways: kept without effect; name the Gateways in"
                            + " parentRefs");
        }
        int index = 0;
        for (JsonObject rule : spec.array("rules").objects()) {
            String at = "spec.rules[" + index++ + "]";
            long attempts = rule.whole("retry", "attempts").orElse(1L);
            if (attempts > TRIES_MAX) {
                warnings.add(
                        "%s.retry.attempts: %d counts as %d, the most there are"
                                .formatted(at, attempts, TRIES_MAX));
            }
        }
    }

    /** Options of an implementation's own: Weft has none. */
    static void unknown(JsonObject tree, String at, List<String> warnings, String... path) {
        Set<String> names = new TreeSet<>(tree.texts(path).keySet());
        if (!names.isEmpty()) {
            warnings.add("%s: %s: Weft knows no such options".formatted(at, names));
        }
    }
}
