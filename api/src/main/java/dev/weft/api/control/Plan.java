package dev.weft.api.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a reconciler wants done, in order; the first action that fails ends it.
 *
 * @param again when to look again even if nothing changes
 */
public record Plan(List<Action> actions, Optional<Duration> again) {
    private static final Plan NOTHING = new Plan(List.of(), Optional.empty());

    public Plan {
        actions = List.copyOf(actions);
    }

    public static Plan nothing() {
        return NOTHING;
    }

    public static Plan of(Action... actions) {
        return new Plan(List.of(actions), Optional.empty());
    }

    public static Plan of(List<Action> actions) {
        return new Plan(actions, Optional.empty());
    }

    public Plan againAfter(Duration delay) {
        return new Plan(actions, Optional.of(delay));
    }
}
