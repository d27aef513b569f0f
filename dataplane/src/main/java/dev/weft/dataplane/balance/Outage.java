package dev.weft.dataplane.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Since when no endpoint of a cluster has been ready. For a while requests are sent all the same,
 * since most outages are short; after that they are refused at once, but for those that try an
 * endpoint whose penalty is over: that somebody may be tried does not end an outage, that somebody
 * is good does. When nobody has asked for a moment, what was known is old, and the while begins
 * anew. Any event loop.
 */
final class Outage {
    /** How long requests are still sent when no endpoint is ready. */
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    /** After so long without a request nothing is known any more. */
    private static final long MEMORY_NANOS = 1_000_000_000L;

    private static final long NONE = Long.MIN_VALUE;

    private final AtomicLong since = new AtomicLong(NONE);
    private volatile long seen;

    /** Somebody is good. */
    void over() {
        if (since.getPlain() != NONE) {
            since.set(NONE);
        }
    }

    /** Nobody is ready; returns whether that has been so for too long. */
    boolean lasts(long nowNanos) {
        long began = since.get();
        boolean old = nowNanos - seen > MEMORY_NANOS;
        seen = nowNanos;
        if (began == NONE || old) {
            since.compareAndSet(began, nowNanos);
            return false;
        }
        return nowNanos - began >= PATIENCE_NANOS;
    }
}
