package dev.weft.dataplane.event;

import dev.weft.dataplane.loop.Cells;
import dev.weft.dataplane.route.Causes;
import dev.weft.foundation.log.LateLogger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * All series, by name. Any thread. A series lives on when no route names it any more, since its
 * counters may not fall back to zero; of those, only so many are kept, the oldest go.
 */
public final class Traffic {
    private static final System.Logger LOG = LateLogger.of(Traffic.class);
    private static final int UNUSED_MAX = 1024;

    /** How many more there may be before the oldest are looked for, so that this is rare. */
    private static final int UNUSED_ROOM = 256;

    /** How many sets of labels there may be; what comes after is counted together. */
    private static final int NAMES_MAX = 50_000;

    private static final SeriesName OTHERS = new SeriesName("other", "other", "other");

    /** Causes come from the code, so they are few; this bounds a mistake. */
    private static final int CAUSES_MAX = 256;

    // By hand: the JDK's own comparators of several are not in the start-up cache.
    private static final Comparator<Series> ORDER =
            (one, other) -> {
                int order = one.name().service().compareTo(other.name().service());
                if (order == 0) {
                    order = one.name().route().compareTo(other.name().route());
                }
                return order != 0 ? order : one.name().backend().compareTo(other.name().backend());
            };

    private final int loops;
    private final Cells cells;

    /** For what got no backend: apart, since those of a route are seldom used. */
    private final Cells seldom;

    private final Map<SeriesName, Series> series = new LinkedHashMap<>();
    private final Map<SeriesName, Integer> used = new HashMap<>();
    private volatile List<Series> sorted = List.of();
    private boolean reordered;
    private final ConcurrentHashMap<String, LongAdder> refusals = new ConcurrentHashMap<>();

    public Traffic(int loops) {
        this.loops = loops;
        this.cells = new Cells(loops, Series.NEAR);
        this.seldom = new Cells(loops, Series.NEAR);
    }

    /** A series, which is kept at least until it is let go as often as it was asked for. */
    public synchronized Series series(SeriesName asked) {
        Series found = untaken(asked);
        used.merge(found.name(), 1, Integer::sum);
        return found;
    }

    /** A series that somebody else has asked for, or is about to. */
    public synchronized Series untaken(SeriesName asked) {
        Series known = series.get(asked);
        if (known != null) {
            return known;
        }
        SeriesName name = series.size() < NAMES_MAX ? asked : OTHERS;
        return series.computeIfAbsent(
                name,
                made -> {
                    reordered = true;
                    return new Series(made, loops, made.backend().isEmpty() ? seldom : cells);
                });
    }

    /** The other half of {@link #series}: a route names it no more. */
    public synchronized void release(SeriesName name) {
        used.computeIfPresent(name, (unused, count) -> count == 1 ? null : count - 1);
        int surplus = series.size() - used.size() - UNUSED_MAX;
        if (surplus > UNUSED_ROOM) {
            var names = series.keySet().iterator();
            while (surplus > 0 && names.hasNext()) {
                if (!used.containsKey(names.next())) {
                    names.remove();
                    reordered = true;
                    surplus--;
                }
            }
        }
    }

    public void refused(String cause) {
        LongAdder counter = refusals.get(cause);
        if (counter == null) {
            if (!Causes.lists(cause)) {
                LOG.log(System.Logger.Level.DEBUG, "the cause {0} is not in the list", cause);
            }
            String key = refusals.size() < CAUSES_MAX ? cause : "other";
            counter = refusals.computeIfAbsent(key, unused -> new LongAdder());
        }
        counter.increment();
    }

    /**
     * Every series in which something was counted. Sorted by name, so that a reader sees the same
     * order each time.
     */
    public List<Reading> read() {
        List<Reading> readings = new ArrayList<>();
        for (Series one : sorted()) {
            if (one.isUsed()) {
                readings.add(one.read());
            }
            for (Series part : one.parts()) {
                if (part.isUsed()) {
                    readings.add(part.read());
                }
            }
        }
        return readings;
    }

    private List<Series> sorted() {
        List<Series> all;
        synchronized (this) {
            if (!reordered) {
                return sorted;
            }
            all = new ArrayList<>(series.values());
            reordered = false;
        }
        // outside of the lock, since event loops look series up
        all.sort(ORDER);
        List<Series> inOrder = List.copyOf(all);
        sorted = inOrder;
        return inOrder;
    }

    public Map<String, Long> refusals() {
        Map<String, Long> counts = new TreeMap<>();
        refusals.forEach((cause, count) -> counts.put(cause, count.sum()));
        return counts;
    }
}
