package dev.weft.dataplane.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a bounded pipe: the event loop puts pieces in, the handler's thread takes
 * them out. Nothing flows, and no caller is told to go on, before the first read.
 */
final class BodyIn extends InputStream implements BodySink {
    private static final int BOUND = 64 * 1024;

    private final BridgeCall call;
    private final Object lock = new Object();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int waiting;
    private boolean complete;
    private boolean broken;
    private boolean full;
    private boolean asked;
    private boolean closed;

    // the handler's thread only
    private byte @Nullable [] current;
    private int at;

    BodyIn(BridgeCall call, boolean hasBody) {
        this.call = call;
        this.complete = !hasBody;
    }

    // ---- the event loop

    @Override
    public boolean bytes(Chunk chunk) {
        byte[] piece = new byte[chunk.length()];
        chunk.copyTo(piece, 0);
        synchronized (lock) {
            if (closed) {
                return true;
            }
            pieces.add(piece);
            call.arrays(piece.length);
            waiting += piece.length;
            full = waiting >= BOUND;
            lock.notifyAll();
            return !full;
        }
    }

    @Override
    public void end() {
        synchronized (lock) {
            complete = true;
            lock.notifyAll();
        }
    }

    @Override
    public void flush() {}

    void cut() {
        synchronized (lock) {
            broken = true;
            lock.notifyAll();
        }
    }

    // ---- the handler's thread

    /** What nobody has read by now nobody will. */
    void drop() {
        synchronized (lock) {
            closed = true;
            pieces.clear();
            call.arrays(-waiting);
            waiting = 0;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        byte[] piece = current;
        if (piece == null || at == piece.length) {
            piece = next();
            if (piece == null) {
                return -1;
            }
            current = piece;
            at = 0;
        }
        int some = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, some);
        at += some;
        return some;
    }

    @Override
    public int available() {
        byte[] piece = current;
        return piece == null ? 0 : piece.length - at;
    }

    private byte @Nullable [] next() throws IOException {
        byte[] piece;
        boolean again;
        synchronized (lock) {
            if (!asked && !complete) {
                asked = true;
                call.onLoop(
                        x -> {
                            x.continueBody();
                            x.receive(this);
                        });
            }
            while (pieces.isEmpty() && !complete && !broken) {
                await();
            }
            if (pieces.isEmpty()) {
                if (complete) {
                    return null;
                }
                throw new IOException("the client went away before its body was complete");
            }
            piece = pieces.remove();
            call.arrays(-piece.length);
            waiting -= piece.length;
            again = full && waiting <= BOUND / 2;
            if (again) {
                full = false;
            }
        }
        if (again) {
            call.onLoop(Exchange::resumeBody);
        }
        return piece;
    }

    private void await() throws InterruptedIOException {
        try {
            lock.wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a body");
        }
    }
}
