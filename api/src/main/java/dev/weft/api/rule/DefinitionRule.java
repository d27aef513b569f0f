package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.CustomKinds;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.Kinds;
import dev.weft.api.schema.Admitted;
import dev.weft.foundation.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * A definition brings a kind. That it does, or why it does not, stands in its status as soon as it
 * is there: whoever waits for {@code Established} need not wait long.
 */
final class DefinitionRule implements KindRule {

    private final Catalog catalog;
    private final Clock clock;

    DefinitionRule(Catalog catalog, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        JsonObject checked = checked(target, tree, terms);
        JsonArray finalizers = checked.array("metadata", "finalizers");
        JsonObject kept =
                finalizers.texts().contains(Catalog.CLEANUP)
                        ? checked
                        : checked.withAt(
                                finalizers.with(Json.of(Catalog.CLEANUP)),
                                "metadata",
                                "finalizers");
        return established(kept);
    }

    @Override
    public JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        if (next.object("spec").equals(current.object("spec"))) {
            return next;
        }
        return established(checked(target, next, terms));
    }

    @Override
    public void created(JsonObject tree) {
        catalog.refresh();
    }

    @Override
    public void changed(JsonObject before, JsonObject after) {
        catalog.refresh();
    }

    @Override
    public void gone(JsonObject last) {
        catalog.refresh();
    }

    private JsonObject checked(Target target, JsonObject tree, Terms terms) {
        CustomKinds.Made made = CustomKinds.kind(tree);
        terms.warnings().addAll(made.warnings());
        if (!made.causes().isEmpty()) {
            throw Admitted.invalid(
                    target.kind().group(), target.kind().kind(), target.name(), made.causes());
        }
        return tree;
    }

    private JsonObject established(JsonObject tree) {
        List<String> taken = taken(tree);
        boolean accepted = taken.isEmpty();
        String now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        var conditions = new ArrayList<Json>();
        conditions.add(
                condition(
                        "NamesAccepted",
                        accepted,
                        accepted ? "NoConflicts" : "NameConflict",
                        accepted ? "no conflicts found" : String.join(", ", taken),
                        now));
        conditions.add(
                condition(
                        "Established",
                        accepted,
                        accepted ? "InitialNamesAccepted" : "NotAccepted",
                        accepted
                                ? "the initial names have been accepted"
                                : "not all names are accepted",
                        now));
        JsonObject status =
                JsonObject.builder()
                        .put("acceptedNames", accepted ? names(tree) : JsonObject.empty())
                        .put("conditions", JsonArray.of(conditions))
                        .put("storedVersions", storedVersions(tree))
                        .build();
        return tree.with("status", status);
    }

    /** The names that other kinds of the group have already. */
    private List<String> taken(JsonObject tree) {
        Kinds kinds = catalog.kinds();
        String group = tree.text("spec", "group").orElse("");
        String plural = tree.text("spec", "names", "plural").orElse("");
        String kind = tree.text("spec", "names", "kind").orElse("");
        var taken = new ArrayList<String>();
        for (Kind other : kinds.all()) {
            if (!other.group().equals(group)) {
                continue;
            }
            boolean same = other.plural().equals(plural);
            if (same && !other.isCustom()) {
                taken.add("\"" + plural + "\" is built in");
            } else if (!same && other.kind().equals(kind)) {
                taken.add("\"" + kind + "\" is already in use");
            }
        }
        return taken;
    }

    private static JsonObject names(JsonObject tree) {
        JsonObject names = tree.object("spec", "names");
        String kind = names.text("kind").orElse("");
        JsonObject whole = names.has("listKind") ? names : names.with("listKind", kind + "List");
        return whole.has("singular")
                ? whole
                : whole.with("singular", kind.toLowerCase(java.util.Locale.ROOT));
    }

    /** Every version that objects were ever kept in, as far as the definition remembers. */
    private static JsonArray storedVersions(JsonObject tree) {
        JsonArray known = tree.array("status", "storedVersions");
        for (JsonObject version : tree.array("spec", "versions").objects()) {
            String name = version.text("name").orElse("");
            if (version.flag("storage").orElse(false) && !known.texts().contains(name)) {
                known = known.with(Json.of(name));
            }
        }
        return known;
    }

    private static JsonObject condition(
            String type, boolean status, String reason, String message, String now) {
        return JsonObject.builder()
                .put("lastTransitionTime", now)
                .put("message", message)
                .put("reason", reason)
                .put("status", status ? "True" : "False")
                .put("type", type)
                .build();
    }
}
