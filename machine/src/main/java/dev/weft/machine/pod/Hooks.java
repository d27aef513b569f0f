package dev.weft.machine.pod;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action.Severity;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.probe.Check;
import dev.weft.machine.sandbox.Run;
import java.time.Duration;
import java.util.Optional;

/** What a container wants done after its start and before its end. The thread that calls waits. */
record Hooks(PodSurroundings around, ContainerSpec spec, Run run) {
    private static final Duration AFTER_START = Duration.ofMinutes(5);

    /** What a process has at least, however long its hook took. */
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

    /** Why it failed, if it did. */
    Optional<String> afterStart() {
        Check.Outcome outcome = make("postStart", AFTER_START);
        return outcome.good()
                ? Optional.empty()
                : Optional.of("PostStartHook failed: " + outcome.text());
    }

    /** Runs the hook and asks the process to end; both within the grace. */
    void beforeStop(Duration grace) {
        long begun = around.clock().nanos();
        Check.Outcome outcome = make("preStop", grace);
        if (!outcome.good()) {
            around.tell(
                    Severity.WARNING, "FailedPreStopHook", "PreStopHook failed: " + outcome.text());
        }
        Duration left = grace.minusNanos(around.clock().nanos() - begun);
        run.stop(left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left);
    }

    private Check.Outcome make(String name, Duration limit) {
        JsonObject action = spec.hook(name).orElse(JsonObject.empty());
        try {
            return around.check(action, spec, run).make(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Check.Outcome.failure("the platform is stopping");
        }
    }
}
