package dev.weft.api.verb;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.ask.Written;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Conversions;
import dev.weft.api.store.Change;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Outcome;
import dev.weft.api.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** How an object goes: at once, or when what it waits for is done. Any thread. */
final class Deleting {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private static final int TRIES_MAX = 100;
    private static final long GRACE_OF_PODS = 30;
    private static final Set<String> KEPT_NAMESPACES = Set.of("default", "kube-system");

    private final Ground ground;
    private final Consumer<Target> onGone;

    /**
     * @param onGone told after an object of a custom kind, or a definition, is no more
     */
    Deleting(Ground ground, Consumer<Target> onGone) {
        this.ground = ground;
        this.onGone = onGone;
    }

    Written delete(Target target, Deletion how, Terms terms) {
        if (target.kind().storageKey().equals("namespaces")
                && KEPT_NAMESPACES.contains(target.name())) {
            throw target.forbidden("this namespace may not be deleted");
        }
        for (int tried = 0; tried < TRIES_MAX; tried++) {
            Entry entry = ground.find(target).orElseThrow(target::notFound);
            JsonObject current = ground.shown(target, entry);
            check(target, how, entry, current);
            Optional<Written> written = attempt(target, how, entry, current, terms);
            if (written.isPresent()) {
                return written.get();
            }
        }
        throw target.modified();
    }

    /** The deletion with the propagation that an earlier one asked for, where there was one. */
    Deletion asBefore(Target target, Deletion how) {
        List<String> finalizers =
                ground.find(target).map(entry -> entry.resource().finalizers()).orElseGet(List::of);
        if (finalizers.contains(ORPHAN)) {
            return how.propagating(Deletion.Propagation.ORPHAN);
        }
        return finalizers.contains(FOREGROUND)
                ? how.propagating(Deletion.Propagation.FOREGROUND)
                : how;
    }

    /** Whether nothing stands in the way of an object's end any more. */
    static boolean isDone(Target target, JsonObject tree) {
        return tree.at("metadata", "deletionTimestamp").isPresent()
                && tree.array("metadata", "finalizers").isEmpty()
                && tree.whole("metadata", "deletionGracePeriodSeconds").orElse(0L) == 0
                && !hasNamespaceFinalizers(target, tree);
    }

    /** Removes an object as it last was; nothing where another write was first. */
    Optional<Written> remove(Target target, Entry entry, JsonObject last) {
        var write =
                new Write(
                        target.kind().storageKey(),
                        target.key(),
                        entry.version(),
                        Optional.empty(),
                        !target.kind().isRebuildable(entry.resource().tree()),
                        Write.Guard.none());
        return switch (ground.store().write(write)) {
            case Outcome.Stale stale -> Optional.empty();
            case Outcome.Written written -> {
                ground.rule(target.kind()).gone(last);
                onGone.accept(target);
                yield Optional.of(new Written(stamped(last, written.change()), Written.State.GONE));
            }
        };
    }

    private Optional<Written> attempt(
            Target target, Deletion how, Entry entry, JsonObject current, Terms terms) {
        JsonObject marked = marked(target, how, current);
        if (isDone(target, marked)) {
            return terms.dryRun()
                    ? Optional.of(new Written(marked, Written.State.GONE))
                    : remove(target, entry, marked);
        }
        if (marked.equals(current) || terms.dryRun()) {
            return Optional.of(new Written(marked, Written.State.GOING));
        }
        JsonObject stored = Conversions.toStored(target.kind(), marked);
        var write =
                new Write(
                        target.kind().storageKey(),
                        target.key(),
                        entry.version(),
                        Optional.of(stored),
                        !target.kind().isRebuildable(stored),
                        Write.Guard.none());
        return switch (ground.store().write(write)) {
            case Outcome.Stale stale -> Optional.empty();
            case Outcome.Written written -> {
                JsonObject now =
                        written.change().after().map(it -> ground.shown(target, it)).orElse(marked);
                ground.rule(target.kind()).changed(current, now);
                yield Optional.of(new Written(now, Written.State.GOING));
            }
        };
    }

    private static void check(Target target, Deletion how, Entry entry, JsonObject current) {
        String uid = current.text("metadata", "uid").orElse("");
        if (!how.uid().isEmpty() && !how.uid().equals(uid)) {
            throw failed(
                    target, "UID", how.uid(), uid, "might have been deleted and then recreated");
        }
        String version = Long.toString(entry.version());
        if (!how.resourceVersion().isEmpty() && !how.resourceVersion().equals(version)) {
            throw failed(
                    target,
                    "ResourceVersion",
                    how.resourceVersion(),
                    version,
                    "might have been modified");
        }
    }

    private static ApiException failed(
            Target target, String what, String wanted, String there, String why) {
        return target.conflict(
                "the %s in the precondition (%s) does not match the %s in record (%s). The object %s"
                        .formatted(what, wanted, what, there, why));
    }

    /** The object as it is once its deletion has been asked for. */
    private JsonObject marked(Target target, Deletion how, JsonObject current) {
        JsonObject tree = withFinalizers(how.propagation(), current);
        Duration grace = grace(target, how, current);
        boolean going = current.at("metadata", "deletionTimestamp").isPresent();
        if (going) {
            long left = current.whole("metadata", "deletionGracePeriodSeconds").orElse(0L);
            // A later wish may shorten the time that is left, never lengthen it.
            return grace.toSeconds() < left ? timed(tree, grace) : tree;
        }
        JsonObject timed = timed(tree, grace);
        if (target.kind().storageKey().equals("namespaces")) {
            timed = timed.withAt(Json.of("Terminating"), "status", "phase");
        }
        if (target.kind().hasGeneration()) {
            long generation = current.whole("metadata", "generation").orElse(0L);
            timed = timed.withAt(Json.of(generation + 1), "metadata", "generation");
        }
        return timed;
    }

    private JsonObject timed(JsonObject tree, Duration grace) {
        String at = Ground.time(ground.clock().now().plus(grace));
        return tree.withAt(Json.of(at), "metadata", "deletionTimestamp")
                .withAt(Json.of(grace.toSeconds()), "metadata", "deletionGracePeriodSeconds");
    }

    private static JsonObject withFinalizers(Deletion.Propagation propagation, JsonObject tree) {
        List<String> before = tree.array("metadata", "finalizers").texts();
        var after = new ArrayList<>(before);
        after.remove(FOREGROUND);
        after.remove(ORPHAN);
        switch (propagation) {
            case BACKGROUND -> {}
            case FOREGROUND -> after.add(FOREGROUND);
            case ORPHAN -> after.add(ORPHAN);
        }
        if (after.equals(before)) {
            return tree;
        }
        return after.isEmpty()
                ? tree.withoutAt("metadata", "finalizers")
                : tree.withAt(JsonArray.ofTexts(after), "metadata", "finalizers");
    }

    /** How long an object may take to stop: pods that run somewhere, and nothing else. */
    private static Duration grace(Target target, Deletion how, JsonObject tree) {
        if (!target.kind().storageKey().equals("pods")) {
            return Duration.ZERO;
        }
        String phase = tree.text("status", "phase").orElse("");
        boolean stopped = phase.equals("Succeeded") || phase.equals("Failed");
        if (stopped || tree.text("spec", "nodeName").orElse("").isEmpty()) {
            return Duration.ZERO;
        }
        return how.grace()
                .orElseGet(
                        () ->
                                Duration.ofSeconds(
                                        tree.whole("spec", "terminationGracePeriodSeconds")
                                                .orElse(GRACE_OF_PODS)));
    }

    private static boolean hasNamespaceFinalizers(Target target, JsonObject tree) {
        return target.kind().storageKey().equals("namespaces")
                && !tree.array("spec", "finalizers").isEmpty();
    }

    private static JsonObject stamped(JsonObject last, Change change) {
        return last.withAt(Json.of(Long.toString(change.version())), "metadata", "resourceVersion");
    }
}
