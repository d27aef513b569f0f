package dev.weft.api.patch;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.patch.PatchException.Problem;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A merge patch that knows from the kind's shape which lists are merged item by item, and that may
 * say in directives what is to happen instead: {@code $patch}, {@code $retainKeys}, {@code
 * $setElementOrder/FIELD}, {@code $deleteFromPrimitiveList/FIELD}.
 */
final class StrategicPatch {
    static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";

    private StrategicPatch() {}

    static JsonObject apply(JsonObject current, JsonObject patch, Schema schema) {
        Optional<Json> directive = patch.field(PATCH);
        JsonObject changes = patch.without(PATCH);
        if (directive.isPresent()) {
            switch (directive.get().text().orElse("")) {
                case "replace" -> {
                    return changes;
                }
                case "delete" -> {
                    return JsonObject.empty();
                }
                case "merge" -> {}
                default ->
                        throw malformed(
                                "unknown patch type found: %s in map", shown(directive.get()));
            }
        }
        JsonObject result = retained(current, changes);
        for (String name : changes.names()) {
            Json change = changes.field(name).orElse(JsonNull.NULL);
            if (name.startsWith(DELETE_FROM)) {
                result = withoutItems(result, name.substring(DELETE_FROM.length()), change);
            } else if (name.startsWith(ORDER)) {
                String list = name.substring(ORDER.length());
                if (!changes.has(list)) {
                    result = reordered(result, list, change, schema);
                }
            } else if (!name.equals(RETAIN_KEYS)) {
                result = field(result, name, change, changes, schema);
            }
        }
        return result;
    }

    private static JsonObject field(
            JsonObject result, String name, Json change, JsonObject changes, Schema schema) {
        if (change == JsonNull.NULL) {
            return result.without(name);
        }
        Json before = result.field(name).orElse(JsonNull.NULL);
        @Nullable Schema shape = child(schema, name);
        if (before instanceof JsonObject object && change instanceof JsonObject patch) {
            return result.with(
                    name, apply(object, patch, shape == null ? Schema.anything() : shape));
        }
        if (before instanceof JsonArray list && change instanceof JsonArray patch) {
            Merge merge = shape == null ? Merge.REPLACE : shape.merge();
            if (merge.byKey()) {
                Schema items =
                        Optional.ofNullable(shape)
                                .flatMap(Schema::items)
                                .orElseGet(Schema::anything);
                Optional<List<Json>> order = order(name, changes);
                order.ifPresent(wanted -> MergedList.checkOrder(patch, wanted, merge.key()));
                return result.with(
                        name, new MergedList(merge.key(), items).apply(list, patch, order));
            }
        }
        return result.with(name, plain(change));
    }

    private static Optional<List<Json>> order(String name, JsonObject changes) {
        return changes.field(ORDER + name)
                .map(
                        order ->
                                order.array()
                                        .orElseThrow(
                                                () ->
                                                        malformed(
                                                                "invalid patch format of"
                                                                        + " %s directive",
                                                                "$setElementOrder"))
                                        .items());
    }

    private static JsonObject reordered(JsonObject result, String name, Json order, Schema schema) {
        @Nullable Schema shape = child(schema, name);
        if (!(result.field(name).orElse(JsonNull.NULL) instanceof JsonArray list)
                || shape == null
                || !shape.merge().byKey()) {
            return result;
        }
        List<Json> wanted =
                order.array()
                        .orElseThrow(
                                () ->
                                        malformed(
                                                "invalid patch format of %s directive",
                                                "$setElementOrder"))
                        .items();
        Schema items = shape.items().orElseGet(Schema::anything);
        return result.with(
                name,
                new MergedList(shape.merge().key(), items)
                        .apply(list, JsonArray.empty(), Optional.of(wanted)));
    }

    private static JsonObject withoutItems(JsonObject result, String name, Json unwanted) {
        List<Json> gone =
                unwanted.array()
                        .orElseThrow(
                                () ->
                                        malformed(
                                                "invalid patch format of primitive list: %s",
                                                shown(unwanted)))
                        .items();
        if (!(result.field(name).orElse(JsonNull.NULL) instanceof JsonArray list)) {
            return result;
        }
        return result.with(
                name, JsonArray.of(list.stream().filter(it -> !gone.contains(it)).toList()));
    }

    /** The object with only the fields that the patch wants to keep, where it says so. */
    private static JsonObject retained(JsonObject current, JsonObject changes) {
        Optional<Json> directive = changes.field(RETAIN_KEYS);
        if (directive.isEmpty()) {
            return current;
        }
        List<String> kept =
                directive
                        .get()
                        .array()
                        .orElseThrow(
                                () -> malformed("invalid patch format of %s list", RETAIN_KEYS))
                        .texts();
        for (String name : changes.names()) {
            if (!name.startsWith("$")
                    && changes.field(name).orElse(JsonNull.NULL) != JsonNull.NULL
                    && !kept.contains(name)) {
                throw malformed(
                        "the $retainKeys directive does not list the field %s, which the patch"
                                + " changes",
                        name);
            }
        }
        JsonObject result = current;
        for (String name : current.names()) {
            if (!kept.contains(name)) {
                result = result.without(name);
            }
        }
        return result;
    }

    private static @Nullable Schema child(Schema schema, String name) {
        return schema.values().isPresent() ? schema.values().get() : schema.property(name);
    }

    /** A value of a patch that becomes a value: without nulls and directives. */
    static Json plain(Json value) {
        return switch (value) {
            case JsonObject object -> {
                var plain = JsonObject.builder();
                object.forEach(
                        (name, field) -> {
                            if (field != JsonNull.NULL && !isDirective(name)) {
                                plain.put(name, plain(field));
                            }
                        });
                yield plain.build();
            }
            case JsonArray array -> {
                var items = new ArrayList<Json>();
                for (Json item : array) {
                    if (!(item instanceof JsonObject object && object.has(PATCH))) {
                        items.add(plain(item));
                    }
                }
                yield JsonArray.of(items);
            }
            default -> value;
        };
    }

    private static boolean isDirective(String name) {
        return name.equals(PATCH)
                || name.equals(RETAIN_KEYS)
                || name.startsWith(ORDER)
                || name.startsWith(DELETE_FROM);
    }

    static PatchException malformed(String format, Object... words) {
        return new PatchException(Problem.MALFORMED, format.formatted(words));
    }

    static String shown(Json value) {
        return value.text().orElseGet(value::toString);
    }
}
