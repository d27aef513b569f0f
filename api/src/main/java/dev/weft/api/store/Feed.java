package dev.weft.api.store;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place among the changes of a collection. Belongs to the thread that reads; any
 * thread may close it, which ends the reader's waiting.
 */
public final class Feed implements AutoCloseable {
    private final Ring ring;
    private final Settled settled;
    private long position;
    private long after;
    private volatile boolean closed;

    Feed(Ring ring, Settled settled, long after) {
        this.ring = ring;
        this.settled = settled;
        this.after = after;
        this.position = ring.position(after);
    }

    /** Tells the version up to which all changes stand in their rings. */
    @FunctionalInterface
    interface Settled {
        long version();
    }

    /**
     * The next change, or nothing where none came in that time.
     *
     * @throws dev.weft.api.client.ApiException with {@code Expired} where changes fell off before
     *     they were taken, with {@code CLOSED} where the store was closed
     */
    public Optional<Change> next(Duration patience) throws InterruptedException {
        while (true) {
            long known = settled.version();
            @Nullable Change change = ring.take(position, after, patience.toNanos(), () -> closed);
            if (change == null) {
                after = Math.max(after, known);
                return Optional.empty();
            }
            position++;
            // A list sees an image a moment before its last changes stand in their rings.
            if (change.version() > after) {
                after = change.version();
                return Optional.of(change);
            }
        }
    }

    /** The version up to which this reader has taken everything. */
    public long version() {
        return after;
    }

    @Override
    public void close() {
        closed = true;
        ring.wake();
    }
}
