package dev.weft.app.endtoend;

import dev.weft.foundation.chance.Chance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A stream of applies by several callers, which ends when the platform does not answer. */
final class Applies implements AutoCloseable {
    private static final int CALLERS = 3;
    private static final AtomicLong NAMES = new AtomicLong();

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<AssertionError> wrong = new AtomicReference<>();

    Applies(WeftUp weft, WantedState wanted, Chance chance) {
        for (int caller = 0; caller < CALLERS; caller++) {
            Chance own = chance.fork();
            threads.add(Thread.ofVirtual().start(() -> apply(weft, wanted, own)));
        }
    }

    private void apply(WeftUp weft, WantedState wanted, Chance chance) {
        try {
            while (true) {
                if (chance.percent(20)) {
                    wanted.scale(weft, chance);
                } else {
                    wanted.makeMap(weft, "m" + NAMES.incrementAndGet());
                }
            }
        } catch (IOException killed) {
            // The platform is gone; what it did not answer was not acknowledged.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AssertionError e) {
            wrong.set(e);
        }
    }

    /** Waits for the callers to see that the platform is gone. */
    @Override
    public void close() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        AssertionError error = wrong.get();
        if (error != null) {
            throw error;
        }
    }
}
