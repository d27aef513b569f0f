package dev.weft.dataplane.load;

import dev.weft.foundation.chance.Chance;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint is asked at all. It is good until it has failed too often in a row, or too
 * often lately; then it is out for a while, and longer each time; then one request, and no second,
 * tries it: if that succeeds it is good again, if not it is out anew. One that takes no connection
 * is out at once. Any event loop.
 */
public final class Standing {
    /** What an endpoint is doing. */
    public enum State {
        GOOD,
        OUT,
        PROBATION
    }

    /**
     * When an endpoint is put out, and for how long.
     *
     * @param failures in a row that put it out; 0: none do
     * @param minPenalty the first time
     * @param maxPenalty after many times
     * @param jitter part of a penalty that chance may add
     * @param successRate below which it is put out; 0: never
     * @param rateWindow over which the rate is taken
     * @param rateRequests how many requests a rate needs to mean something
     */
    public record Rules(
            int failures,
            Duration minPenalty,
            Duration maxPenalty,
            double jitter,
            double successRate,
            Duration rateWindow,
            int rateRequests) {}

    /** An endpoint that takes no connection is asked again sooner than one that answers badly. */
    private static final Duration UNREACHABLE_MIN = Duration.ofSeconds(1);

    private static final Duration UNREACHABLE_MAX = Duration.ofSeconds(10);

    /** For how long nobody else comes in while the one that tries it has begun to be answered. */
    private static final long STREAM_NANOS = 1_000_000_000L;

    private final Ejections ejections;
    private final int loops;
    private final AtomicInteger inARow = new AtomicInteger();
    private volatile State state = State.GOOD;
    private volatile long outUntil;
    private volatile boolean unreachable;

    /** On probation, and its one request has begun to be answered. */
    private volatile boolean answering;

    /** How often it has been out since it was good. Guarded by this. */
    private int times;

    /** Whether it is one of those that {@link Ejections} counts. Guarded by this. */
    private boolean counted;

    /** Only where a rule asks for the rate of success. */
    private volatile @Nullable Rate rate;

    private record Rate(Window good, Window bad) {}

    public Standing(Ejections ejections, int loops) {
        this.ejections = ejections;
        this.loops = loops;
    }

    public State state() {
        return state;
    }

    /** Whether it is out since it took no connection. */
    public boolean isUnreachable() {
        return unreachable && state != State.GOOD;
    }

    /** When it may be tried again; means something while it is out. */
    public long outUntilNanos() {
        return outUntil;
    }

    /** Whether a request may be sent to it now. */
    public boolean ready(long nowNanos) {
        return switch (state) {
            case GOOD -> true;
            case OUT -> nowNanos - outUntil >= 0;
            case PROBATION -> answering && nowNanos - outUntil >= 0;
        };
    }

    /**
     * Whether this request is the one that tries it; false also when it is simply good. Whoever is
     * told true tells the outcome, or that there is none.
     */
    public boolean tries(long nowNanos) {
        if (state == State.GOOD) {
            return false;
        }
        synchronized (this) {
            if (state == State.PROBATION && ready(nowNanos)) {
                pardon();
                return false;
            }
            if (state != State.OUT || nowNanos - outUntil < 0) {
                return false;
            }
            answering = false;
            state = State.PROBATION;
            return true;
        }
    }

    /**
     * The request that tries it has begun to be answered, by a stream whose end tells how it went.
     * A stream may last for ever: when it has gone well for a moment, the endpoint is good.
     */
    public synchronized void begins(long nowNanos) {
        if (state == State.PROBATION) {
            outUntil = nowNanos + STREAM_NANOS;
            answering = true;
        }
    }

    /**
     * @param trial whether {@link #tries} said true for this request
     */
    public void succeeded(int loop, long nowNanos, boolean trial, Rules rules) {
        if (inARow.getPlain() != 0) {
            inARow.setOpaque(0);
        }
        if (rules.successRate() > 0) {
            rate(nowNanos, rules).good().add(loop, nowNanos);
        }
        if (trial) {
            pardon();
        }
    }

    /** It answered badly, or not at all. */
    public void failed(int loop, long nowNanos, boolean trial, Rules rules, Chance chance) {
        int row = inARow.incrementAndGet();
        boolean low = rules.successRate() > 0 && isRateLow(loop, nowNanos, rules);
        if (trial || low || (rules.failures() > 0 && row >= rules.failures())) {
            putOut(nowNanos, trial, false, rules, chance);
        }
    }

    /** It took no connection. */
    public void unreachable(long nowNanos, boolean trial, Rules rules, Chance chance) {
        putOut(nowNanos, trial, true, rules, chance);
    }

    /** The request that tried it ended without telling anything. */
    public synchronized void abandoned(long nowNanos) {
        if (state == State.PROBATION) {
            outUntil = nowNanos;
            state = State.OUT;
        }
    }

    /** It is good again, for whatever reason. */
    public synchronized void pardon() {
        times = 0;
        inARow.setOpaque(0);
        rate = null;
        release();
        state = State.GOOD;
    }

    private Rate rate(long nowNanos, Rules rules) {
        Rate known = rate;
        return known == null ? firstRate(nowNanos, rules) : known;
    }

    private synchronized Rate firstRate(long nowNanos, Rules rules) {
        Rate known = rate;
        if (known == null) {
            known =
                    new Rate(
                            new Window(rules.rateWindow(), loops, nowNanos),
                            new Window(rules.rateWindow(), loops, nowNanos));
            rate = known;
        }
        return known;
    }

    private boolean isRateLow(int loop, long nowNanos, Rules rules) {
        Rate known = rate(nowNanos, rules);
        known.bad().add(loop, nowNanos);
        long bad = known.bad().sum(nowNanos);
        long all = bad + known.good().sum(nowNanos);
        return all >= rules.rateRequests() && all - bad < rules.successRate() * all;
    }

    private synchronized void putOut(
            long nowNanos, boolean trial, boolean isUnreachable, Rules rules, Chance chance) {
        if (state != (trial ? State.PROBATION : State.GOOD)) {
            // a request from before: what is known since weighs more
            return;
        }
        if (isUnreachable) {
            // asking it is of no use, however many are out
            release();
        } else if (!counted) {
            if (!ejections.take()) {
                state = State.GOOD;
                return;
            }
            counted = true;
        }
        Duration min = isUnreachable ? UNREACHABLE_MIN : rules.minPenalty();
        Duration max = isUnreachable ? UNREACHABLE_MAX : rules.maxPenalty();
        double base = min.toNanos() * Math.pow(2, Math.min(times, 40));
        double penalty = base * (1 + rules.jitter() * chance.fraction());
        times++;
        unreachable = isUnreachable;
        outUntil = nowNanos + (long) Math.min(penalty, max.toNanos());
        state = State.OUT;
    }

    private void release() {
        if (counted) {
            counted = false;
            ejections.giveBack();
        }
    }

    /** It is no longer an endpoint: frees its place among those that are out. */
    public synchronized void retire() {
        release();
    }
}
