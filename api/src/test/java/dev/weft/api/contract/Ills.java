package dev.weft.api.contract;

import java.time.Duration;

/**
 * What a {@link HostileClient} does to its caller, each as so many in a hundred calls or events.
 *
 * @param conflict a write is refused as if somebody else had been first
 * @param unavailable a call fails before it did anything
 * @param timeoutAfter a write is carried out, and then reported as timed out
 * @param ended a watch ends, with the next event not told
 * @param expired a watch loses an event and says so, or is refused from the start
 * @param repeated an event comes twice, the second time after later ones
 * @param lagMost how long events may be late; each kind has a lag of its own up to this
 */
public record Ills(
        int conflict,
        int unavailable,
        int timeoutAfter,
        int ended,
        int expired,
        int repeated,
        Duration lagMost) {
    public static Ills usual() {
        return new Ills(10, 5, 8, 4, 4, 15, Duration.ofMillis(120));
    }

    /** Only late, never wrong. */
    public static Ills late(Duration lagMost) {
        return new Ills(0, 0, 0, 0, 0, 0, lagMost);
    }
}
