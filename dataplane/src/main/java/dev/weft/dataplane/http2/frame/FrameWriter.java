package dev.weft.dataplane.http2.frame;

import dev.weft.dataplane.http.Outgoing;
import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Puts frames at the end of what a connection has to write in this turn. Its event loop. */
public final class FrameWriter {
    private final Outgoing out;

    /** Where the data frame stands that was written last; good as long as it is the last. */
    private @Nullable ByteBuf lastData;

    private int lastDataAt;
    private int lastDataEnd;
    private int lastDataStream;
    private long lastDataFilling;

    public FrameWriter(Outgoing out) {
        this.out = out;
    }

    private ByteBuf begin(int type, int flags, int stream, int length) {
        ByteBuf buf = out.room(FrameType.HEADER_BYTES + length);
        buf.writeMedium(length);
        buf.writeByte(type);
        buf.writeByte(flags);
        buf.writeInt(stream);
        return buf;
    }

    /** What a client says first. */
    public void preface(byte[] bytes) {
        out.bytes(bytes);
    }

    /** What this end grants, in pairs of identifier and value. */
    public void settings(int... pairs) {
        ByteBuf buf = begin(FrameType.SETTINGS, 0, 0, pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            buf.writeShort(pairs[i]);
            buf.writeInt(pairs[i + 1]);
        }
    }

    public void settingsTaken() {
        var unused = begin(FrameType.SETTINGS, FrameType.ACK, 0, 0);
    }

    public void ping(boolean answer, long opaque) {
        begin(FrameType.PING, answer ? FrameType.ACK : 0, 0, 8).writeLong(opaque);
    }

    public void goAway(int lastStream, int code) {
        begin(FrameType.GOAWAY, 0, 0, 8).writeInt(lastStream).writeInt(code);
    }

    public void reset(int stream, int code) {
        begin(FrameType.RST_STREAM, 0, stream, 4).writeInt(code);
    }

    public void windowUpdate(int stream, int bytes) {
        begin(FrameType.WINDOW_UPDATE, 0, stream, 4).writeInt(bytes);
    }

    /** Part of a chunk, no longer than a frame may be. */
    public void data(int stream, Chunk chunk, int from, int length) {
        int copied = length <= Outgoing.COPY_MAX ? length : 0;
        ByteBuf buf = out.room(FrameType.HEADER_BYTES + copied);
        int at = buf.writerIndex();
        buf.writeMedium(length);
        buf.writeByte(FrameType.DATA);
        buf.writeByte(0);
        buf.writeInt(stream);
        out.part(chunk, from, length);
        lastData = null;
        if (copied > 0) {
            lastData = buf;
            lastDataFilling = out.filling();
            lastDataAt = at;
            lastDataEnd = buf.writerIndex();
            lastDataStream = stream;
        }
    }

    /** Says that nothing follows on a stream: in its last frame, if that can still be changed. */
    public void end(int stream) {
        ByteBuf last = lastData;
        if (last != null
                && lastDataFilling == out.filling()
                && lastDataStream == stream
                && last.writerIndex() == lastDataEnd) {
            last.setByte(lastDataAt + 4, FrameType.END_STREAM);
        } else {
            var unused = begin(FrameType.DATA, FrameType.END_STREAM, stream, 0);
        }
        lastData = null;
    }

    /** What was written goes out: none of it can be changed any more. */
    public void flush() {
        lastData = null;
        out.flush();
    }

    /** Begins a header block; whoever writes it then calls {@link #blockEnd}. */
    public ByteBuf block(int bound) {
        ByteBuf buf = out.room(FrameType.HEADER_BYTES + bound);
        buf.writeZero(FrameType.HEADER_BYTES);
        return buf;
    }

    /**
     * Makes frames of a header block.
     *
     * @param start where the frame began in the buffer
     */
    public void blockEnd(ByteBuf buf, int start, int stream, boolean last, int payloadMax) {
        int length = buf.writerIndex() - start - FrameType.HEADER_BYTES;
        int first = Math.min(length, payloadMax);
        int whole = first == length ? FrameType.END_HEADERS : 0;
        buf.setMedium(start, first);
        buf.setByte(start + 3, FrameType.HEADERS);
        buf.setByte(start + 4, (last ? FrameType.END_STREAM : 0) | whole);
        buf.setInt(start + 5, stream);
        if (first == length) {
            return;
        }
        byte[] rest = new byte[length - first];
        int from = start + FrameType.HEADER_BYTES + first;
        buf.getBytes(from, rest);
        buf.writerIndex(from);
        for (int at = 0; at < rest.length; at += payloadMax) {
            int some = Math.min(payloadMax, rest.length - at);
            boolean done = at + some == rest.length;
            begin(FrameType.CONTINUATION, done ? FrameType.END_HEADERS : 0, stream, some)
                    .writeBytes(rest, at, some);
        }
    }
}
