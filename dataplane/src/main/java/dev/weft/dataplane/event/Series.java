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

    /**
     * Grows with every change and is written last: whoever finds it unchanged has read all. What
     * every request changes stands first, together, so that a series that was not used lately costs
     * few misses.
     */
    private static final int CHANGES = 0;

    static final int STARTED = 1;
    static final int ENDED = 2;
    private static final int MICROS = 3;
    private static final int BYTES_IN = 4;
    private static final int BYTES_OUT = 5;

    /** Those of each class of status, 1xx first. */
    private static final int CLASSES = 6;

    private static final int UNANSWERED = 11;
    private static final int MADE_UP = 12;
    static final int RETRIES = 13;
    static final int ENCRYPTED = 15;

    private static final int RETRY_REFUSED = 16;

    /** Answers of gRPC's, by how they went. */
    static final int GRPC = 21;

    /** Copies for mirrors that were not sent, by why. */
    static final int COPIES = 24;

    /** What became a tunnel, and those that have ended. */
    static final int TUNNELS = 27;

    static final int TUNNELS_ENDED = 28;

    private static final int LATENCY = 32;

    /** How many sources one series tells apart; the others are counted together. */
    private static final int SOURCES_MAX = 64;

    private static final String OTHERS = "other";

    private final SeriesName name;
    private final Series base;
    private final long[] @Nullable [] rows;

    /** The same for callers that are known, by who they are. Only grows. */
    private volatile List<Series> bySource = List.of();

    /** What was read last. Guarded by this. */
    private @Nullable Reading last;

    private long lastChanges = -1;

    Series(SeriesName name, int loops) {
        this.name = name;
        this.base = this;
        rows = new long[loops][];
    }

    private Series(Series base, String source) {
        this.name = base.name.from(source);
        this.base = base;
        rows = new long[base.rows.length][];
    }

    /** The series that this one is a part of, by who called; itself where it is none. */
    public Series base() {
        return base;
    }

    /** The part of it for one source. Any thread. */
    public Series from(String source) {
        for (Series one : bySource) {
            if (one.name.source().equals(source)) {
                return one;
            }
        }
        return add(source);
    }

    private synchronized Series add(String source) {
        List<Series> known = bySource;
        String counted = known.size() < SOURCES_MAX ? source : OTHERS;
        for (Series one : known) {
            if (one.name.source().equals(counted)) {
                return one;
            }
        }
        var made = new Series(this, counted);
        List<Series> more = new ArrayList<>(known);
        more.add(made);
        bySource = List.copyOf(more);
        return made;
    }

    /** The parts of it, in the order in which they came. Any thread. */
    List<Series> parts() {
        return bySource;
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

    /** Something happened to an exchange that is counted here. Its event loop only. */
    public void on(int loop, ExchangeEvent event) {
        long[] row = row(loop);
        add(row, event.cell(), event.step());
        changed(row);
    }

    /** Its event loop only. */
    public void started(int loop) {
        on(loop, ExchangeEvent.BEGUN);
    }

    /** It goes on in another series. Its event loop only. */
    public void left(int loop) {
        on(loop, ExchangeEvent.MOVED_ON);
    }

    /** Its event loop only. */
    public void retried(int loop) {
        on(loop, ExchangeEvent.RETRIED);
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
        on(loop, ExchangeEvent.ENCRYPTED);
    }

    /** Its event loop only. */
    public void ended(int loop, Outcome outcome, int status, boolean madeUp, long nanos) {
        long[] row = row(loop);
        add(row, ENDED, 1);
        if (outcome == Outcome.COMPLETE) {
            add(row, CLASSES + status / 100 - 1, 1);
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
            byClass.add(sum[CLASSES + i]);
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
                new Reading.Carried(
                        sum[BYTES_IN],
                        sum[BYTES_OUT],
                        sum[ENCRYPTED],
                        List.of(sum[GRPC], sum[GRPC + 1], sum[GRPC + 2]),
                        List.of(sum[COPIES], sum[COPIES + 1], sum[COPIES + 2]),
                        sum[TUNNELS],
                        Math.max(0, sum[TUNNELS] - sum[TUNNELS_ENDED])),
                Latencies.owning(buckets, sum[MICROS]));
    }
}
