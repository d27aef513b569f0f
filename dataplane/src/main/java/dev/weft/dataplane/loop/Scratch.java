package dev.weft.dataplane.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A few buffers of a loop in which connections gather what they send within one turn: always the
 * same, so that they stay in the caches of the core and nothing is allocated. Few are in use at
 * once, as most are given back before the next is asked for. Its event loop.
 */
public final class Scratch {
    /** How much fits into one. */
    public static final int BYTES = 16 * 1024;

    private static final int COUNT = 4;

    private final @Nullable ByteBuf[] free = new ByteBuf[COUNT];
    private int made;
    private int count;

    /** An empty one, which is to be given back in this turn; null when all are in use. */
    public @Nullable ByteBuf take() {
        if (count > 0) {
            return free[--count];
        }
        if (made == COUNT) {
            return null;
        }
        made++;
        return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(BYTES)).clear();
    }

    public void giveBack(ByteBuf buf) {
        free[count++] = buf.clear();
    }
}
