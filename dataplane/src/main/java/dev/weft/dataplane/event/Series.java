package dev.weft.dataplane.event;

import dev.weft.dataplane.loop.Cells;
import dev.weft.dataplane.service.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one series, a row per event loop: each loop writes its own, anyone reads all.
 * Counting is a plain addition.
 *
 * <p>What nearly every request changes lies beside that of other series, a cache line each, so that
 * a series that was not used lately costs few misses: the near cells. All else is far, in a row of
 * its own, which a loop makes when it first counts something there: series that nobody uses cost
 * next to nothing.
 */
public final class Series {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROWS = MethodHandles.arrayElementVarHandle(long[][].class);

    /** Grows with every change and is written last: whoever finds it unchanged has read all. */
    private static final int CHANGES = 0;

    static final int STARTED = 1;
    private static final int MICROS = 2;
    private static final int BYTES_IN = 3;
    private static final int BYTES_OUT = 4;

    /** Answers of the second class of status. */
    private static final int OK = 5;

    /** The usual buckets of the histogram, a byte each; what is full passes to the far ones. */
    private static final int USUAL = 6;

    /** How many cells are near. */
    static final int NEAR = 8;

    /** From 128 microseconds to 2 milliseconds. */
    private static final int USUAL_FIRST = Latencies.bucket(128);

    private static final int USUAL_COUNT = (NEAR - USUAL) * 8;
    private static final long FULL = 0xFF;

    /** Those of each class of status, 1xx first; of the second class not the usual ones. */
    private static final int CLASSES = NEAR;

    private static final int UNANSWERED = NEAR + 5;
    private static final int MADE_UP = NEAR + 6;
    static final int RETRIES = NEAR + 7;
    static final int ENCRYPTED = NEAR + 8;

    private static final int RETRY_REFUSED = NEAR + 9;

    /** Answers of gRPC's, by how they went. */
    static final int GRPC = NEAR + 14;

    /** Copies for mirrors that were not sent, by why. */
    static final int COPIES = NEAR + 17;

    /** What became a tunnel, and those that have ended. */
    static final int TUNNELS = NEAR + 20;

    static final int TUNNELS_ENDED = NEAR + 21;

    /** Grows as a count begins to pass from the near cells to these, and again when it has. */
    private static final int PASSING = NEAR + 22;

    private static final int LATENCY = NEAR + 23;
    private static final int CELLS = LATENCY + Latencies.BUCKETS;

    /** A reader that is always interrupted makes do with what it found before. */
    private static final int LOOKS = 64;

    /** How many sources one series tells apart; the others are counted together. */
    private static final int SOURCES_MAX = 64;

    private static final String OTHERS = "other";

    /** Of each loop, with those of other series. */
    private final long[] @Nullable [] near;

    private final int at;
    private final long[] @Nullable [] far;
    private final SeriesName name;
    private final Series base;
    private final Cells cells;

    /** The same for callers that are known, by who they are. Only grows. */
    private volatile List<Series> bySource = List.of();

    /** What was read last. Guarded by this. */
    private @Nullable Reading last;

    private long lastChanges = -1;

    /**
     * @param cells has room for {@link #NEAR} of each series
     */
    Series(SeriesName name, int loops, Cells cells) {
        this(name, null, loops, cells);
    }

    private Series(SeriesName name, @Nullable Series base, int loops, Cells cells) {
        this.name = name;
        this.base = base == null ? this : base;
        this.cells = cells;
        Cells.Place place = cells.next();
        near = place.rows();
        at = place.at();
        far = new long[loops][];
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
        var made = new Series(name.from(counted), this, far.length, cells);
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

    /** Where its near cells are: whoever keeps that can count the usual without a look at it. */
    public Cells.Place place() {
        return new Cells.Place(near, at);
    }

    /** As {@link #started(int)}, for the series whose place this is. That loop only. */
    public static void started(long[] @Nullable [] near, int at, int loop) {
        long[] row = Cells.own(near, loop, NEAR);
        LONGS.setOpaque(row, at + STARTED, row[at + STARTED] + 1);
        changed(row, at);
    }

    /**
     * Counts a whole answer of the second class that took the usual time, for the series whose
     * place this is. That loop only.
     *
     * @return false, and nothing counted, where the near cells have no room for it
     */
    public static boolean usual(
            long[] @Nullable [] near, int at, int loop, long in, long out, long nanos) {
        long micros = nanos / 1000;
        int place = Latencies.bucket(micros) - USUAL_FIRST;
        if (place < 0 || place >= USUAL_COUNT) {
            return false;
        }
        long[] row = Cells.own(near, loop, NEAR);
        int cell = at + USUAL + place / 8;
        int shift = place % 8 * 8;
        long counts = row[cell];
        if ((counts >>> shift & FULL) == FULL) {
            return false;
        }
        LONGS.setOpaque(row, cell, counts + (1L << shift));
        LONGS.setOpaque(row, at + BYTES_IN, row[at + BYTES_IN] + in);
        LONGS.setOpaque(row, at + BYTES_OUT, row[at + BYTES_OUT] + out);
        LONGS.setOpaque(row, at + OK, row[at + OK] + 1);
        LONGS.setOpaque(row, at + MICROS, row[at + MICROS] + micros);
        changed(row, at);
        return true;
    }

    private long[] near(int loop) {
        return Cells.own(near, loop, NEAR);
    }

    private long[] far(int loop) {
        long[] row = far[loop];
        if (row == null) {
            // a cache line of room at the end keeps two loops from sharing one
            row = new long[CELLS - NEAR + 8];
            ROWS.setRelease(far, loop, row);
        }
        return row;
    }

    /** Something happened to an exchange that is counted here. Its event loop only. */
    public void on(int loop, ExchangeEvent event) {
        long[] row = near(loop);
        add(row, loop, event.cell(), event.step());
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
        long[] row = near(loop);
        add(row, loop, RETRY_REFUSED + why.ordinal(), 1);
        changed(row);
    }

    /** Bytes of bodies that have passed. Its event loop only. */
    public void moved(int loop, long in, long out) {
        long[] row = near(loop);
        add(row, loop, BYTES_IN, in);
        add(row, loop, BYTES_OUT, out);
        changed(row);
    }

    /** The caller's connection was encrypted. Its event loop only. */
    public void encrypted(int loop) {
        on(loop, ExchangeEvent.ENCRYPTED);
    }

    /** Its event loop only. */
    public void ended(int loop, Outcome outcome, int status, boolean madeUp, long nanos) {
        long[] row = near(loop);
        if (outcome == Outcome.COMPLETE) {
            add(row, loop, status / 100 == 2 ? OK : CLASSES + status / 100 - 1, 1);
            long micros = nanos / 1000;
            add(row, loop, MICROS, micros);
            took(row, loop, Latencies.bucket(micros));
        } else {
            add(row, loop, UNANSWERED, 1);
        }
        if (madeUp) {
            add(row, loop, MADE_UP, 1);
        }
        changed(row);
    }

    private void took(long[] row, int loop, int bucket) {
        int place = bucket - USUAL_FIRST;
        if (place < 0 || place >= USUAL_COUNT) {
            add(row, loop, LATENCY + bucket, 1);
            return;
        }
        int cell = at + USUAL + place / 8;
        int shift = place % 8 * 8;
        long counts = row[cell];
        if ((counts >>> shift & FULL) < FULL) {
            LONGS.setOpaque(row, cell, counts + (1L << shift));
            return;
        }
        // for a moment it stands in both places or in none
        add(row, loop, PASSING, 1);
        VarHandle.storeStoreFence();
        add(row, loop, LATENCY + bucket, FULL + 1);
        LONGS.setOpaque(row, cell, counts - (FULL << shift));
        VarHandle.storeStoreFence();
        add(row, loop, PASSING, 1);
    }

    private void add(long[] row, int loop, int cell, long more) {
        if (cell < NEAR) {
            LONGS.setOpaque(row, at + cell, row[at + cell] + more);
        } else {
            long[] further = far(loop);
            LONGS.setOpaque(further, cell - NEAR, further[cell - NEAR] + more);
        }
    }

    private void changed(long[] row) {
        changed(row, at);
    }

    private static void changed(long[] row, int at) {
        LONGS.setRelease(row, at + CHANGES, row[at + CHANGES] + 1);
    }

    /** Of one loop; 0 where nothing was counted yet. Any thread. */
    private long changes(int loop) {
        long[] row = Cells.seen(near, loop);
        return row == null ? 0 : (long) LONGS.getAcquire(row, at + CHANGES);
    }

    /** Whether anything was ever counted. Any thread. */
    boolean isUsed() {
        for (int i = 0; i < near.length; i++) {
            if (changes(i) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Any thread. What has not changed since is the same object as the last time. */
    public synchronized Reading read() {
        long changes = 0;
        for (int i = 0; i < near.length; i++) {
            changes += changes(i);
        }
        Reading known = last;
        if (known != null && changes == lastChanges) {
            return known;
        }
        long[] sum = new long[CELLS];
        for (int i = 0; i < near.length; i++) {
            if (!addUp(i, sum) && known != null) {
                return known;
            }
        }
        lastChanges = changes;
        Reading reading = reading(sum);
        last = reading;
        return reading;
    }

    private long passing(int loop) {
        long[] further = (long[]) ROWS.getAcquire(far, loop);
        return further == null ? 0 : (long) LONGS.getAcquire(further, PASSING - NEAR);
    }

    /** Adds what one loop has counted; false if counts passed on each time. */
    private boolean addUp(int loop, long[] sum) {
        long[] row = Cells.seen(near, loop);
        if (row == null) {
            return true;
        }
        long[] some = new long[CELLS];
        boolean whole = false;
        for (int look = 0; !whole && look < LOOKS; look++) {
            long before = passing(loop);
            for (int i = 0; i < NEAR; i++) {
                some[i] = (long) LONGS.getOpaque(row, at + i);
            }
            long[] further = (long[]) ROWS.getAcquire(far, loop);
            for (int i = NEAR; further != null && i < CELLS; i++) {
                some[i] = (long) LONGS.getOpaque(further, i - NEAR);
            }
            VarHandle.loadLoadFence();
            whole = before % 2 == 0 && before == passing(loop);
        }
        for (int i = 0; i < CELLS; i++) {
            sum[i] += some[i];
        }
        for (int i = 0; i < USUAL_COUNT; i++) {
            sum[LATENCY + USUAL_FIRST + i] += some[USUAL + i / 8] >>> i % 8 * 8 & FULL;
        }
        return whole;
    }

    private Reading reading(long[] sum) {
        long[] buckets = Arrays.copyOfRange(sum, LATENCY, CELLS);
        sum[CLASSES + 1] += sum[OK];
        List<Long> byClass = new ArrayList<>(5);
        long ended = sum[UNANSWERED];
        for (int i = 0; i < 5; i++) {
            byClass.add(sum[CLASSES + i]);
            ended += sum[CLASSES + i];
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
                Math.max(0, sum[STARTED] - ended),
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
