package dev.weft.dataplane.http2;

import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.loop.HeldArrays;
import dev.weft.dataplane.loop.Ledger;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The header block that is being received, gathered from its frames. Its event loop. */
final class HeaderBlock {
    private static final int AT_FIRST = 512;
    private static final int KEPT = 8192;

    private final HeldArrays arrays;
    private byte[] bytes = new byte[AT_FIRST];
    private int length;
    private boolean open;
    private int stream;
    private boolean last;
    private boolean dependsOnItself;

    HeaderBlock(Ledger ledger) {
        arrays = new HeldArrays(ledger);
    }

    /** Begins with the first frame; false when its padding does not fit. */
    boolean begin(int flags, int onStream, ByteBuf buf, int from, int some) {
        int at = from;
        int end = from + some;
        if ((flags & FrameType.PADDED) != 0) {
            end -= some < 1 ? 1 : buf.getUnsignedByte(at++);
        }
        dependsOnItself = false;
        if ((flags & FrameType.PRIORITISED) != 0) {
            dependsOnItself = end - at >= 5 && (buf.getInt(at) & Integer.MAX_VALUE) == onStream;
            at += 5;
        }
        if (at > end) {
            return false;
        }
        length = 0;
        open = true;
        stream = onStream;
        last = (flags & FrameType.END_STREAM) != 0;
        append(buf, at, end - at);
        return true;
    }

    void append(ByteBuf buf, int from, int some) {
        if (length + some > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + some, bytes.length * 2));
        }
        buf.getBytes(from, bytes, length, some);
        length += some;
    }

    void end() {
        open = false;
    }

    /** What has come waits for more. */
    void waits() {
        arrays.await(bytes.length);
    }

    /** It waits no more. */
    void waited() {
        arrays.are(bytes.length);
    }

    /** It has been read: a long one leaves no long array behind. */
    void wasRead() {
        if (bytes.length > HeldArrays.FREE) {
            if (bytes.length > KEPT) {
                bytes = new byte[AT_FIRST];
            }
            arrays.are(bytes.length);
        }
    }

    /** The connection has gone. */
    void drop() {
        arrays.are(0);
    }

    /** Whether more of it is to come. */
    boolean open() {
        return open;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int stream() {
        return stream;
    }

    /** Whether it ends its stream. */
    boolean last() {
        return last;
    }

    boolean dependsOnItself() {
        return dependsOnItself;
    }
}
