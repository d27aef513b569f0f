package dev.weft.dataplane.event;

import dev.weft.dataplane.service.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one series, a row per event loop: each loop writes its own, anyone reads all.
 * Counting is a plain addition. A row is made when its loop first counts something, so that the
 * many series that nobody uses cost next to nothing.
 */
public final class Series {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROWS = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final int UNANSWERED = 5;
    private static final int MADE_UP = 6;
    private static final int RETRIES = 7;
    private static final int STARTED = 8;
    private static final int ENDED = 9;
    private static final int MICROS = 10;
    private static final int BYTES_IN = 11;
    private static final int BYTES_OUT = 12;
    private static final int ENCRYPTED = 13;

    /** Grows with every change and is written last: whoever finds it unchanged has read all. */
    private static final int CHANGES = 15;

    private static final int RETRY_REFUSED = 16;
    private static final int LATENCY = 24;

    private final SeriesName name;
    private final long[] @Nullable [] rows;

    /** What was read last. Guarded by this. */
    private @Nullable Reading last;

    private long lastChanges = -1;

    Series(SeriesName name, int loops) {
        this.name = name;
        rows = new long[loops][];
    }

    public SeriesName name() {
        return name;
    }

    private long[] row(int loop) {
        long[] row = rows[loop];
        if (row == null) {
            // half a cache line of room at the end keeps two loops from sharing one
            row = new long[LATENCY + Latencies.BUCKETS + 8];
            ROWS.setRelease(rows, loop, row);
        }
        return row;
    }

    /** Its event loop only. */
    public void started(int loop) {
        long[] row = row(loop);
        add(row, STARTED, 1);
        changed(row);
    }

    /** It goes on in another series. Its event loop only. */
    public void left(int loop) {
        long[] row = row(loop);
        add(row, STARTED, -1);
        changed(row);
    }

    /** Its event loop only. */
    public void retried(int loop) {
        long[] row = row(loop);
        add(row, RETRIES, 1);
        changed(row);
    }

    /** Its event loop only. */
    public void retryRefused(int loop, RetryRefusal why) {
        long[] row = row(loop);
        add(row, RETRY_REFUSED + why.ordinal(), 1);
        changed(row);
    }

    /** Bytes of bodies that have passed. Its event loop only. */
    public void moved(int loop, long in, long out) {
        long[] row = row(loop);
        add(row, BYTES_IN, in);
        add(row, BYTES_OUT, out);
        changed(row);
    }

    /** The caller's connection was encrypted. Its event loop only. */
    public void encrypted(int loop) {
        long[] row = row(loop);
        add(row, ENCRYPTED, 1);
        changed(row);
    }

    /** Its event loop only. */
    public void ended(int loop, Outcome outcome, int status, boolean madeUp, long nanos) {
        long[] row = row(loop);
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
        changed(row);
    }

    private static void add(long[] row, int at, long more) {
        LONGS.setOpaque(row, at, row[at] + more);
    }

    private static void changed(long[] row) {
        LONGS.setRelease(row, CHANGES, row[CHANGES] + 1);
    }

    private long @Nullable [] seen(int loop) {
        return (long[]) ROWS.getAcquire(rows, loop);
    }

    /** Whether anything was ever counted. Any thread. */
    boolean isUsed() {
        for (int i = 0; i < rows.length; i++) {
            if (seen(i) != null) {
                return true;
            }
        }
        return false;
    }

    /** Any thread. What has not changed since is the same object as the last time. */
    public synchronized Reading read() {
        long changes = 0;
        for (int i = 0; i < rows.length; i++) {
            long[] row = seen(i);
            changes += row == null ? 0 : (long) LONGS.getAcquire(row, CHANGES);
        }
        Reading known = last;
        if (known != null && changes == lastChanges) {
            return known;
        }
        lastChanges = changes;
        Reading reading = sum();
        last = reading;
        return reading;
    }

    private Reading sum() {
        long[] sum = new long[LATENCY];
        long[] buckets = new long[Latencies.BUCKETS];
        for (int loop = 0; loop < rows.length; loop++) {
            long[] row = seen(loop);
            if (row == null) {
                continue;
            }
            for (int i = 0; i < LATENCY; i++) {
                sum[i] += (long) LONGS.getOpaque(row, i);
            }
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] += (long) LONGS.getOpaque(row, LATENCY + i);
            }
        }
        List<Long> byClass = new ArrayList<>(5);
        for (int i = 0; i < 5; i++) {
            byClass.add(sum[i]);
        }
        List<Long> refused = new ArrayList<>();
        for (RetryRefusal why : RetryRefusal.values()) {
            refused.add(sum[RETRY_REFUSED + why.ordinal()]);
        }
        return new Reading(
                name,
                byClass,
                sum[UNANSWERED],
                sum[MADE_UP],
                sum[RETRIES],
                refused,
                Math.max(0, sum[STARTED] - sum[ENDED]),
                new Reading.Carried(sum[BYTES_IN], sum[BYTES_OUT], sum[ENCRYPTED]),
                Latencies.owning(buckets, sum[MICROS]));
    }
}
