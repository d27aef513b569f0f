package dev.weft.dataplane.filter;

import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the retries of all routes have in common: chance, the clock, and the budgets. A budget lives
 * as long as any route that draws from it, across snapshots. Each Service has one, for routes of
 * every kind: a request counts in that of the Service that it goes to first, and a retry draws from
 * that of the Service whose failure it is to make up for. Any thread.
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

    /** All budgets that a route's requests count in; they live as long as somebody holds them. */
    public List<RetryBudget> budgets(Route route) {
        Retry.Budget terms = route.policy().retry().budget();
        if (route.policy().retry().attempts() == 1) {
            return List.of();
        }
        if (route.backends().size() == 1 && terms.name().isEmpty()) {
            return List.of(budget(route.backends().getFirst().backend().name(), terms));
        }
        return names(route).map(name -> budget(name, terms)).toList();
    }

    /** Those of the Services that a route leads to, whatever the weights, or the one it names. */
    private static Stream<String> names(Route route) {
        String name = route.policy().retry().budget().name();
        return name.isEmpty()
                ? route.backends().stream().map(it -> it.backend().name()).distinct()
                : Stream.of(name);
    }

    /** The budget of all of a route's requests; null where each backend's count in its own. */
    public @Nullable RetryBudget shared(Route route) {
        List<RetryBudget> all = budgets(route);
        return all.size() == 1 ? all.getFirst() : null;
    }

    /** The budget of the requests that go to one backend; null where the route has one for all. */
    public @Nullable RetryBudget own(Route route, Backend backend) {
        boolean several =
                route.backends().size() > 1
                        && route.policy().retry().attempts() > 1
                        && names(route).count() > 1;
        return several ? budget(backend.name(), route.policy().retry().budget()) : null;
    }

    /**
     * Counts a request in the budget of the backend that was chosen for it. The next try, which
     * that backend is the cause of, draws from it.
     */
    public static void count(Exchange exchange, RetryBudget budget) {
        if (exchange.tries() == 1) {
            budget.request(exchange.home().index(), exchange.home().now());
        }
        exchange.note(Note.BUDGET, budget);
    }

    private synchronized RetryBudget budget(String name, Retry.Budget terms) {
        var key = new Key(name, terms);
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
