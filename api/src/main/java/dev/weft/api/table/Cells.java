package dev.weft.api.table;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Column;
import dev.weft.api.schema.LabelSelectors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The values in a table's rows: those that stand at a path, and those that are computed here. */
final class Cells {
    static final String NONE = "<none>";

    private Cells() {}

    static Json cell(String kind, Column column, JsonObject object, Instant now) {
        if (!column.path().isEmpty()) {
            return atPath(column, object, now);
        }
        return switch (kind) {
            case "Pod" -> PodCells.cell(column.name(), object, now);
            case "Service" -> Json.of(ServiceCells.cell(column.name(), object));
            case "Event" -> EventCells.cell(column.name(), object, now);
            case "Node" -> Json.of(NodeCells.cell(column.name(), object));
            case "Deployment", "ReplicaSet" -> workload(column.name(), object);
            case "ConfigMap" ->
                    Json.of(object.object("data").size() + object.object("binaryData").size());
            case "Secret" -> Json.of(object.object("data").size());
            case "ServiceAccount" -> Json.of(object.array("secrets").size());
            case "Lease" -> Json.of(object.text("spec", "holderIdentity").orElse(""));
            case "EndpointSlice" -> Json.of(endpoints(column.name(), object));
            case "ControllerRevision" -> revision(column.name(), object);
            case "CustomResourceDefinition" ->
                    Json.of(object.text("metadata", "creationTimestamp").orElse("<unknown>"));
            case "trafficsplits.split.smi-spec.io" -> Json.of(backends(object));
            default -> JsonNull.NULL;
        };
    }

    private static Json atPath(Column column, JsonObject object, Instant now) {
        Optional<Json> found = JsonPath.first(column.path(), object);
        if (column.type().equals("date")) {
            return found.isEmpty() && !column.path().equals(".metadata.creationTimestamp")
                    ? JsonNull.NULL
                    : Json.of(Ages.since(found.flatMap(Json::text), now));
        }
        if (found.isEmpty()) {
            return JsonNull.NULL;
        }
        Json value = found.get();
        return switch (column.type()) {
            case "string" -> Json.of(value.text().orElseGet(value::toString));
            case "integer" ->
                    value instanceof JsonNumber number
                            ? JsonNumber.of(number.asDecimal().longValue())
                            : JsonNull.NULL;
            case "number" -> value instanceof JsonNumber ? value : JsonNull.NULL;
            case "boolean" -> value.flag().isPresent() ? value : JsonNull.NULL;
            default -> value;
        };
    }

    private static Json workload(String column, JsonObject object) {
        JsonObject status = object.object("status");
        long wanted = object.whole("spec", "replicas").orElse(0L);
        boolean isSet = object.text("kind").filter("ReplicaSet"::equals).isPresent();
        long ready = status.whole("readyReplicas").orElse(0L);
        List<JsonObject> containers =
                object.array("spec", "template", "spec", "containers").objects();
        return switch (column) {
            case "Ready" -> isSet ? Json.of(ready) : Json.of(ready + "/" + wanted);
            case "Desired" -> Json.of(wanted);
            case "Current" -> Json.of(status.whole("replicas").orElse(0L));
            case "Up-to-date" -> Json.of(status.whole("updatedReplicas").orElse(0L));
            case "Available" -> Json.of(status.whole("availableReplicas").orElse(0L));
            case "Containers" -> Json.of(each(containers, "name"));
            case "Images" -> Json.of(each(containers, "image"));
            case "Selector" -> {
                String text = LabelSelectors.text(object.object("spec", "selector"));
                yield Json.of(text.isEmpty() ? NONE : text);
            }
            default -> JsonNull.NULL;
        };
    }

    private static String each(List<JsonObject> items, String field) {
        return items.stream().map(it -> it.text(field).orElse("")).collect(Collectors.joining(","));
    }

    private static Json revision(String column, JsonObject object) {
        if (column.equals("Revision")) {
            return object.field("revision").orElse(Json.of(0));
        }
        for (JsonObject owner : object.array("metadata", "ownerReferences").objects()) {
            if (owner.flag("controller").orElse(false)) {
                String apiVersion = owner.text("apiVersion").orElse("");
                int slash = apiVersion.indexOf('/');
                String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
                return Json.of(
                        owner.text("kind").orElse("").toLowerCase(java.util.Locale.ROOT)
                                + group
                                + "/"
                                + owner.text("name").orElse(""));
            }
        }
        return Json.of(NONE);
    }

    private static String endpoints(String column, JsonObject object) {
        var values = new ArrayList<String>();
        if (column.equals("Ports")) {
            for (JsonObject port : object.array("ports").objects()) {
                values.add(
                        port.whole("port")
                                .map(String::valueOf)
                                .or(() -> port.text("name").filter(it -> !it.isEmpty()))
                                .orElse("*"));
            }
        } else {
            object.array("endpoints")
                    .objects()
                    .forEach(it -> values.addAll(it.array("addresses").texts()));
        }
        return shortened(values, "<unset>");
    }

    /** The first three, and how many more there are. */
    private static String shortened(List<String> values, String none) {
        if (values.isEmpty()) {
            return none;
        }
        String first = String.join(",", values.subList(0, Math.min(3, values.size())));
        return values.size() <= 3 ? first : first + " + " + (values.size() - 3) + " more...";
    }

    private static String backends(JsonObject object) {
        JsonArray backends = object.array("spec", "backends");
        String text =
                backends.objects().stream()
                        .map(
                                it ->
                                        it.text("service").orElse("")
                                                + "="
                                                + it.field("weight")
                                                        .map(w -> w.text().orElseGet(w::toString))
                                                        .orElse("0"))
                        .collect(Collectors.joining(","));
        return text.isEmpty() ? NONE : text;
    }

    /** Labels as people write them, none as such. */
    static String labels(Map<String, String> labels) {
        String text =
                labels.entrySet().stream()
                        .map(it -> it.getKey() + "=" + it.getValue())
                        .sorted()
                        .collect(Collectors.joining(","));
        return text.isEmpty() ? NONE : text;
    }
}
