package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.time.Instant;
import java.util.Optional;

/** One entry of a status' {@code conditions}: whether something holds, since when, and why. */
public record Condition(JsonObject tree) {

    /** A condition that has just come to be what it is. */
    public static Condition of(
            String type, boolean holds, String reason, String message, Instant now) {
        return new Condition(
                JsonObject.builder()
                        .put("type", type)
                        .put("status", holds ? "True" : "False")
                        .put("lastTransitionTime", Moments.text(now))
                        .put("reason", reason)
                        .put("message", message)
                        .build());
    }

    public String type() {
        return tree.text("type").orElse("");
    }

    /** {@code True}, {@code False} or {@code Unknown}. */
    public String status() {
        return tree.text("status").orElse("Unknown");
    }

    public boolean isTrue() {
        return status().equals("True");
    }

    public boolean isFalse() {
        return status().equals("False");
    }

    public String reason() {
        return tree.text("reason").orElse("");
    }

    public String message() {
        return tree.text("message").orElse("");
    }

    /** When the status last changed. */
    public Optional<Instant> transitionedAt() {
        return Moments.at(tree, "lastTransitionTime");
    }

    /** When anything about it last changed; only Deployments say so. */
    public Optional<Instant> updatedAt() {
        return Moments.at(tree, "lastUpdateTime");
    }

    /** This condition, with the time of transition of the one before if the status is the same. */
    public Condition since(Optional<Condition> before) {
        return before.filter(it -> it.status().equals(status()))
                .flatMap(it -> it.tree.field("lastTransitionTime"))
                .map(time -> new Condition(tree.with("lastTransitionTime", time)))
                .orElse(this);
    }
}
