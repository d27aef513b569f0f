package dev.weft.api.table;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What an event tells. It is read in both its groups' shapes. */
final class EventCells {
    private EventCells() {}

    static Json cell(String column, JsonObject event, Instant now) {
        return switch (column) {
            case "Last Seen" -> Json.of(Ages.since(lastSeen(event), now));
            case "First Seen" -> Json.of(Ages.since(firstSeen(event), now));
            case "Object" -> Json.of(object(about(event)));
            case "Subobject" -> Json.of(about(event).text("fieldPath").orElse(""));
            case "Source" -> Json.of(source(event));
            case "Message" ->
                    Json.of(event.text("message").or(() -> event.text("note")).orElse("").strip());
            case "Count" ->
                    Json.of(
                            event.whole("series", "count")
                                    .or(() -> event.whole("count"))
                                    .or(() -> event.whole("deprecatedCount"))
                                    .orElse(1L));
            default -> JsonNull.NULL;
        };
    }

    private static JsonObject about(JsonObject event) {
        JsonObject involved = event.object("involvedObject");
        return involved.isEmpty() ? event.object("regarding") : involved;
    }

    private static String object(JsonObject about) {
        String kind = about.text("kind").orElse("").toLowerCase(Locale.ROOT);
        String name = about.text("name").orElse("");
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(JsonObject event) {
        JsonObject source =
                event.has("source") ? event.object("source") : event.object("deprecatedSource");
        String component =
                source.text("component")
                        .or(() -> event.text("reportingComponent"))
                        .or(() -> event.text("reportingController"))
                        .orElse("");
        String host = source.text("host").or(() -> event.text("reportingInstance")).orElse("");
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static Optional<String> lastSeen(JsonObject event) {
        return event.text("series", "lastObservedTime")
                .or(() -> event.text("lastTimestamp"))
                .or(() -> event.text("deprecatedLastTimestamp"))
                .or(() -> firstSeen(event));
    }

    private static Optional<String> firstSeen(JsonObject event) {
        return event.text("firstTimestamp")
                .or(() -> event.text("deprecatedFirstTimestamp"))
                .or(() -> event.text("eventTime"));
    }
}
