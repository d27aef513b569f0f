package dev.weft.foundation.task;

import dev.weft.foundation.fault.Faults;
import java.time.Duration;

/**
 * One platform thread for work that must not run on a virtual one: native code that would pin its
 * carrier, or a kernel that remembers which thread called. Any thread may wait for its end.
 */
public final class OwnThread {
    private final Thread thread;

    private OwnThread(Thread thread) {
        this.thread = thread;
    }

    /** Starts it; work that throws is reported as a fault. It does not keep the process alive. */
    public static OwnThread start(String name, Faults faults, Runnable work) {
        Runnable guarded =
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        faults.report("thread " + name + " failed", e);
                    }
                };
        return new OwnThread(Thread.ofPlatform().name(name).daemon().start(guarded));
    }

    /**
     * The same as a task of a scope: when that closes, the thread is interrupted, and waited for.
     */
    public static void start(String name, TaskScope scope, Faults faults, Runnable work) {
        scope.start(
                name,
                () -> {
                    OwnThread own = start(name, faults, work);
                    try {
                        own.thread.join();
                    } catch (InterruptedException e) {
                        own.interrupt();
                        own.joinAfterAll();
                    }
                });
    }

    private void joinAfterAll() {
        boolean again = true;
        while (again) {
            try {
                thread.join();
                again = false;
            } catch (InterruptedException e) {
                thread.interrupt();
            }
        }
        Thread.currentThread().interrupt();
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** Whether it ended within that time. An interrupt while waiting stays set. */
    public boolean ended(Duration patience) {
        try {
            return thread.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !thread.isAlive();
        }
    }
}
