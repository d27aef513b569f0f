package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;
import java.util.Map;

/** Events are served in two groups, which call the same things by different names. */
final class EventForms {
    private static final Map<String, String> TO_CORE =
            Map.of(
                    "regarding", "involvedObject",
                    "note", "message",
                    "reportingController", "reportingComponent",
                    "deprecatedSource", "source",
                    "deprecatedFirstTimestamp", "firstTimestamp",
                    "deprecatedLastTimestamp", "lastTimestamp",
                    "deprecatedCount", "count");

    private EventForms() {}

    static JsonObject convert(JsonObject event, boolean toCore) {
        var converted = JsonObject.builder();
        event.forEach((name, value) -> converted.put(renamed(name, toCore), value));
        return converted.build();
    }

    private static String renamed(String name, boolean toCore) {
        if (toCore) {
            return TO_CORE.getOrDefault(name, name);
        }
        for (Map.Entry<String, String> pair : TO_CORE.entrySet()) {
            if (pair.getValue().equals(name)) {
                return pair.getKey();
            }
        }
        return name;
    }
}
