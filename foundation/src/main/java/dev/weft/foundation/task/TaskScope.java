package dev.weft.foundation.task;

import dev.weft.foundation.fault.Faults;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A set of virtual threads that ends before its owner does. Any thread. Closing interrupts every
 * task and waits for them; a task that throws is reported once and does not stop the others.
 */
public final class TaskScope implements AutoCloseable {
    private final String name;
    private final Faults faults;
    private final Duration patience;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param patience how long {@link #close} waits for the tasks after interrupting them; whoever
     *     is left then is reported as a fault
     */
    public TaskScope(String name, Faults faults, Duration patience) {
        this.name = name;
        this.faults = faults;
        this.patience = patience;
    }

    /** Starts a task; refused once the scope is closed. */
    public void start(String task, Runnable work) {
        if (closed) {
            throw new IllegalStateException("scope " + name + " is closed, cannot start " + task);
        }
        Thread thread = Thread.ofVirtual().name(name + "/" + task).unstarted(() -> run(task, work));
        running.add(thread);
        thread.start();
        if (closed) {
            thread.interrupt();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : running) {
            if (thread == Thread.currentThread()) {
                continue;
            }
            if (!joined(thread, deadline)) {
                faults.report(
                        "task " + thread.getName() + " did not end in " + patience, stuck(thread));
            }
        }
    }

    private void run(String task, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (!closed) {
                faults.report("task " + name + "/" + task + " failed", e);
            }
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    private static boolean joined(Thread thread, long deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative()) {
                    return !thread.isAlive();
                }
                try {
                    return thread.join(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Throwable stuck(Thread thread) {
        var where = new IllegalStateException("still running");
        where.setStackTrace(thread.getStackTrace());
        return where;
    }
}
