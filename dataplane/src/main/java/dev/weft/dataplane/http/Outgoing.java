package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has to write in this turn, gathered so that a small message is one buffer and
 * one write. Bytes are counted as unsent from the moment they are appended. Its event loop.
 */
public final class Outgoing {
    /** Bodies up to this length are copied behind their head; longer ones travel by reference. */
    public static final int COPY_MAX = 4096;

    private static final byte[] HEX =
            "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** How much is gathered before it has to go out. */
    private static final int GATHERED_MAX = 48 * 1024;

    private final ChannelHandlerContext ctx;
    private final Runnable taken;
    private @Nullable ByteBuf tail;
    private int gathered;
    private boolean unflushed;
    private boolean flushing;
    private boolean sticking;
    private boolean stuck;

    /**
     * @param taken told when the other end has taken what it did not take at once
     */
    public Outgoing(ChannelHandlerContext ctx, Runnable taken) {
        this.ctx = ctx;
        this.taken = taken;
    }

    /** A buffer with room for so many bytes at its end. */
    public ByteBuf room(int bytes) {
        ByteBuf buf = tail;
        if (buf != null && buf.writableBytes() < bytes) {
            pass();
            buf = null;
        }
        if (buf == null) {
            buf = ctx.alloc().directBuffer(Math.max(bytes + 256, 1024));
            tail = buf;
        }
        return buf;
    }

    public void head(Head head) {
        ByteBuf buf = room(HeadWriter.size(head));
        HeadWriter.write(head, buf);
        buf.writeShort('\r' << 8 | '\n');
    }

    public void bytes(byte[] some) {
        room(some.length).writeBytes(some);
    }

    public void chunk(Chunk chunk) {
        part(chunk, 0, chunk.length());
        if (gathered >= GATHERED_MAX) {
            flush();
        }
    }

    /** So many bytes of a chunk, from one of them on. */
    public void part(Chunk chunk, int from, int length) {
        if (chunk instanceof Bytes bytes) {
            buf(bytes.buf(), bytes.from() + from, length);
        } else if (chunk instanceof Bytes.HeldBytes held) {
            buf(held.slice(), held.slice().readerIndex() + from, length);
        } else if (chunk instanceof ByteChunk array) {
            if (length <= COPY_MAX) {
                room(length).writeBytes(array.bytes(), array.from() + from, length);
            } else {
                pass();
                write(Unpooled.wrappedBuffer(array.bytes(), array.from() + from, length));
            }
        } else {
            byte[] copy = new byte[chunk.length()];
            chunk.copyTo(copy, 0);
            part(ByteChunk.of(copy), from, length);
        }
    }

    /** The buffer that is being filled, if there is one. */
    public @Nullable ByteBuf tail() {
        return tail;
    }

    private void buf(ByteBuf source, int from, int length) {
        if (length <= COPY_MAX) {
            room(length).writeBytes(source, from, length);
        } else {
            pass();
            write(source.retainedSlice(from, length));
        }
    }

    /** A chunk of the chunked coding. */
    void framed(Chunk chunk) {
        int length = chunk.length();
        ByteBuf buf = room(10 + (length <= COPY_MAX ? length + 2 : 0));
        int shift = (31 - Integer.numberOfLeadingZeros(length)) & ~3;
        for (; shift >= 0; shift -= 4) {
            buf.writeByte(HEX[(length >>> shift) & 15]);
        }
        buf.writeShort('\r' << 8 | '\n');
        chunk(chunk);
        room(2).writeShort('\r' << 8 | '\n');
    }

    private void pass() {
        ByteBuf buf = tail;
        if (buf != null) {
            tail = null;
            write(buf);
        }
    }

    private void write(ByteBuf buf) {
        unflushed = true;
        gathered += buf.readableBytes();
        var unused = ctx.write(buf, ctx.voidPromise());
    }

    /**
     * Whether more may come: the other end has taken all that was sent to it, and little is
     * gathered for it. So what waits for a slow one is never more than what came in one read.
     */
    public boolean writable() {
        ByteBuf buf = tail;
        int more = buf == null ? 0 : buf.readableBytes();
        // The channel's own mark is not asked: it may turn after the last word that more is taken.
        return !stuck && gathered + more < GATHERED_MAX;
    }

    /** The same, once what is gathered has gone out. */
    boolean takes() {
        if (gathered >= GATHERED_MAX) {
            flush();
        }
        return writable();
    }

    /** How much the other end has still to take of what was sent to it. */
    public long pending() {
        ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    public void flush() {
        pass();
        if (unflushed) {
            unflushed = false;
            gathered = 0;
            flushing = true;
            ctx.flush();
            if (!stuck && pending() > 0) {
                stick();
            }
            flushing = false;
        }
    }

    /** Something is left over: has the end of it say so when it has been taken. */
    private void stick() {
        stuck = true;
        sticking = true;
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            stuck = false;
                            // Taken by now: whoever flushes sees that more may come.
                            if (written.isSuccess() && !sticking) {
                                tell();
                            }
                        });
        sticking = false;
    }

    /** Whoever flushes now may not be the one who waits to be told. */
    private void tell() {
        if (flushing) {
            ctx.executor().execute(taken);
        } else {
            taken.run();
        }
    }

    public void drop() {
        ByteBuf buf = tail;
        if (buf != null) {
            tail = null;
            buf.release();
        }
    }
}
