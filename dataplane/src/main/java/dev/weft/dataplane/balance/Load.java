package dev.weft.dataplane.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * How busy an endpoint seems: requests under way, and a moving average of the time until the first
 * of an answer that jumps up to any longer one at once and forgets it slowly. {@link #begin} and
 * {@link #end} on their event loop, the rest on any; see the package for what is shared.
 */
final class Load {
    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle ESTIMATE;
    private static final VarHandle STAMP;

    static {
        try {
            var lookup = MethodHandles.lookup();
            ESTIMATE = lookup.findVarHandle(Load.class, "estimate", double.class);
            STAMP = lookup.findVarHandle(Load.class, "stamp", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Room between the cells of two loops, so that they share no cache line. */
    private static final int STRIDE = 16;

    private final double decayNanos;
    private final int[] pending;

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // used through its handle
    private double estimate;

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // used through its handle
    private long stamp;

    /**
     * @param decay after which a sample weighs a third
     * @param initial the round trip that is assumed at first
     */
    Load(Duration decay, Duration initial, int loops, long nowNanos) {
        this.decayNanos = decay.toNanos();
        this.estimate = initial.toNanos();
        this.stamp = nowNanos;
        this.pending = new int[loops * STRIDE];
    }

    void begin(int loop) {
        add(loop, 1);
    }

    void end(int loop) {
        add(loop, -1);
    }

    private void add(int loop, int more) {
        int at = loop * STRIDE;
        INTS.setOpaque(pending, at, pending[at] + more);
    }

    /** Requests that wait for the first of their answer, on all loops. */
    int pending() {
        int sum = 0;
        for (int at = 0; at < pending.length; at += STRIDE) {
            sum += (int) INTS.getOpaque(pending, at);
        }
        return sum;
    }

    /** An answer began after so long. */
    void answered(long nowNanos, long tookNanos) {
        double before = (double) ESTIMATE.getOpaque(this);
        double after;
        if (tookNanos >= before) {
            after = tookNanos;
        } else {
            double keep = kept(nowNanos - (long) STAMP.getOpaque(this));
            after = before * keep + tookNanos * (1 - keep);
        }
        ESTIMATE.setOpaque(this, after);
        STAMP.setOpaque(this, nowNanos);
    }

    /**
     * A request failed after so long. A quick failure is no sign of a quick endpoint: it may only
     * raise the estimate.
     */
    void failed(long nowNanos, long tookNanos) {
        if (tookNanos >= roundTripNanos(nowNanos)) {
            answered(nowNanos, tookNanos);
        }
    }

    /** The estimate, which sinks while nothing is heard. */
    double roundTripNanos(long nowNanos) {
        return (double) ESTIMATE.getOpaque(this) * kept(nowNanos - (long) STAMP.getOpaque(this));
    }

    /** What one more request would cost here: the round trip for each that is under way. */
    double cost(long nowNanos) {
        return roundTripNanos(nowNanos) * (pending() + 1.0);
    }

    private double kept(long agoNanos) {
        double part = agoNanos / decayNanos;
        if (part <= 0) {
            return 1;
        }
        // for short whiles the first term of the series is as good and far cheaper
        return part < 0.01 ? 1 - part : Math.exp(-part);
    }
}
