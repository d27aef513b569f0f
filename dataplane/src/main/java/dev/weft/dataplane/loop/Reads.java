package dev.weft.dataplane.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;

/**
 * Where bytes are read into: the whole of a usual head at least, more where more comes. Most reads
 * are done with before the next one begins, so an event loop has a few buffers of its own for them,
 * which are used again and again; whoever keeps one longer than that only has the others read
 * elsewhere. Any event loop.
 */
@SuppressWarnings("deprecation") // the library asks for handles of a kind that it gives up
final class Reads extends AdaptiveRecvByteBufAllocator {
    private static final int LEAST = 2048;
    private static final int MOST = 64 * 1024;
    private static final int OWN = 4;

    private static final FastThreadLocal<ByteBuf[]> BUFFERS =
            new FastThreadLocal<>() {
                @Override
                protected ByteBuf[] initialValue() {
                    var all = new ByteBuf[OWN];
                    for (int i = 0; i < OWN; i++) {
                        all[i] = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(LEAST));
                    }
                    return all;
                }
            };

    Reads() {
        super(LEAST, LEAST, MOST);
    }

    @Override
    public RecvByteBufAllocator.Handle newHandle() {
        return new Own(super.newHandle());
    }

    /** Of one connection. Its event loop. */
    private static final class Own extends RecvByteBufAllocator.DelegatingHandle
            implements RecvByteBufAllocator.ExtendedHandle {
        private final RecvByteBufAllocator.ExtendedHandle usual;

        Own(RecvByteBufAllocator.Handle usual) {
            super(usual);
            this.usual = (RecvByteBufAllocator.ExtendedHandle) usual;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            if (usual.guess() <= LEAST) {
                for (ByteBuf one : BUFFERS.get()) {
                    if (one.refCnt() == 1) {
                        return one.clear().retain();
                    }
                }
            }
            return usual.allocate(allocator);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier isMoreExpected) {
            return usual.continueReading(isMoreExpected);
        }
    }
}
