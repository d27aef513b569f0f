package dev.weft.dataplane.http2;

import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.service.ByteChunk;
import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection: how far each direction has come, the credit of each, and what waits
 * for credit. Its event loop.
 */
abstract sealed class Stream permits ServerStream, ClientStream {
    /** What this end grants each stream. */
    static final int WINDOW = 65_535;

    /** What is shorter is copied when it must wait, so as not to hold a whole read buffer. */
    private static final int COPIED_MAX = 4096;

    int id;
    int sendWindow;
    boolean listed;
    @Nullable Stream next;

    /** The peer has sent its last frame, or this end. */
    boolean remoteDone;

    boolean localDone;

    /** The stream is over: nothing may be sent on it. */
    boolean dead;

    /** What the head says of the length of the body that is received, or -1; and what has come. */
    long declared;

    long received;

    /** Bytes pass as they are, both ways, without an end that was announced. */
    boolean tunnels;

    private int receiveWindow;
    private int taken;
    private @Nullable ByteBuf ahead;
    private final ArrayDeque<Chunk.Held> waiting = new ArrayDeque<>(2);
    private int from;
    private boolean endWaits;

    void open(int number, int window) {
        id = number;
        sendWindow = window;
        receiveWindow = WINDOW;
        taken = 0;
        remoteDone = false;
        localDone = false;
        dead = false;
        declared = -1;
        received = 0;
        tunnels = false;
        from = 0;
        endWaits = false;
    }

    abstract Session session();

    // ---- sending

    /** Whether something waits for credit. */
    final boolean waits() {
        return !waiting.isEmpty();
    }

    /** Keeps a chunk, from one of its bytes on, until there is credit. */
    final void keep(Chunk chunk, int at) {
        if (waiting.isEmpty()) {
            from = 0;
            stalls();
        }
        int length = chunk.length();
        if (length - at <= COPIED_MAX && !(chunk instanceof ByteChunk)) {
            byte[] all = new byte[length];
            chunk.copyTo(all, 0);
            waiting.add(new ByteChunk(all, at, length - at));
        } else {
            if (waiting.isEmpty()) {
                from = at;
            }
            waiting.add(chunk.hold());
        }
    }

    final @Nullable Chunk kept() {
        return waiting.peekFirst();
    }

    final int keptFrom() {
        return from;
    }

    final void sent(int bytes) {
        Chunk.Held head = waiting.getFirst();
        from += bytes;
        if (from == head.length()) {
            from = 0;
            waiting.removeFirst();
            head.release();
        }
        if (!waiting.isEmpty()) {
            stalls();
        }
    }

    /** Ends this end's direction, behind what waits. */
    final void finish() {
        if (waits()) {
            endWaits = true;
        } else {
            localDone = true;
            writeEnd();
        }
    }

    final boolean endWaits() {
        return endWaits;
    }

    /** Nothing waits any more. */
    final void drained() {
        if (dead) {
            return;
        }
        moves();
        if (endWaits) {
            endWaits = false;
            localDone = true;
            writeEnd();
            ended();
        } else {
            writable();
        }
    }

    /** Writes the frame that ends this end's direction. */
    abstract void writeEnd();

    /** The end was written that had to wait. */
    abstract void ended();

    /** Bytes are taken again. */
    abstract void writable();

    /** Bytes wait for the peer's credit. */
    abstract void stalls();

    /** No bytes wait any more. */
    abstract void moves();

    // ---- receiving

    /** The peer sends so much; false when it has no credit for it. */
    final boolean receives(int bytes) {
        receiveWindow -= bytes;
        return receiveWindow >= 0;
    }

    /** So much was passed on: the peer may send as much again. */
    final void took(int bytes) {
        taken += bytes;
        if (taken >= WINDOW / 2 && !remoteDone && !dead && session().grants()) {
            session().frames().windowUpdate(id, taken);
            receiveWindow += taken;
            taken = 0;
        }
    }

    /** Keeps what nobody takes yet: no more than the window, since it is not given back. */
    final void hold(ByteBuf buf, int at, int length) {
        ByteBuf kept = ahead;
        if (kept == null) {
            kept = session().context().alloc().directBuffer(Math.max(length, 256));
            ahead = kept;
        }
        kept.writeBytes(buf, at, length);
    }

    final boolean holds() {
        return ahead != null;
    }

    /** What was held, to be released by whoever takes it; or null. */
    final @Nullable ByteBuf takeHeld() {
        ByteBuf kept = ahead;
        ahead = null;
        return kept;
    }

    final void dropHeld() {
        ByteBuf kept = takeHeld();
        if (kept != null) {
            kept.release();
        }
    }

    /** Whether the peer sent more than it said. */
    final boolean exceeds() {
        return declared >= 0 && received > declared;
    }

    /** Whether the peer has ended before it sent what it said. */
    final boolean fallsShort() {
        return declared >= 0 && received != declared;
    }

    abstract void data(ByteBuf buf, int at, int length);

    abstract void remoteEnd();

    /** The peer has reset the stream. */
    abstract void wasReset(int code);

    /** The connection has gone. */
    abstract void connectionLost();

    /** The peer broke the rules on this stream, or there is no use for it: ends it. */
    final void reset(int code) {
        if (!dead) {
            session().reset(this, code);
        }
    }

    /** Lets go of what waits. */
    final void dropWaiting() {
        for (Chunk.Held held : waiting) {
            held.release();
        }
        waiting.clear();
        endWaits = false;
    }

    /** Whether a reset says that it is no fault. */
    static boolean isQuiet(int code) {
        return code == ErrorCode.NO_ERROR || code == ErrorCode.CANCEL;
    }
}
