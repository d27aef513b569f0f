package dev.weft.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for something to become true, instead of sleeping. Any thread. The limits are generous,
 * since they only cost time where a test fails.
 */
public final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long PAUSE_MOST_MILLIS = 50;

    /** Assertions that will hold at some time. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    private Eventually() {}

    /** Waits until the assertions hold; fails with what the last round failed with. */
    public static void eventually(Check check) {
        eventually(LIMIT, check);
    }

    public static void eventually(Duration limit, Check check) {
        long deadline = System.nanoTime() + limit.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                check.run();
                return;
            } catch (InterruptedException e) {
                throw interrupted();
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("not within " + limit + ": " + e.getMessage(), e);
                }
            }
            rest(pause);
            pause = Math.min(pause * 2, PAUSE_MOST_MILLIS);
        }
    }

    /** Waits until the condition holds; what was awaited is the message of the failure. */
    public static void eventually(String what, BooleanSupplier condition) {
        eventually(
                LIMIT,
                () -> {
                    if (!condition.getAsBoolean()) {
                        throw new AssertionError(what);
                    }
                });
    }

    /** Waits until there is a value, and returns it. */
    public static <T> T value(String what, Supplier<Optional<T>> source) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            Optional<T> value = source.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            rest(pause);
            pause = Math.min(pause * 2, PAUSE_MOST_MILLIS);
        }
    }

    /** Makes sure that the assertions hold all the while, for things that must not happen. */
    public static void always(Duration period, Check check) {
        long end = System.nanoTime() + period.toNanos();
        do {
            try {
                check.run();
            } catch (InterruptedException e) {
                throw interrupted();
            } catch (Exception e) {
                throw new AssertionError(e.getMessage(), e);
            }
            rest(PAUSE_MOST_MILLIS / 5);
        } while (System.nanoTime() - end < 0);
    }

    private static void rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static AssertionError interrupted() {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted while waiting");
    }
}
