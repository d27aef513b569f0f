package dev.weft.machine.pod;

import dev.weft.api.model.Resource;
import dev.weft.machine.sandbox.Run;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a pod's worker and everybody else leave for each other. Any thread. */
final class PodMail {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Resource latest;
    private boolean woken;
    private boolean gone;
    private boolean finished;
    private Optional<Duration> drain = Optional.empty();
    private List<Place> places = List.of();

    /** Where a container stands, for whoever reads its log. */
    record Place(String container, int attempt, boolean waiting, Optional<Run> run) {}

    PodMail(Resource pod) {
        this.latest = pod;
    }

    void observe(Resource pod) {
        change(() -> latest = pod);
    }

    /** The object is no more. */
    void gone() {
        change(() -> gone = true);
    }

    /** The platform stops; what runs is to be ended within that time. */
    void drain(Duration grace) {
        change(() -> drain = Optional.of(grace));
    }

    void wake() {
        change(() -> {});
    }

    void finish() {
        change(() -> finished = true);
    }

    void show(List<Place> now) {
        lock.lock();
        try {
            places = now;
        } finally {
            lock.unlock();
        }
    }

    Optional<Place> place(String container) {
        lock.lock();
        try {
            return places.stream().filter(it -> it.container().equals(container)).findFirst();
        } finally {
            lock.unlock();
        }
    }

    Resource latest() {
        lock.lock();
        try {
            return latest;
        } finally {
            lock.unlock();
        }
    }

    boolean isGone() {
        lock.lock();
        try {
            return gone;
        } finally {
            lock.unlock();
        }
    }

    boolean isFinished() {
        lock.lock();
        try {
            return finished;
        } finally {
            lock.unlock();
        }
    }

    Optional<Duration> drainGrace() {
        lock.lock();
        try {
            return drain;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is left here, or that long. */
    void await(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the worker has finished; whether it has. */
    boolean awaitFinish(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (!finished && left > 0) {
                left = changed.awaitNanos(left);
            }
            return finished;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable how) {
        lock.lock();
        try {
            how.run();
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
