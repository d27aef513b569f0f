package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.load.RetryBudget;
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
     *
     * @param route who decided, as a person would look it up
     * @param unchosen counts what got no backend
     * @param budget what tries draw from; null where there is only one
     * @param chosen counts what gets the one backend that there is; null where the choice counts
     * @param choice of a backend, below the filters; or that one backend
     * @param filters what requests go through until {@link #choose}
     */
    public record Lane(
            String route,
            Series unchosen,
            @Nullable RetryBudget budget,
            @Nullable Series chosen,
            Service choice,
            Service filters)
            implements Service {
        @Override
        public void serve(Exchange exchange) {
            exchange.note(Note.LANE, this);
            filters.serve(exchange);
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
            if (lane.chosen != null) {
                Telemetry.choose(exchange, lane.chosen);
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
