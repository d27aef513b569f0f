package dev.weft.mesh.observe;

import dev.weft.dataplane.event.Figures;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.event.SeriesName;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.task.TaskScope;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads the data plane's figures once a second and remembers the last minute of them, as long as
 * somebody looks. Any thread asks; one thread of the scope reads.
 */
public final class Observer {
    /** Over how many seconds rates and quantiles are taken. */
    public static final int WINDOW_SECONDS = 10;

    /** How many seconds of rates are remembered. */
    public static final int SERIES_SECONDS = 60;

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int UNWATCHED_READINGS = 300;

    private final Supplier<Figures> source;
    private final Deque<Figures> window = new ArrayDeque<>();
    private final Map<SeriesName, Trail> trails = new HashMap<>();
    private long second;
    private int readingsLeft = UNWATCHED_READINGS;

    public Observer(Supplier<Figures> source) {
        this.source = source;
    }

    /** Begins to read; ends with the scope. */
    public Observer start(TaskScope scope) {
        scope.start("observer", this::run);
        return this;
    }

    private void run() {
        try {
            while (true) {
                if (isWatched()) {
                    take(source.get());
                }
                Pause.of(EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a reading is worth its work; forgets what is old where not. */
    private synchronized boolean isWatched() {
        if (readingsLeft == 0) {
            window.clear();
            trails.clear();
            return false;
        }
        readingsLeft--;
        return true;
    }

    /** Takes in one reading; they come a second apart. */
    synchronized void take(Figures figures) {
        boolean first = window.isEmpty();
        second++;
        window.addLast(figures);
        if (window.size() > WINDOW_SECONDS + 1) {
            window.removeFirst();
        }
        var seen = new HashSet<SeriesName>();
        for (Reading reading : figures.series()) {
            long total = Golden.total(reading);
            if (total > 0) {
                seen.add(reading.name());
                trails.computeIfAbsent(reading.name(), it -> new Trail(first ? total : 0))
                        .put(second, total);
            }
        }
        trails.keySet().retainAll(seen);
    }

    /** The golden figures of all series that are meant, taken together. */
    public synchronized Golden golden(Predicate<SeriesName> meant) {
        readingsLeft = UNWATCHED_READINGS;
        Figures first = window.peekFirst();
        Figures last = window.peekLast();
        return first == null || last == null || first == last
                ? Golden.nothing()
                : Golden.between(first, last, meant);
    }

    /** Requests in each of the last seconds, the latest last. */
    public synchronized List<Long> series(Predicate<SeriesName> meant) {
        readingsLeft = UNWATCHED_READINGS;
        long[] sums = new long[SERIES_SECONDS];
        trails.forEach(
                (name, trail) -> {
                    if (meant.test(name)) {
                        trail.addTo(sums, second);
                    }
                });
        var series = new ArrayList<Long>(SERIES_SECONDS);
        for (long sum : sums) {
            series.add(sum);
        }
        return series;
    }

    /** How many requests a series got in each second. Guarded by the observer. */
    private static final class Trail {
        private final long[] grown = new long[SERIES_SECONDS];
        private long total;
        private long last;

        Trail(long total) {
            this.total = total;
        }

        void put(long second, long now) {
            for (long gap = Math.max(last + 1, second - SERIES_SECONDS); gap < second; gap++) {
                grown[(int) (gap % SERIES_SECONDS)] = 0;
            }
            grown[(int) (second % SERIES_SECONDS)] = Math.max(0, now - total);
            total = now;
            last = second;
        }

        void addTo(long[] sums, long second) {
            for (int i = 0; i < SERIES_SECONDS; i++) {
                long at = second - SERIES_SECONDS + 1 + i;
                if (at > 0 && at <= last) {
                    sums[i] += grown[(int) (at % SERIES_SECONDS)];
                }
            }
        }
    }
}
