package dev.weft.api.patch;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.patch.PatchException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** RFC 6902: a list of operations at paths, which all apply or none does. */
final class JsonPatch {
    private static final int OPERATIONS_MAX = 10_000;

    /** How much all copies together may be, lest a few of them make a tree without end. */
    private static final long COPIED_MAX = 3 << 20;

    private long copied;

    private JsonPatch() {}

    static Json apply(Json target, Json body) {
        if (!(body instanceof JsonArray operations)) {
            throw new PatchException(
                    Problem.MALFORMED,
                    "a JSON patch must be an array of operations, but is a " + body.typeName());
        }
        if (operations.size() > OPERATIONS_MAX) {
            throw new PatchException(
                    Problem.MALFORMED,
                    "The allowed maximum operations in a JSON patch is %d, got %d"
                            .formatted(OPERATIONS_MAX, operations.size()));
        }
        var patch = new JsonPatch();
        Json result = target;
        for (Json operation : operations) {
            result = patch.step(result, operation);
        }
        return result;
    }

    private Json step(Json target, Json body) {
        JsonObject operation =
                body.object()
                        .orElseThrow(
                                () ->
                                        new PatchException(
                                                Problem.MALFORMED,
                                                "an operation must be an object, but is a "
                                                        + body.typeName()));
        List<String> path = pointer(operation, "path");
        String op = operation.text("op").orElse("");
        return switch (op) {
            case "add" -> add(target, path, value(operation));
            case "remove" -> remove(target, path);
            case "replace" -> {
                find(target, path);
                yield replace(target, path, value(operation));
            }
            case "move" -> move(target, pointer(operation, "from"), path);
            case "copy" -> add(target, path, copied(find(target, pointer(operation, "from"))));
            case "test" -> test(target, path, operation);
            default ->
                    throw new PatchException(
                            Problem.MALFORMED,
                            "Unexpected kind: " + (op.isEmpty() ? "unknown" : op));
        };
    }

    private Json copied(Json value) {
        copied += size(value, COPIED_MAX - copied);
        if (copied > COPIED_MAX) {
            throw new PatchException(
                    Problem.UNFIT,
                    "Unable to complete the copy, the accumulated size increase of copy is too"
                            + " large");
        }
        return value;
    }

    /** About how many bytes a value is; anything above the limit once it is over. */
    private static long size(Json value, long limit) {
        long size =
                switch (value) {
                    case dev.weft.api.codec.JsonString text -> text.value().length() + 2L;
                    default -> 8;
                };
        if (value instanceof JsonObject object) {
            for (String name : object.names()) {
                size += name.length() + 4L;
                if (size > limit) {
                    return size;
                }
                size += size(object.field(name).orElse(JsonNull.NULL), limit - size);
            }
        } else if (value instanceof JsonArray array) {
            for (Json item : array) {
                if (size > limit) {
                    return size;
                }
                size += size(item, limit - size);
            }
        }
        return size;
    }

    private static Json move(Json target, List<String> from, List<String> to) {
        Json moved = find(target, from);
        if (to.size() > from.size() && to.subList(0, from.size()).equals(from)) {
            throw new PatchException(
                    Problem.UNFIT, "cannot move " + text(from) + " into itself, to " + text(to));
        }
        return add(remove(target, from), to, moved);
    }

    private static Json test(Json target, List<String> path, JsonObject operation) {
        Json wanted = operation.field("value").orElse(JsonNull.NULL);
        Json found;
        try {
            found = find(target, path);
        } catch (PatchException missing) {
            found = JsonNull.NULL;
        }
        if (!found.equals(wanted)) {
            throw new PatchException(
                    Problem.UNFIT, "testing value " + text(path) + " failed: test failed");
        }
        return target;
    }

    private static Json value(JsonObject operation) {
        return operation
                .field("value")
                .orElseThrow(
                        () ->
                                new PatchException(
                                        Problem.MALFORMED,
                                        "the operation "
                                                + operation.text("op").orElse("")
                                                + " needs a value"));
    }

    /** The steps of the JSON pointer in a field: {@code /a~1b/0} is a/b, then 0. */
    private static List<String> pointer(JsonObject operation, String field) {
        String pointer =
                operation
                        .text(field)
                        .orElseThrow(
                                () ->
                                        new PatchException(
                                                Problem.MALFORMED,
                                                "the operation needs a " + field));
        if (pointer.isEmpty()) {
            return List.of();
        }
        if (pointer.charAt(0) != '/') {
            throw new PatchException(
                    Problem.MALFORMED, field + " must begin with /, but is " + pointer);
        }
        var steps = new ArrayList<String>();
        for (String step : pointer.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }

    private static Json find(Json here, List<String> path) {
        Json found = here;
        for (int i = 0; i < path.size(); i++) {
            found = child(found, path, i);
        }
        return found;
    }

    private static Json add(Json here, List<String> path, Json value) {
        if (path.isEmpty()) {
            return value;
        }
        return atParent(
                here,
                path,
                0,
                parent ->
                        switch (parent) {
                            case JsonObject object -> object.with(path.getLast(), value);
                            case JsonArray array -> {
                                var items = new ArrayList<>(array.items());
                                items.add(index(path, array.size(), array.size()), value);
                                yield JsonArray.of(items);
                            }
                            default -> throw missing("add", path);
                        });
    }

    private static Json replace(Json here, List<String> path, Json value) {
        if (path.isEmpty()) {
            return value;
        }
        return atParent(
                here,
                path,
                0,
                parent ->
                        switch (parent) {
                            case JsonObject object -> object.with(path.getLast(), value);
                            case JsonArray array -> {
                                var items = new ArrayList<>(array.items());
                                items.set(index(path, array.size() - 1, -1), value);
                                yield JsonArray.of(items);
                            }
                            default -> throw missing("replace", path);
                        });
    }

    private static Json remove(Json here, List<String> path) {
        if (path.isEmpty()) {
            throw new PatchException(Problem.UNFIT, "the whole object cannot be removed");
        }
        return atParent(
                here,
                path,
                0,
                parent ->
                        switch (parent) {
                            case JsonObject object -> {
                                if (!object.has(path.getLast())) {
                                    throw missing("remove", path);
                                }
                                yield object.without(path.getLast());
                            }
                            case JsonArray array -> {
                                var items = new ArrayList<>(array.items());
                                items.remove(index(path, array.size() - 1, -1));
                                yield JsonArray.of(items);
                            }
                            default -> throw missing("remove", path);
                        });
    }

    private static Json atParent(Json here, List<String> path, int at, UnaryOperator<Json> change) {
        if (at == path.size() - 1) {
            return change.apply(here);
        }
        Json changed = atParent(child(here, path, at), path, at + 1, change);
        return switch (here) {
            case JsonObject object -> object.with(path.get(at), changed);
            case JsonArray array -> {
                var items = new ArrayList<>(array.items());
                items.set(index(path.subList(0, at + 1), array.size() - 1, -1), changed);
                yield JsonArray.of(items);
            }
            default -> throw missing("find", path);
        };
    }

    private static Json child(Json here, List<String> path, int at) {
        List<String> upTo = path.subList(0, at + 1);
        return switch (here) {
            case JsonObject object ->
                    object.field(path.get(at)).orElseThrow(() -> missing("find", upTo));
            case JsonArray array -> array.item(index(upTo, array.size() - 1, -1));
            default -> throw missing("find", upTo);
        };
    }

    /**
     * The place in a list that the last step means.
     *
     * @param dash what {@code -} means, -1 where it means nothing
     */
    private static int index(List<String> path, int max, int dash) {
        String step = path.getLast();
        if (step.equals("-") && dash >= 0) {
            return dash;
        }
        if (!step.matches("0|[1-9]\\d{0,8}")) {
            throw new PatchException(
                    Problem.UNFIT, "no index of a list: " + step + " in " + text(path));
        }
        int index = Integer.parseInt(step);
        if (index > max) {
            throw new PatchException(
                    Problem.UNFIT,
                    "Unable to access invalid index: " + index + ", in " + text(path));
        }
        return index;
    }

    private static PatchException missing(String op, List<String> path) {
        return new PatchException(
                Problem.UNFIT,
                op + " operation does not apply: doc is missing path: \"" + text(path) + "\"");
    }

    private static String text(List<String> path) {
        var text = new StringBuilder();
        for (String step : path) {
            text.append('/').append(step.replace("~", "~0").replace("/", "~1"));
        }
        return text.toString();
    }
}
