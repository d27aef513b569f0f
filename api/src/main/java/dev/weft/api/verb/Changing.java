package dev.weft.api.verb;

import dev.weft.api.ask.Part;
import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.ask.Written;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Admission;
import dev.weft.api.kind.Conversions;
import dev.weft.api.patch.PatchException;
import dev.weft.api.patch.Patches;
import dev.weft.api.rule.Catalog;
import dev.weft.api.rule.KindRule;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Outcome;
import dev.weft.api.store.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** How an object becomes another. Any thread. */
final class Changing {
    private static final int TRIES_MAX = 100;

    /** What the server alone says about an object, and no change can touch. */
    private static final String[] OWNED = {
        "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"
    };

    private final Ground ground;
    private final Deleting deleting;

    /**
     * A change that somebody wants.
     *
     * @param patch whether it is given as a patch and not as a whole object
     */
    record Wanted(Target target, Part part, boolean patch, Terms terms) {
        static Wanted of(Target target, Part part, Terms terms) {
            return new Wanted(target, part, false, terms);
        }
    }

    Changing(Ground ground, Deleting deleting) {
        this.ground = ground;
        this.deleting = deleting;
    }

    Written update(Target target, Part part, JsonObject body, Terms terms) {
        JsonObject tree = Naming.named(target, Naming.addressed(target, body));
        String version = tree.text("metadata", "resourceVersion").orElse("");
        if (version.isEmpty() && needsVersion(target)) {
            Entry entry = ground.find(target).orElseThrow(target::notFound);
            sameUid(target, ground.shown(target, entry), tree);
            throw invalid(
                    target,
                    new Cause(
                            Cause.INVALID,
                            "Invalid value: 0: must be specified for an update",
                            "metadata.resourceVersion"));
        }
        return change(Wanted.of(target, part, terms), version, current -> tree);
    }

    Written patch(Target target, Part part, Patch patch, Terms terms) {
        if (target.kind().isCustom() && patch.form() == Patch.Form.STRATEGIC) {
            throw new ApiException(
                    Reason.UNSUPPORTED_MEDIA_TYPE,
                    "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json-patch+json,"
                            + " application/merge-patch+json");
        }
        return change(
                new Wanted(target, part, true, terms),
                "",
                current -> patched(target, current, patch));
    }

    /** Changes what is there by a function, which is asked anew when somebody else was first. */
    Written change(Wanted change, String expected, UnaryOperator<JsonObject> next) {
        Target target = change.target();
        for (int tried = 0; tried < TRIES_MAX; tried++) {
            Entry entry = ground.find(target).orElseThrow(target::notFound);
            JsonObject current = ground.shown(target, entry);
            JsonObject wanted = next.apply(current);
            String version =
                    expected.isEmpty()
                            ? wanted.text("metadata", "resourceVersion").orElse("")
                            : expected;
            if (!version.isEmpty() && !version.equals(Long.toString(entry.version()))) {
                throw target.modified();
            }
            Optional<Written> written = attempt(change, entry, current, wanted);
            if (written.isPresent()) {
                return written.get();
            }
            if (!expected.isEmpty()) {
                throw target.modified();
            }
        }
        throw target.modified();
    }

    /** One try; nothing where another write was first. */
    private Optional<Written> attempt(
            Wanted change, Entry entry, JsonObject current, JsonObject wanted) {
        Target target = change.target();
        Terms terms = change.terms();
        sameUid(target, current, wanted);
        JsonObject composed =
                switch (change.part()) {
                    case MAIN -> main(target, current, wanted);
                    case STATUS -> status(target, current, wanted);
                    case FINALIZE -> finalizers(current, wanted);
                };
        JsonObject admitted = admitted(change, current, composed);
        KindRule rule = ground.rule(target.kind());
        JsonObject ruled =
                change.part() == Part.MAIN
                        ? rule.onUpdate(target, current, admitted, terms)
                        : admitted;
        noNewFinalizers(target, current, ruled);
        JsonObject next = counted(target, current, ruled);
        if (next.equals(current)) {
            return Optional.of(new Written(current, Written.State.UNCHANGED));
        }
        boolean kept = false;
        try {
            Optional<Written> written = keep(change, entry, next);
            kept = written.isPresent() && !terms.dryRun();
            return written;
        } finally {
            if (kept) {
                rule.changed(current, next);
            } else {
                rule.abandoned(current, next);
            }
        }
    }

    private Optional<Written> keep(Wanted change, Entry entry, JsonObject next) {
        Target target = change.target();
        boolean done = Deleting.isDone(target, next);
        if (change.terms().dryRun()) {
            return Optional.of(new Written(next, Written.State.CHANGED));
        }
        if (done) {
            return deleting.remove(target, entry, next)
                    .map(gone -> new Written(gone.tree(), Written.State.CHANGED));
        }
        JsonObject stored = Conversions.toStored(target.kind(), next);
        boolean rebuildable =
                target.kind().isRebuildable(stored)
                        || change.part() == Part.STATUS && target.kind().isStatusRebuildable();
        var write =
                new Write(
                        target.kind().storageKey(),
                        target.key(),
                        entry.version(),
                        Optional.of(stored),
                        !rebuildable,
                        Write.Guard.none());
        return switch (ground.store().write(write)) {
            case Outcome.Stale stale -> Optional.empty();
            case Outcome.Written written ->
                    Optional.of(
                            new Written(
                                    written.change()
                                            .after()
                                            .map(it -> ground.shown(target, it))
                                            .orElse(next),
                                    Written.State.CHANGED));
        };
    }

    private static JsonObject admitted(Wanted change, JsonObject current, JsonObject tree) {
        Target target = change.target();
        Terms terms = change.terms();
        Admitted admitted =
                change.part() == Part.STATUS
                        ? Admission.onStatus(
                                target.found(),
                                current,
                                tree,
                                terms.duplicates(),
                                terms.validation())
                        : Admission.onUpdate(
                                target.found(),
                                current,
                                tree,
                                terms.duplicates(),
                                terms.validation());
        terms.warnings().addAll(admitted.warnings());
        if (change.patch() && !admitted.undecodable().isEmpty()) {
            throw unfit(target, tree, admitted.undecodable());
        }
        return admitted.orRefuse(target.kind().group(), target.kind().kind(), target.name());
    }

    /** The refusal of a patch whose result cannot be read, in the words of Kubernetes. */
    private static ApiException unfit(Target target, JsonObject result, String undecodable) {
        String about = "cannot be handled as a " + target.kind().kind() + ": ";
        int at = undecodable.indexOf(about);
        String why = at < 0 ? undecodable : undecodable.substring(at + about.length());
        String value = Json.of(result.toString()).toString();
        var cause = new Cause(Cause.INVALID, "Invalid value: " + value + ": " + why, "patch");
        return new ApiException(
                Reason.INVALID,
                " \"\" is invalid: " + cause.text(),
                JsonObject.of("causes", JsonArray.of(cause.tree())));
    }

    /** What a write of the main resource leaves: all that was sent but the status. */
    private static JsonObject main(Target target, JsonObject current, JsonObject wanted) {
        JsonObject tree = wanted.with("metadata", metadata(current, wanted));
        if (!target.version().hasStatus()) {
            return tree;
        }
        return current.field("status")
                .map(status -> tree.with("status", status))
                .orElseGet(() -> tree.without("status"));
    }

    /**
     * What a write of the status leaves. Built-in kinds also take labels, annotations and
     * finalizers along, a custom kind takes the status alone.
     */
    private static JsonObject status(Target target, JsonObject current, JsonObject wanted) {
        JsonObject tree =
                wanted.field("status")
                        .map(status -> current.with("status", status))
                        .orElseGet(() -> current.without("status"));
        if (target.kind().isCustom()) {
            return tree;
        }
        JsonObject metadata = metadata(current, wanted);
        JsonObject owners =
                current.at("metadata", "ownerReferences")
                        .map(it -> metadata.with("ownerReferences", it))
                        .orElseGet(() -> metadata.without("ownerReferences"));
        return tree.with("metadata", owners);
    }

    private static JsonObject finalizers(JsonObject current, JsonObject wanted) {
        return wanted.at("spec", "finalizers")
                .map(it -> current.withAt(it, "spec", "finalizers"))
                .orElseGet(() -> current.withoutAt("spec", "finalizers"));
    }

    private static JsonObject metadata(JsonObject current, JsonObject wanted) {
        JsonObject metadata =
                wanted.object("metadata").without("managedFields").without("selfLink");
        for (String field : OWNED) {
            Optional<Json> value = current.at("metadata", field);
            metadata =
                    value.isPresent() ? metadata.with(field, value.get()) : metadata.without(field);
        }
        for (String field : List.of("name", "namespace", "resourceVersion", "generateName")) {
            Optional<Json> value = current.at("metadata", field);
            metadata =
                    value.isPresent() ? metadata.with(field, value.get()) : metadata.without(field);
        }
        return metadata;
    }

    private static void sameUid(Target target, JsonObject current, JsonObject wanted) {
        String there = current.text("metadata", "uid").orElse("");
        String meant = wanted.text("metadata", "uid").orElse("");
        if (!meant.isEmpty() && !meant.equals(there)) {
            throw target.conflict(
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(meant, there));
        }
    }

    /** The object with its generation raised, where the change is one that counts. */
    private static JsonObject counted(Target target, JsonObject current, JsonObject next) {
        if (!target.kind().hasGeneration() || !target.kind().raisesGeneration(current, next)) {
            return next;
        }
        long generation = current.whole("metadata", "generation").orElse(0L);
        return next.withAt(Json.of(generation + 1), "metadata", "generation");
    }

    private static void noNewFinalizers(Target target, JsonObject current, JsonObject next) {
        if (current.at("metadata", "deletionTimestamp").isEmpty()) {
            return;
        }
        List<String> before = current.array("metadata", "finalizers").texts();
        List<String> fresh =
                next.array("metadata", "finalizers").texts().stream()
                        .filter(it -> !before.contains(it))
                        .toList();
        if (!fresh.isEmpty()) {
            String list = "[]string{\"" + String.join("\", \"", fresh) + "\"}";
            throw invalid(
                    target,
                    new Cause(
                            Cause.FORBIDDEN,
                            "Forbidden: no new finalizers can be added if the object is being"
                                    + " deleted, found new finalizers "
                                    + list,
                            "metadata.finalizers"));
        }
    }

    private static JsonObject patched(Target target, JsonObject current, Patch patch) {
        JsonObject result;
        try {
            result = Patches.apply(patch.form(), current, patch.body(), target.version().schema());
        } catch (PatchException e) {
            throw switch (e.problem()) {
                case MALFORMED ->
                        new ApiException(Reason.BAD_REQUEST, String.valueOf(e.getMessage()));
                case UNFIT ->
                        new ApiException(
                                Reason.INVALID,
                                "the server rejected our request due to an error in our request: "
                                        + e.getMessage());
            };
        }
        return Naming.named(target, Naming.addressed(target, result));
    }

    private static boolean needsVersion(Target target) {
        return target.kind().isCustom() || target.kind().storageKey().equals(Catalog.DEFINITIONS);
    }

    private static ApiException invalid(Target target, Cause cause) {
        return Admitted.invalid(
                target.kind().group(), target.kind().kind(), target.name(), List.of(cause));
    }
}
