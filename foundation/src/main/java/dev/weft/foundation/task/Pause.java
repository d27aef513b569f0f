package dev.weft.foundation.task;

import java.time.Duration;

/** Doing nothing for a while, on a thread that may wait. Any thread but an event loop. */
public final class Pause {
    private Pause() {}

    /**
     * @throws InterruptedException where the task's scope is closing
     */
    public static void of(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
