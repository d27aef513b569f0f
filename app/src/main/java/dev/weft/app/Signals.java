package dev.weft.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * Waits until somebody wants the process to end. The first signal asks for an orderly end, the
 * second ends at once: the JVM's own handling would make the second wait for the first.
 */
final class Signals {
    private static final int HALTED = 130;

    private final Runnable lastWords;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicReference<@Nullable String> first = new AtomicReference<>();

    private Signals(Runnable lastWords) {
        this.lastWords = lastWords;
    }

    /**
     * Listens from now on for Ctrl-C, SIGTERM, and the terminal going away.
     *
     * @param lastWords what is said before ending at once; must not wait
     */
    static Signals listen(Runnable lastWords) {
        var signals = new Signals(lastWords);
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signal.handle(new Signal(name), signal -> signals.received(signal.getName()));
        }
        return signals;
    }

    private void received(String name) {
        if (!first.compareAndSet(null, name)) {
            try {
                lastWords.run();
            } finally {
                Runtime.getRuntime().halt(HALTED);
            }
        }
        asked.countDown();
    }

    /** Waits for the first signal and gives its name, such as {@code INT}. */
    String await() throws InterruptedException {
        asked.await();
        String name = first.get();
        return name == null ? "" : name;
    }
}
