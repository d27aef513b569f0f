package dev.weft.api.request;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The answers that go on until their clients leave: watches and followed logs. Any thread. Closing
 * it ends them all, so that a server can stop without waiting for its clients.
 */
final class Lasting implements AutoCloseable {
    private final Set<Runnable> ends = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Enters an answer; {@code end} makes it end soon. At once where all are ending already. */
    void enter(Runnable end) {
        ends.add(end);
        if (closed) {
            end.run();
        }
    }

    void leave(Runnable end) {
        ends.remove(end);
    }

    @Override
    public void close() {
        closed = true;
        ends.forEach(Runnable::run);
    }
}
