package dev.weft.dataplane.service;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * An answer's body as a bounded pipe: the handler's thread writes, and waits while the caller has
 * too much left to take.
 */
final class BodyOut extends OutputStream {
    static final int PIECE = 16 * 1024;
    private static final int FIRST = 512;
    private static final int BOUND = 64 * 1024;

    private static final byte[] EMPTY = new byte[0];

    private final BridgeCall call;
    private final Object lock = new Object();
    private int underway;
    private boolean blocked;
    private boolean broken;

    // the handler's thread only
    private byte[] piece = new byte[FIRST];
    private int length;

    /** Where one was filled, the next ones will be. */
    private boolean fills;

    private boolean closed;

    BodyOut(BridgeCall call) {
        this.call = call;
    }

    // ---- the handler's thread

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
        if (closed) {
            throw new IOException("the answer was already ended");
        }
        int from = offset;
        int left = count;
        while (left > 0) {
            int room = PIECE - length;
            int some = Math.min(room, left);
            grow(length + some);
            System.arraycopy(source, from, piece, length, some);
            length += some;
            from += some;
            left -= some;
            if (length == PIECE) {
                pass(false);
            }
        }
    }

    private void grow(int needed) {
        if (piece.length < needed) {
            int enough = Math.max(needed, Math.max(FIRST, piece.length * 2));
            piece = Arrays.copyOf(piece, fills ? PIECE : Math.min(PIECE, enough));
        }
    }

    @Override
    public void flush() throws IOException {
        if (length > 0) {
            pass(true);
        } else {
            call.onLoop(Exchange::flush);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        if (length > 0) {
            pass(false);
        }
        closed = true;
        call.ended();
        call.onLoop(call::end);
    }

    private void pass(boolean flush) throws IOException {
        byte[] full = piece;
        int bytes = length;
        fills |= bytes == PIECE;
        piece = EMPTY;
        length = 0;
        synchronized (lock) {
            while (!broken && (blocked || underway >= BOUND)) {
                await();
            }
            if (broken) {
                throw new IOException("the client has gone");
            }
            underway += bytes;
        }
        call.arrays(bytes);
        call.toLoop(
                x -> {
                    call.arrays(-bytes);
                    if (x != null) {
                        give(x, new ByteChunk(full, 0, bytes), flush);
                    }
                });
    }

    private void await() throws InterruptedIOException {
        try {
            lock.wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        }
    }

    // ---- the event loop

    private void give(Exchange x, Chunk chunk, boolean flush) {
        boolean more = x.bytes(chunk);
        synchronized (lock) {
            underway -= chunk.length();
            blocked |= !more;
            lock.notifyAll();
        }
        if (flush || !more || chunk.length() >= PIECE) {
            x.flush();
        }
    }

    void resume() {
        synchronized (lock) {
            blocked = false;
            lock.notifyAll();
        }
    }

    void cut() {
        synchronized (lock) {
            broken = true;
            lock.notifyAll();
        }
    }
}
