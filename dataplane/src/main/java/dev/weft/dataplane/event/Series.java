package dev.weft.dataplane.event;

import dev.weft.dataplane.service.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The counters of one series, a row per event loop: each loop writes its own, anyone reads all.
 * Counting is a plain addition.
 */
public final class Series {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int UNANSWERED = 5;
    private static final int MADE_UP = 6;
    private static final int RETRIES = 7;
    private static final int STARTED = 8;
    private static final int ENDED = 9;
    private static final int MICROS = 10;
    private static final int LATENCY = 16;

    private final SeriesName name;
    private final long[][] rows;

    Series(SeriesName name, int loops) {
        this.name = name;
        // half a cache line of room at the end keeps two loops from sharing one
        rows = new long[loops][LATENCY + Latencies.BUCKETS + 8];
    }

    public SeriesName name() {
        return name;
    }

    /** Its event loop only. */
    public void started(int loop) {
        add(rows[loop], STARTED, 1);
    }

    /** It goes on in another series. Its event loop only. */
    public void left(int loop) {
        add(rows[loop], STARTED, -1);
    }

    /** Its event loop only. */
    public void retried(int loop) {
        add(rows[loop], RETRIES, 1);
    }

    /** Its event loop only. */
    public void ended(int loop, Outcome outcome, int status, boolean madeUp, long nanos) {
        long[] row = rows[loop];
        add(row, ENDED, 1);
        if (outcome == Outcome.COMPLETE) {
            add(row, status / 100 - 1, 1);
            long micros = nanos / 1000;
            add(row, MICROS, micros);
            add(row, LATENCY + Latencies.bucket(micros), 1);
        } else {
            add(row, UNANSWERED, 1);
        }
        if (madeUp) {
            add(row, MADE_UP, 1);
        }
    }

    private static void add(long[] row, int at, long more) {
        LONGS.setOpaque(row, at, row[at] + more);
    }

    /** Any thread. */
    public Reading read() {
        long[] sum = new long[LATENCY + Latencies.BUCKETS];
        for (long[] row : rows) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (long) LONGS.getOpaque(row, i);
            }
        }
        List<Long> byClass = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            byClass.add(sum[i]);
        }
        long[] buckets = new long[Latencies.BUCKETS];
        System.arraycopy(sum, LATENCY, buckets, 0, buckets.length);
        return new Reading(
                name,
                byClass,
                sum[UNANSWERED],
                sum[MADE_UP],
                sum[RETRIES],
                Math.max(0, sum[STARTED] - sum[ENDED]),
                new Latencies(buckets, sum[MICROS]));
    }
}
