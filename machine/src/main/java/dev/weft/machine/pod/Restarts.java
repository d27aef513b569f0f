package dev.weft.machine.pod;

import java.time.Duration;

/**
 * When a container that ended is started again: at once the first time, then after a pause that
 * doubles. With 10 s to 300 s that is 0, 10, 20, 40, 80, 160, 300, 300 … One thread.
 */
final class Restarts {
    private final Timing timing;
    private int pauses;
    private boolean once;

    Restarts(Timing timing) {
        this.timing = timing;
    }

    /** Goes on where an earlier platform was after so many restarts of one failing container. */
    void resume(int restarts) {
        once = restarts > 0;
        pauses = Math.max(0, restarts - 1);
    }

    /** How long to wait after a run that lasted so long. */
    Duration next(Duration ran) {
        if (ran.compareTo(timing.backOffForgotten()) >= 0) {
            once = false;
            pauses = 0;
        }
        if (!once) {
            once = true;
            return Duration.ZERO;
        }
        Duration pause = timing.backOffFirst().multipliedBy(1L << Math.min(pauses, 20));
        pauses++;
        return pause.compareTo(timing.backOffMost()) > 0 ? timing.backOffMost() : pause;
    }
}
