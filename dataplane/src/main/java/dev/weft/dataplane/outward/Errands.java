package dev.weft.dataplane.outward;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.OwnThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A few threads for what may not be done on an event loop: looking up names, which waits in native
 * code, and making routes. They are started when there is first something to do. Any thread.
 */
public final class Errands implements AutoCloseable {
    private static final int THREADS_MAX = 4;
    private static final int WAITING_MAX = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Faults faults;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final List<OwnThread> threads = new ArrayList<>();
    private int idle;
    private boolean closed;

    public Errands(Faults faults) {
        this.faults = faults;
    }

    /** Returns whether it will be run: not when too many wait. */
    synchronized boolean send(Runnable errand) {
        if (closed || waiting.size() >= WAITING_MAX) {
            return false;
        }
        waiting.add(errand);
        if (idle >= waiting.size()) {
            notifyAll();
        } else if (threads.size() < THREADS_MAX) {
            threads.add(OwnThread.start("weft-outward-" + threads.size(), faults, this::run));
        }
        return true;
    }

    private void run() {
        Runnable next = next();
        while (next != null) {
            try {
                next.run();
            } catch (RuntimeException e) {
                faults.report("the outbound proxy failed at an errand", e);
            }
            next = next();
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Runnable next() {
        idle++;
        try {
            while (waiting.isEmpty() && !closed) {
                wait();
            }
            return closed ? null : waiting.remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            idle--;
        }
    }

    /** What waits is dropped; a look that does not end is left to itself. */
    @Override
    public void close() {
        List<OwnThread> running;
        synchronized (this) {
            closed = true;
            waiting.clear();
            notifyAll();
            running = List.copyOf(threads);
        }
        running.forEach(OwnThread::interrupt);
        running.forEach(it -> it.ended(PATIENCE));
    }
}
