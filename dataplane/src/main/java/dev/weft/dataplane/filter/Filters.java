package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.loop.Cells;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.chance.Chance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the filters that a route's policy asks for; each is absent where it has nothing to do. */
public final class Filters {
    private Filters() {}

    /**
     * Somebody who gets copies of requests.
     *
     * @param service serves a copy like any request
     * @param series where copies are counted that are not sent
     */
    public record Mirror(Service service, Share share, Series series) {}

    /**
     * What a route has of its own, where the filters are those of many: the filters stay in the
     * caches whichever of ten thousand routes a request takes, and what is its own lies together.
     * Any event loop.
     */
    public static final class Lane implements Service {
        // what every request reads, together: those that it counts in, without a look at them
        private final int chosenAt;
        private final int budgetAt;
        private final Service filters;
        private final Service choice;
        private final long[] @Nullable [] chosenCells;
        private final long[] @Nullable [] budgetCells;
        private final @Nullable Series chosen;
        private final @Nullable RetryBudget budget;

        private final Series unchosen;
        private final String route;

        /**
         * @param route who decided, as a person would look it up
         * @param unchosen counts what got no backend
         * @param budget what tries draw from; null where there is only one
         * @param chosen counts what gets the one backend that there is; null where the choice does
         * @param choice of a backend, below the filters; or that one backend
         * @param filters what requests go through until {@link #choose}
         */
        public Lane(
                String route,
                Series unchosen,
                @Nullable RetryBudget budget,
                @Nullable Series chosen,
                Service choice,
                Service filters) {
            this.route = route;
            this.unchosen = unchosen;
            this.budget = budget;
            this.chosen = chosen;
            this.choice = choice;
            this.filters = filters;
            Cells.Place counted = chosen == null ? Cells.NOWHERE : chosen.place();
            chosenCells = counted.rows();
            chosenAt = counted.at();
            Cells.Place drawn = budget == null ? Cells.NOWHERE : budget.place();
            budgetCells = drawn.rows();
            budgetAt = drawn.at();
        }

        String route() {
            return route;
        }

        Series unchosen() {
            return unchosen;
        }

        @Nullable RetryBudget budget() {
            return budget;
        }

        @Override
        public void serve(Exchange exchange) {
            exchange.note(Note.LANE, this);
            filters.serve(exchange);
        }

        /** A request came that may be tried again. */
        void draw(Exchange exchange, long slotNanos) {
            if (budget != null) {
                long slot = RetryBudget.slot(exchange.home().now(), slotNanos);
                int loop = exchange.home().index();
                if (!RetryBudget.counted(budgetCells, budgetAt, loop, slot)) {
                    budget.begin(loop, slot);
                }
            }
        }

        /** Counts what ended in the usual way; false where there is more to count. */
        boolean count(Exchange exchange, long nanos) {
            return chosen != null
                    && exchange.note(Note.SERIES) == chosen
                    && Series.usual(
                            chosenCells,
                            chosenAt,
                            exchange.home().index(),
                            exchange.bytesIn(),
                            exchange.bytesOut(),
                            nanos);
        }

        /** That of an exchange whose filters run. */
        static Lane of(Exchange exchange) {
            if (exchange.note(Note.LANE) instanceof Lane lane) {
                return lane;
            }
            throw new IllegalStateException(
                    "an exchange without a lane (expected: one, by its route)");
        }

        /** The last of the filters: the choice of whichever route it is. */
        public static void choose(Exchange exchange) {
            Lane lane = of(exchange);
            Series chosen = lane.chosen;
            if (chosen != null) {
                boolean plain =
                        exchange.note(Note.SOURCE) == null
                                && exchange.note(Note.SERIES) == null
                                && !exchange.peer().encrypted();
                if (plain) {
                    int loop = exchange.home().index();
                    Series.started(lane.chosenCells, lane.chosenAt, loop);
                    exchange.note(Note.SERIES, chosen);
                } else {
                    Telemetry.choose(exchange, chosen);
                }
            }
            lane.choice.serve(exchange);
        }
    }

    public static Filter cors(Guard.@Nullable Cors cors) {
        return new CrossOrigin(cors);
    }

    public static Filter rateLimit(List<Guard.RateLimit> limits, RateLimits known) {
        return new RateLimiting(limits, known);
    }

    /**
     * @param object who decided
     */
    public static Filter bodyLimit(long bytesMax, String object) {
        return new BodyLimit(bytesMax, object);
    }

    /**
     * @param object who decided
     * @param chances one for each event loop
     */
    public static Filter fault(Guard.@Nullable Fault fault, String object, Chance[] chances) {
        return new FaultInjection(fault, object, chances);
    }

    /**
     * @param prefix what the route matched
     */
    public static Filter path(Changes changes, String prefix) {
        return new Rewrite(changes.path(), prefix);
    }

    public static Filter host(Changes changes) {
        return new HostRewrite(changes.host());
    }

    public static Filter edits(Changes changes) {
        return new Edits(changes.request(), changes.answer());
    }

    /**
     * @param chances one for each event loop
     */
    public static Filter mirrors(List<Mirror> mirrors, Chance[] chances) {
        return new Mirroring(mirrors, chances);
    }

    /** Gives each try the head that the first one had. */
    public static Filter freshHead(boolean needed) {
        return new FreshHead(needed);
    }
}
