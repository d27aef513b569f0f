package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
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

    private final ChannelHandlerContext ctx;
    private @Nullable ByteBuf tail;
    private boolean unflushed;

    public Outgoing(ChannelHandlerContext ctx) {
        this.ctx = ctx;
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
        var unused = ctx.write(buf, ctx.voidPromise());
    }

    public boolean writable() {
        ByteBuf buf = tail;
        return ctx.channel().isWritable() && (buf == null || buf.readableBytes() < 32 * 1024);
    }

    public void flush() {
        pass();
        if (unflushed) {
            unflushed = false;
            ctx.flush();
        }
    }

    /** Whether every byte has been given to the operating system. */
    boolean empty() {
        return tail == null
                && ctx.channel().unsafe().outboundBuffer() != null
                && ctx.channel().unsafe().outboundBuffer().totalPendingWriteBytes() == 0;
    }

    public void drop() {
        ByteBuf buf = tail;
        if (buf != null) {
            tail = null;
            buf.release();
        }
    }
}
