package dev.weft.dataplane.filter;

import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Route;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the retries of all routes have in common: chance, the clock, and the budgets. A budget lives
 * as long as any route that draws from it, across snapshots; routes of every kind that lead to the
 * same Services draw from one. Any thread.
 */
public final class Retries {
    private static final int TIDY_EVERY = 1024;

    /** Of how many lengths of window the room is kept for the next budget. */
    private static final int GROUNDS_MAX = 64;

    private record Key(String name, Retry.Budget budget) {}

    private final Chance[] chances;
    private final Clock clock;
    private final Map<Key, WeakReference<RetryBudget>> budgets = new HashMap<>();

    /** By window; there are few lengths of it. */
    private final Map<Duration, RetryBudget.Ground> grounds = new HashMap<>();

    private int made;

    /**
     * @param chances one for each event loop
     */
    public Retries(Chance[] chances, Clock clock) {
        this.chances = chances.clone();
        this.clock = clock;
    }

    Chance chance(int loop) {
        return chances[loop];
    }

    Clock clock() {
        return clock;
    }

    /** Where a route leads, whatever the weights: those Services are what retries may overload. */
    private static String services(Route route) {
        return route.backends().size() == 1
                ? route.backends().getFirst().backend().name()
                : route.backends().stream()
                        .map(it -> it.backend().name())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(" "));
    }

    /** The budget that a route draws from; it lives as long as somebody holds it. */
    public synchronized RetryBudget budget(Route route) {
        Retry.Budget terms = route.policy().retry().budget();
        var key = new Key(terms.name().isEmpty() ? services(route) : terms.name(), terms);
        WeakReference<RetryBudget> known = budgets.get(key);
        RetryBudget budget = known == null ? null : known.get();
        if (budget == null) {
            if (grounds.size() >= GROUNDS_MAX) {
                grounds.clear();
            }
            RetryBudget.Ground ground =
                    grounds.computeIfAbsent(
                            terms.ttl(), ttl -> new RetryBudget.Ground(ttl, chances.length));
            budget =
                    new RetryBudget(
                            terms.percent() / 100.0, terms.minPerSecond(), ground, clock.nanos());
            budgets.put(key, new WeakReference<>(budget));
            if (++made % TIDY_EVERY == 0) {
                budgets.values().removeIf(it -> it.get() == null);
            }
        }
        return budget;
    }
}
