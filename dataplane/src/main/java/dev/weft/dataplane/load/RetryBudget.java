package dev.weft.dataplane.load;

import java.time.Duration;

/**
 * How many retries are left: a part of the requests of the last while, and so many a second beside.
 * Every kind of route draws from one of these, so that retries never multiply an overload. {@link
 * #request} on its event loop; {@link #withdraw} on any.
 */
public final class RetryBudget {
    private final double ratio;
    private final double reserve;
    private final Window requests;
    private final Window withdrawn;

    /**
     * @param ratio retries for each request: 0.2
     * @param minPerSecond retries that are always allowed
     * @param ttl for how long a request counts
     */
    public RetryBudget(double ratio, int minPerSecond, Duration ttl, int loops, long nowNanos) {
        this.ratio = ratio;
        this.reserve = minPerSecond * (ttl.toNanos() / 1e9);
        this.requests = new Window(ttl, loops, nowNanos);
        this.withdrawn = new Window(ttl, 1, nowNanos);
    }

    /** A request came, for the first time. */
    public void request(int loop, long nowNanos) {
        requests.add(loop, nowNanos);
    }

    /** Whether one more retry is allowed; it is taken then. */
    public synchronized boolean withdraw(long nowNanos) {
        if (left(nowNanos) < 1) {
            return false;
        }
        withdrawn.add(0, nowNanos);
        return true;
    }

    /** How many retries are left now. */
    public synchronized double left(long nowNanos) {
        return reserve + ratio * requests.sum(nowNanos) - withdrawn.sum(nowNanos);
    }
}
