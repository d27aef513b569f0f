package dev.weft.api.table;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Column;
import dev.weft.api.kind.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Objects as the rows of a table, in the form that {@code kubectl get} asks for. Any thread. */
public final class Tables {
    /** How much of each object goes along with its row: the {@code includeObject} parameter. */
    public enum Include {
        NONE,
        METADATA,
        OBJECT;

        /** The value of the parameter, empty for what a Kubernetes API does without it. */
        public static Optional<Include> named(String word) {
            return switch (word) {
                case "None" -> Optional.of(NONE);
                case "", "Metadata" -> Optional.of(METADATA);
                case "Object" -> Optional.of(OBJECT);
                default -> Optional.empty();
            };
        }
    }

    private Tables() {}

    /**
     * A table without its rows, which stand in its last field.
     *
     * @param listMetadata of the list, or of the one object: resourceVersion, continue …
     */
    public static JsonObject head(Kinds.Found kind, JsonObject listMetadata) {
        List<Column> columns = kind.version().columns();
        return JsonObject.builder()
                .put("kind", "Table")
                .put("apiVersion", "meta.k8s.io/v1")
                .put("metadata", listMetadata)
                .put(
                        "columnDefinitions",
                        JsonArray.of(columns.stream().<Json>map(Tables::definition).toList()))
                .build();
    }

    /**
     * The row of an object.
     *
     * @param now from which ages are counted
     */
    public static JsonObject row(
            Kinds.Found kind, JsonObject object, Include include, Instant now) {
        String name = kind.kind().isCustom() ? kind.kind().groupResource() : kind.kind().kind();
        var cells = new ArrayList<Json>();
        for (Column column : kind.version().columns()) {
            cells.add(Cells.cell(name, column, object, now));
        }
        var row = JsonObject.builder().put("cells", JsonArray.of(cells));
        switch (include) {
            case NONE -> {}
            case METADATA -> row.put("object", partial(object));
            case OBJECT -> row.put("object", object);
        }
        return row.build();
    }

    /** The table without its heads, as every event of a watch but the first carries it. */
    public static JsonObject withoutHeads(JsonObject table) {
        return table.with("columnDefinitions", JsonArray.empty());
    }

    /** The object's metadata alone, in the form that metadata clients ask for. */
    public static JsonObject partial(JsonObject object) {
        return JsonObject.builder()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", "meta.k8s.io/v1")
                .put("metadata", object.object("metadata"))
                .build();
    }

    private static JsonObject definition(Column column) {
        return JsonObject.builder()
                .put("name", column.name())
                .put("type", column.type().equals("date") ? "string" : column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.priority())
                .build();
    }
}
