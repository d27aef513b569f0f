package dev.weft.dataplane.http.body;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps back the head of a short answer until its body is there. Many servers write the two apart:
 * one that dies in between has not answered, and the request may be sent to another, as long as the
 * caller has seen nothing. It is kept for a moment only, so that an answer which comes in drops is
 * passed on in drops. Costs nothing where head and body come together. Its event loop.
 */
public final class AnswerStart extends Timer {
    private static final int LENGTH_MAX = 16 * 1024;

    /** The timeout "answer start". */
    public static final long NANOS = 20_000_000L;

    private final Loop loop;
    private final Runnable late;
    private boolean waiting;
    private @Nullable ByteBuf body;

    /**
     * @param late told when the moment is over; {@link #take} then gives what came
     */
    public AnswerStart(Loop loop, Runnable late) {
        this.loop = loop;
        this.late = late;
    }

    /** Begins to wait, if a body of that length of which so much is there is worth it. */
    public boolean waits(long length, int there) {
        if (length > LENGTH_MAX || there >= length) {
            return false;
        }
        waiting = true;
        loop.shortTimers().arm(this, loop.now() + NANOS);
        return true;
    }

    public boolean waiting() {
        return waiting;
    }

    /** Whether the body is whole with these bytes; if not, it keeps them and waits on. */
    public boolean completedBy(ByteBuf buf, long length, ByteBufAllocator allocator) {
        ByteBuf before = body;
        int had = before == null ? 0 : before.readableBytes();
        if (had + buf.readableBytes() >= length) {
            return true;
        }
        if (buf.isReadable()) {
            if (before == null) {
                before = allocator.directBuffer((int) length);
                body = before;
            }
            before.writeBytes(buf);
        }
        return false;
    }

    /** Waits no longer, and gives the bytes that were kept. */
    public @Nullable ByteBuf take() {
        ByteBuf before = body;
        body = null;
        waiting = false;
        loop.shortTimers().disarm(this);
        return before;
    }

    @Override
    protected void expired() {
        if (waiting) {
            loop.tick();
            late.run();
        }
    }

    /** The connection ends. */
    public void drop() {
        ByteBuf before = take();
        loop.shortTimers().remove(this);
        if (before != null) {
            before.release();
        }
    }
}
