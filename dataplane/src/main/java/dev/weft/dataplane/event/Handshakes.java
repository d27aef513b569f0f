package dev.weft.dataplane.event;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** How TLS connections began, at both ends. Any thread. */
public final class Handshakes {
    /** How one went. */
    public enum Result {
        FULL,
        RESUMED,
        FAILED
    }

    /** Who we were. */
    public enum Side {
        SERVER,
        CLIENT
    }

    /**
     * A reading.
     *
     * @param full certificates were shown and checked
     * @param resumed an earlier session was taken up again
     */
    public record Counts(long full, long resumed, long failed) {}

    private final LongAdder[][] counts = new LongAdder[2][3];

    public Handshakes() {
        for (LongAdder[] side : counts) {
            for (int i = 0; i < side.length; i++) {
                side[i] = new LongAdder();
            }
        }
    }

    public void count(Side side, Result result) {
        counts[side.ordinal()][result.ordinal()].increment();
    }

    public Counts read(Side side) {
        LongAdder[] of = counts[side.ordinal()];
        return new Counts(of[0].sum(), of[1].sum(), of[2].sum());
    }

    /** In the text format of Prometheus. */
    public String exposition() {
        var text =
                new StringBuilder("# HELP weft_tls_handshakes_total How TLS connections began.\n")
                        .append("# TYPE weft_tls_handshakes_total counter\n");
        for (Side side : Side.values()) {
            for (Result result : Result.values()) {
                text.append("weft_tls_handshakes_total{side=\"")
                        .append(side.name().toLowerCase(Locale.ROOT))
                        .append("\",result=\"")
                        .append(result.name().toLowerCase(Locale.ROOT))
                        .append("\"} ")
                        .append(counts[side.ordinal()][result.ordinal()].sum())
                        .append('\n');
            }
        }
        return text.toString();
    }
}
