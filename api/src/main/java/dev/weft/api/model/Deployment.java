package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** So many pods of one template, and how to get from one template to the next. */
public record Deployment(Resource resource) {
    /** What became of the pods of the old template. */
    public sealed interface Strategy {
        /** The old ones end before the new ones begin. */
        record Recreate() implements Strategy {}

        /** New ones take over from old ones step by step. */
        record RollingUpdate(IntOrPercent maxSurge, IntOrPercent maxUnavailable)
                implements Strategy {}
    }

    private static final IntOrPercent QUARTER = new IntOrPercent(25, true);

    public int replicas() {
        return count("spec", "replicas").orElse(1);
    }

    public LabelSelector selector() {
        return new LabelSelector(resource.tree().object("spec", "selector"));
    }

    /** The pod that is wanted, as {@code metadata} and {@code spec}. */
    public JsonObject template() {
        return resource.tree().object("spec", "template");
    }

    public Strategy strategy() {
        JsonObject strategy = resource.tree().object("spec", "strategy");
        if (strategy.text("type").orElse("").equals("Recreate")) {
            return new Strategy.Recreate();
        }
        return new Strategy.RollingUpdate(
                strategy.at("rollingUpdate", "maxSurge").map(IntOrPercent::of).orElse(QUARTER),
                strategy.at("rollingUpdate", "maxUnavailable")
                        .map(IntOrPercent::of)
                        .orElse(QUARTER));
    }

    public boolean isPaused() {
        return resource.tree().flag("spec", "paused").orElse(false);
    }

    public Duration minReady() {
        return Duration.ofSeconds(count("spec", "minReadySeconds").orElse(0));
    }

    /** How long a change may make no progress; absent where that is not asked for. */
    public Optional<Duration> progressDeadline() {
        return count("spec", "progressDeadlineSeconds")
                .filter(seconds -> seconds != Integer.MAX_VALUE)
                .map(Duration::ofSeconds);
    }

    /** How many old replica sets are kept to go back to. */
    public int revisionHistoryLimit() {
        return count("spec", "revisionHistoryLimit").orElse(10);
    }

    public int collisionCount() {
        return count("status", "collisionCount").orElse(0);
    }

    public long observedGeneration() {
        return resource.tree().whole("status", "observedGeneration").orElse(0L);
    }

    public int readyReplicas() {
        return count("status", "readyReplicas").orElse(0);
    }

    public int availableReplicas() {
        return count("status", "availableReplicas").orElse(0);
    }

    public int updatedReplicas() {
        return count("status", "updatedReplicas").orElse(0);
    }

    private Optional<Integer> count(String... path) {
        return resource.tree().whole(path).map(Math::toIntExact);
    }
}
