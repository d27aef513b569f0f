package dev.weft.dataplane.http;

import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.loop.Leeway;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Scratch;
import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
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

    /** What a buffer of the loop's, which cannot grow, has beyond what is asked for. */
    private static final int SPARE = 256;

    /** How much is gathered before it has to go out. */
    private static final int GATHERED_MAX = 48 * 1024;

    private final ChannelHandlerContext ctx;
    private final Runnable taken;
    private final Loop loop;
    private final Scratch scratch;
    private final @Nullable Socket socket;
    private @Nullable ByteBuf tail;
    private boolean lent;
    private long fills;
    private int gathered;
    private boolean unflushed;
    private boolean flushing;
    private boolean sticking;
    private boolean stuck;
    private @Nullable Leeway leeway;

    /**
     * It hands what it gathered to the kernel itself, where nothing stands between it and the
     * socket and the socket takes all of it.
     *
     * @param taken told when the other end has taken what it did not take at once
     */
    public Outgoing(ChannelHandlerContext ctx, Loop loop, Runnable taken) {
        this.ctx = ctx;
        this.taken = taken;
        this.loop = loop;
        this.scratch = loop.scratch();
        this.socket =
                ctx.channel() instanceof UnixChannel unix && unix.fd() instanceof Socket plain
                        ? plain
                        : null;
    }

    /** A buffer with room for so many bytes at its end. */
    public ByteBuf room(int bytes) {
        ByteBuf buf = tail;
        if (buf != null && buf.writableBytes() < bytes + (lent ? SPARE : 0)) {
            pass();
            buf = null;
        }
        if (buf == null) {
            buf = lent(bytes);
            lent = buf != null;
            if (buf == null) {
                buf = ctx.alloc().directBuffer(Math.max(bytes + 256, 1024));
            }
            tail = buf;
            fills++;
        }
        return buf;
    }

    /** A buffer of the loop's, if it serves; null otherwise. */
    private @Nullable ByteBuf lent(int bytes) {
        return bytes + SPARE <= Scratch.BYTES && reachesSocket() ? scratch.take() : null;
    }

    /** Whether nothing stands between this and the socket: no TLS, that is. */
    private boolean reachesSocket() {
        return socket != null && ctx.pipeline().firstContext() == ctx;
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

    /** Which buffer is being filled, each with a number of its own; -1 where there is none. */
    public long filling() {
        return tail == null ? -1 : fills;
    }

    private void buf(ByteBuf source, int from, int length) {
        if (length <= COPY_MAX) {
            room(length).writeBytes(source, from, length);
        } else {
            pass();
            write(source.retainedSlice(from, length));
        }
    }

    /** Bytes of a body, in the chunked coding or as they are. */
    void body(Chunk chunk, boolean inChunks) {
        if (inChunks) {
            framed(chunk);
        } else {
            chunk(chunk);
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
            write(owned(buf));
        }
    }

    /** What waits longer than this turn is the ledger's to count. */
    private ByteBuf owned(ByteBuf buf) {
        if (!lent) {
            return buf;
        }
        ByteBuf copy = ctx.alloc().directBuffer(buf.readableBytes()).writeBytes(buf);
        giveBack(buf);
        return copy;
    }

    private void giveBack(ByteBuf buf) {
        lent = false;
        scratch.giveBack(buf);
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
        if (lent && !unflushed && sent()) {
            return;
        }
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

    /** Hands all that is gathered to the kernel; false: some of it is left. */
    private boolean sent() {
        ByteBuf buf = tail;
        Socket to = socket;
        if (buf == null || to == null || !reachesSocket() || !ctx.channel().isActive()) {
            return false;
        }
        ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
        if (waiting == null || waiting.totalPendingWriteBytes() > 0) {
            return false;
        }
        try {
            int from = buf.readerIndex();
            int took = to.sendAddress(buf.memoryAddress(), from, buf.writerIndex());
            buf.readerIndex(from + took);
        } catch (IOException e) {
            // the usual way finds the same, and ends the connection
            return false;
        }
        if (buf.isReadable()) {
            return false;
        }
        tail = null;
        giveBack(buf);
        return true;
    }

    /** Something is left over: has the end of it say so when it has been taken. */
    private void stick() {
        stuck = true;
        sticking = true;
        Leeway room = leeway();
        room.full(loop.now());
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            stuck = false;
                            room.taken(loop.tick());
                            // Taken by now: whoever flushes sees that more may come.
                            if (written.isSuccess() && !sticking) {
                                tell();
                            }
                        });
        sticking = false;
    }

    private Leeway leeway() {
        Leeway known = leeway;
        if (known == null) {
            leeway = known = loop.leeways().of(ctx.channel());
        }
        return known;
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
            if (lent) {
                giveBack(buf);
            } else {
                buf.release();
            }
        }
    }
}
