package dev.weft.dataplane.http.body;

import dev.weft.dataplane.route.upstream.Pooling;

/** How long a connection has been used, and how often. Its event loop. */
public final class Wear {
    private final long born;
    private int requests;

    public Wear(long nowNanos) {
        this.born = nowNanos;
    }

    /** One more request is sent on it. */
    public void use() {
        requests++;
    }

    /** Whether it takes no more requests. */
    public boolean isOver(Pooling bounds, long nowNanos) {
        long age = bounds.age().toNanos();
        return (bounds.requests() > 0 && requests >= bounds.requests())
                || (age > 0 && nowNanos - born >= age);
    }
}
