package dev.weft.api.schema;

import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Selector objects, as they stand in a Deployment: matchLabels and matchExpressions. */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** Whether labels meet all of a selector's demands. An empty selector demands nothing. */
    public static boolean matches(JsonObject selector, Map<String, String> labels) {
        for (Map.Entry<String, String> wanted : selector.texts("matchLabels").entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonObject demand : selector.array("matchExpressions").objects()) {
            if (!meets(demand, labels)) {
                return false;
            }
        }
        return true;
    }

    /** The selector as people write it: {@code app=x,tier in (a,b)}. */
    public static String text(JsonObject selector) {
        var text = new StringBuilder();
        selector.texts("matchLabels").forEach((key, value) -> append(text, key + "=" + value));
        for (JsonObject demand : selector.array("matchExpressions").objects()) {
            String key = demand.text("key").orElse("");
            String values = String.join(",", demand.array("values").texts());
            switch (demand.text("operator").orElse("")) {
                case "In" -> append(text, key + " in (" + values + ")");
                case "NotIn" -> append(text, key + " notin (" + values + ")");
                case "Exists" -> append(text, key);
                case "DoesNotExist" -> append(text, "!" + key);
                default -> {}
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String part) {
        text.append(text.isEmpty() ? "" : ",").append(part);
    }

    private static boolean meets(JsonObject demand, Map<String, String> labels) {
        @Nullable String value = labels.get(demand.text("key").orElse(""));
        List<String> values = demand.array("values").texts();
        return switch (demand.text("operator").orElse("")) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
