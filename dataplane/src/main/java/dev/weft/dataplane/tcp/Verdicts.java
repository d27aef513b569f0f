package dev.weft.dataplane.tcp;

import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers of which targets the server speaks first, so that only the first of their callers is
 * waited for; and which have spoken HTTP, whose callers may take longer over their first word. It
 * is forgotten again, since another server may come to stand there. Any thread.
 */
public final class Verdicts {
    /** As long as a wrong verdict may last; the wait it spares is some 50 ms. */
    static final Duration KEPT = Duration.ofMinutes(10);

    /**
     * How long a client of a target that has spoken HTTP may be silent: it may have opened the
     * connection ahead of time. Where that was wrong, no other caller waits longer than this.
     */
    private static final Duration HTTP_PATIENCE = Duration.ofSeconds(1);

    private static final int TARGETS_MAX = 4096;

    private record Verdict(boolean serverFirst, long untilNanos) {}

    private final Clock clock;
    private final ConcurrentHashMap<String, Verdict> known = new ConcurrentHashMap<>();

    public Verdicts(Clock clock) {
        this.clock = clock;
    }

    public boolean serverFirst(String target) {
        Verdict verdict = verdict(target);
        return verdict != null && verdict.serverFirst;
    }

    /** For how long a client's first bytes are waited for. */
    public Duration patience(String target, Duration usual) {
        Verdict verdict = verdict(target);
        boolean http = verdict != null && !verdict.serverFirst;
        return http && usual.compareTo(HTTP_PATIENCE) < 0 ? HTTP_PATIENCE : usual;
    }

    private @Nullable Verdict verdict(String target) {
        Verdict verdict = known.get(target);
        if (verdict != null && clock.nanos() - verdict.untilNanos >= 0) {
            known.remove(target, verdict);
            return null;
        }
        return verdict;
    }

    /** The server of a target was seen to speak before its client. */
    public void sawServerFirst(String target) {
        keep(target, true);
    }

    /** A client of a target began with HTTP. */
    public void sawHttp(String target) {
        Verdict verdict = known.get(target);
        // once in a while is enough, and what a server was seen to do weighs more
        if (verdict == null || clock.nanos() - verdict.untilNanos >= 0) {
            keep(target, false);
        }
    }

    private void keep(String target, boolean serverFirst) {
        if (known.size() >= TARGETS_MAX) {
            long now = clock.nanos();
            known.values().removeIf(it -> now - it.untilNanos >= 0);
        }
        if (known.size() < TARGETS_MAX) {
            known.put(target, new Verdict(serverFirst, clock.nanos() + KEPT.toNanos()));
        }
    }
}
