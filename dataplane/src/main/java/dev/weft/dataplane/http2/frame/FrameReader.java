package dev.weft.dataplane.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames in what comes, however it is cut. Payloads of data are handed on as they come; other
 * payloads, which are short, when they are whole. Its event loop.
 */
public final class FrameReader {
    /** Takes frames. Whoever answers false has had enough: what follows is not looked at. */
    public interface Sink {
        /** A frame's first bytes, before any of its payload. */
        boolean frame(int type, int flags, int stream, int length);

        /** A whole payload, but of data. */
        boolean payload(int type, int flags, int stream, ByteBuf buf, int from, int length);

        /** Some bytes of a data frame, padding left out. */
        boolean data(int stream, ByteBuf buf, int from, int length);

        /** A data frame is to be padded with more than it has. */
        boolean badPadding();

        /** A data frame is over. */
        boolean dataEnd(int stream, boolean last);
    }

    private final Sink sink;
    private final byte[] header = new byte[FrameType.HEADER_BYTES];
    private int headerBytes;
    private boolean inFrame;
    private int type;
    private int flags;
    private int stream;
    private int left;
    private int padding;
    private boolean paddingKnown;
    private @Nullable ByteBuf partial;

    public FrameReader(Sink sink) {
        this.sink = sink;
    }

    /** Whether a frame has begun and is not complete. */
    public boolean midway() {
        return inFrame || headerBytes > 0;
    }

    /** Reads what there is; returns false when the sink has had enough. */
    public boolean read(ByteBuf buf, ByteBufAllocator allocator) {
        while (true) {
            if (!inFrame) {
                if (!readHeader(buf)) {
                    return true;
                }
                if (!sink.frame(type, flags, stream, left)) {
                    return false;
                }
            }
            boolean goesOn = type == FrameType.DATA ? readData(buf) : readPayload(buf, allocator);
            if (!goesOn || inFrame) {
                return goesOn;
            }
        }
    }

    private boolean readHeader(ByteBuf buf) {
        int some = Math.min(header.length - headerBytes, buf.readableBytes());
        buf.readBytes(header, headerBytes, some);
        headerBytes += some;
        if (headerBytes < header.length) {
            return false;
        }
        headerBytes = 0;
        inFrame = true;
        left = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
        type = header[3] & 0xff;
        flags = header[4] & 0xff;
        stream =
                (header[5] & 0x7f) << 24
                        | (header[6] & 0xff) << 16
                        | (header[7] & 0xff) << 8
                        | (header[8] & 0xff);
        padding = 0;
        paddingKnown = type != FrameType.DATA || (flags & FrameType.PADDED) == 0;
        return true;
    }

    private boolean readData(ByteBuf buf) {
        if (!paddingKnown) {
            if (left == 0) {
                return sink.badPadding();
            }
            if (!buf.isReadable()) {
                return true;
            }
            padding = buf.readByte() & 0xff;
            paddingKnown = true;
            left -= 1 + padding;
            if (left < 0) {
                return sink.badPadding();
            }
        }
        int some = Math.min(left, buf.readableBytes());
        if (some > 0) {
            int from = buf.readerIndex();
            buf.skipBytes(some);
            left -= some;
            if (!sink.data(stream, buf, from, some)) {
                return false;
            }
        }
        if (left == 0) {
            int skipped = Math.min(padding, buf.readableBytes());
            buf.skipBytes(skipped);
            padding -= skipped;
            if (padding == 0) {
                inFrame = false;
                return sink.dataEnd(stream, (flags & FrameType.END_STREAM) != 0);
            }
        }
        return true;
    }

    private boolean readPayload(ByteBuf buf, ByteBufAllocator allocator) {
        ByteBuf before = partial;
        if (before == null && buf.readableBytes() >= left) {
            int from = buf.readerIndex();
            buf.skipBytes(left);
            inFrame = false;
            return sink.payload(type, flags, stream, buf, from, left);
        }
        if (!buf.isReadable()) {
            return true;
        }
        if (before == null) {
            before = allocator.directBuffer(left);
            partial = before;
        }
        int missing = left - before.readableBytes();
        before.writeBytes(buf, Math.min(missing, buf.readableBytes()));
        if (before.readableBytes() < left) {
            return true;
        }
        partial = null;
        inFrame = false;
        try {
            return sink.payload(type, flags, stream, before, 0, left);
        } finally {
            before.release();
        }
    }

    /** Lets go of what was kept. */
    public void drop() {
        ByteBuf before = partial;
        if (before != null) {
            partial = null;
            before.release();
        }
    }
}
