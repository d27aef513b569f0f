package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Condition;
import dev.weft.dialects.gatewayapi.rule.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Collects conditions in the place of those that stood there; one whose status stays keeps its
 * time. Belongs to one thread.
 */
final class Conditions {
    /** The types that are ours to say; what others have said of anything else stays. */
    private static final Set<String> OURS =
            Set.of(
                    "Accepted",
                    "Conflicted",
                    "OverlappingTLSConfig",
                    "PartiallyInvalid",
                    "Programmed",
                    "ResolvedRefs",
                    "SupportedVersion");

    private final JsonArray before;
    private final long generation;
    private final Instant now;
    private final List<Json> all = new ArrayList<>();

    Conditions(JsonArray before, long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    Conditions with(String type, boolean holds, String reason, String message) {
        Optional<Condition> old =
                before.objects().stream()
                        .map(Condition::new)
                        .filter(it -> it.type().equals(type))
                        .findFirst();
        JsonObject tree =
                Condition.of(type, holds, reason, message, now)
                        .since(old)
                        .tree()
                        .with("observedGeneration", generation);
        all.add(tree);
        return this;
    }

    /** It holds for the usual reason, unless there is a problem. */
    Conditions unless(Optional<Problem> problem, String type, String usual, String message) {
        return problem.map(it -> with(type, false, it.reason(), it.message()))
                .orElseGet(() -> with(type, true, usual, message));
    }

    JsonArray list() {
        var list = new ArrayList<Json>(all);
        before.objects().stream()
                .filter(it -> !OURS.contains(new Condition(it).type()))
                .forEach(list::add);
        return JsonArray.of(list);
    }
}
