package dev.weft.app;

import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How long ago the user asked for the start, the JVM's own start included. Any thread. */
final class Stopwatch {
    /** Set by the launcher: seconds since 1970, with a fraction, when it handed over to the JVM. */
    private static final String BEGAN = "weft.began";

    private final Clock clock;
    private final Instant began;

    Stopwatch(Clock clock, Instant began) {
        this.clock = clock;
        this.began = began;
    }

    static Stopwatch ofProcess(Clock clock) {
        String began = System.getProperty(BEGAN, "").replace(',', '.');
        try {
            return new Stopwatch(
                    clock,
                    Instant.EPOCH.plusNanos((long) (Double.parseDouble(began) * 1e6) * 1000));
        } catch (NumberFormatException e) {
            return new Stopwatch(clock, clock.now());
        }
    }

    /** As people read it: {@code 0.21 s}. */
    String read() {
        // By hand: a format for numbers loads the languages of the world first, in 25 ms.
        long hundredths = Math.max(0, Duration.between(began, clock.now()).toMillis() + 5) / 10;
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + " s";
    }
}
