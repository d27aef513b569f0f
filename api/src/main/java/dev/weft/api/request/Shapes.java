package dev.weft.api.request;

import dev.weft.api.ask.Page;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kinds;
import dev.weft.api.table.Tables;
import java.time.Instant;
import java.util.List;

/**
 * Shows objects in the shape that a client asked for: whole, as rows of a table, or their metadata
 * alone. Belongs to the thread of the request.
 */
final class Shapes {
    private final Kinds.Found found;
    private final Accepted accepted;
    private final Tables.Include include;
    private final Instant now;

    Shapes(Request request, Kinds.Found found, Instant now) {
        this.found = found;
        this.accepted = request.accepted();
        this.include =
                Tables.Include.named(request.params().text("includeObject"))
                        .orElseThrow(
                                () ->
                                        Wishes.unsupported(
                                                "TableOptions",
                                                "includeObject",
                                                request.params().text("includeObject"),
                                                "\"Metadata\", \"None\", \"Object\""));
        this.now = now;
    }

    boolean isTable() {
        return accepted.shape() == Accepted.Shape.TABLE;
    }

    /** One object. */
    JsonObject one(JsonObject tree) {
        return switch (accepted.shape()) {
            case PLAIN, DISCOVERY -> tree;
            case PARTIAL -> versioned(Tables.partial(tree));
            case TABLE -> table(List.of(tree), JsonObject.empty());
        };
    }

    /** The head of a list or of a table, without its items. */
    JsonObject listHead(Page page) {
        if (isTable()) {
            return versioned(Tables.head(found, metadata(page)));
        }
        boolean partial = accepted.shape() == Accepted.Shape.PARTIAL;
        JsonObject head =
                JsonObject.builder()
                        .put(
                                "kind",
                                partial
                                        ? "PartialObjectMetadataList"
                                        : found.kind().names().listKind())
                        .put(
                                "apiVersion",
                                partial
                                        ? "meta.k8s.io/v1"
                                        : found.kind().apiVersion(found.version()))
                        .put("metadata", metadata(page))
                        .build();
        return partial ? versioned(head) : head;
    }

    /** An item of a list, or a row of a table. */
    JsonObject item(JsonObject tree) {
        return switch (accepted.shape()) {
            case PLAIN, DISCOVERY -> tree;
            case PARTIAL -> versioned(Tables.partial(tree));
            case TABLE -> Tables.row(found, tree, include, now);
        };
    }

    /** A bookmark that says: nothing else happened up to this version. */
    JsonObject bookmark(String version, boolean endsInitial) {
        var metadata = JsonObject.builder().put("resourceVersion", version);
        if (endsInitial) {
            metadata.put(
                    "annotations",
                    JsonObject.builder().put("k8s.io/initial-events-end", "true").build());
        }
        JsonObject tree =
                JsonObject.builder()
                        .put("kind", found.kind().kind())
                        .put("apiVersion", found.kind().apiVersion(found.version()))
                        .put("metadata", metadata.build())
                        .build();
        return switch (accepted.shape()) {
            case PLAIN, DISCOVERY -> tree;
            case PARTIAL -> versioned(Tables.partial(tree));
            case TABLE ->
                    table(List.of(), metadata.build()).with("columnDefinitions", JsonArray.empty());
        };
    }

    private JsonObject table(List<JsonObject> objects, JsonObject metadata) {
        List<JsonObject> rows = objects.stream().map(this::item).toList();
        return versioned(Tables.head(found, metadata).with("rows", JsonArray.of(rows)));
    }

    private static JsonObject metadata(Page page) {
        var metadata = JsonObject.builder().put("resourceVersion", Long.toString(page.version()));
        if (!page.continueFrom().isEmpty()) {
            metadata.put("continue", page.continueFrom());
        }
        page.remaining().ifPresent(it -> metadata.put("remainingItemCount", it));
        return metadata.build();
    }

    private JsonObject versioned(JsonObject tree) {
        return accepted.version().equals("v1beta1")
                ? tree.with("apiVersion", "meta.k8s.io/v1beta1")
                : tree;
    }
}
