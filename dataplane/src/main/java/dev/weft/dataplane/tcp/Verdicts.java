package dev.weft.dataplane.tcp;

import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers of which targets the server speaks first, so that only the first of their callers is
 * waited for. It is forgotten again, since another server may come to stand there. Any thread.
 */
public final class Verdicts {
    /** As long as a wrong verdict may last; the wait it spares is some 50 ms. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private static final int TARGETS_MAX = 4096;

    private final Clock clock;
    private final ConcurrentHashMap<String, Long> untilNanos = new ConcurrentHashMap<>();

    public Verdicts(Clock clock) {
        this.clock = clock;
    }

    public boolean serverFirst(String target) {
        Long until = untilNanos.get(target);
        if (until == null) {
            return false;
        }
        if (clock.nanos() - until < 0) {
            return true;
        }
        untilNanos.remove(target, until);
        return false;
    }

    /** The server of a target was seen to speak before its client. */
    public void sawServerFirst(String target) {
        if (untilNanos.size() >= TARGETS_MAX) {
            long now = clock.nanos();
            untilNanos.values().removeIf(until -> now - until >= 0);
        }
        if (untilNanos.size() < TARGETS_MAX) {
            untilNanos.put(target, clock.nanos() + KEPT.toNanos());
        }
    }
}
