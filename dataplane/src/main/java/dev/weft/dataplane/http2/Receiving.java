package dev.weft.dataplane.http2;

import dev.weft.dataplane.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the peer sends of bodies: whether it has credit for it, and whose it is. The counterpart of
 * {@link Sending}. Its event loop.
 */
final class Receiving {
    /** What this end grants the whole connection. */
    private static final int WINDOW = 1 << 20;

    private final Session session;
    private int window = Sending.WINDOW_AT_FIRST;
    private int taken;
    private @Nullable Stream stream;
    private int left;

    Receiving(Session session) {
        this.session = session;
    }

    /** Grants what the connection may have at once. */
    void greet() {
        session.frames().windowUpdate(0, WINDOW - window);
        window = WINDOW;
    }

    /** A frame of data begins; returns whether its bytes are to be read. */
    boolean begins(int id, int length, boolean last) {
        window -= length;
        if (window < 0) {
            return session.broken(ErrorCode.FLOW_CONTROL_ERROR);
        }
        taken += length;
        grant();
        Stream to = session.streams.get(id);
        stream = null;
        left = length;
        if (to == null) {
            return forNobody(id);
        }
        if (length == 0 && !last && !session.calm.control(session.loop.now())) {
            return session.broken(ErrorCode.ENHANCE_YOUR_CALM);
        }
        if (to.remoteDone) {
            return session.streamBroken(to, ErrorCode.STREAM_CLOSED);
        }
        if (!to.receives(length)) {
            return session.streamBroken(to, ErrorCode.FLOW_CONTROL_ERROR);
        }
        stream = to;
        return true;
    }

    /** Gives back what has come, once it is worth a frame and there is memory for more. */
    void grant() {
        if (taken >= WINDOW / 2 && session.grants()) {
            session.frames().windowUpdate(0, taken);
            window += taken;
            taken = 0;
        }
    }

    private boolean forNobody(int id) {
        if (session.isIdle(id)) {
            return session.broken(ErrorCode.PROTOCOL_ERROR);
        }
        return session.streams.isReset(id) || session.closedStream(id);
    }

    void data(ByteBuf buf, int from, int length) {
        Stream to = stream;
        if (to != null && !to.dead) {
            left -= length;
            to.data(buf, from, length);
        }
    }

    /** The frame is complete. */
    void ends(boolean last) {
        Stream to = stream;
        stream = null;
        if (to != null && !to.dead) {
            if (last) {
                to.remoteDone = true;
                to.remoteEnd();
            } else if (left > 0) {
                // padding counts, and is done with at once
                to.took(left);
            }
        }
    }
}
