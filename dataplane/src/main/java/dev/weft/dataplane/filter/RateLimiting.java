package dev.weft.dataplane.filter;

import dev.weft.dataplane.route.Guard.Key;
import dev.weft.dataplane.route.Guard.RateLimit;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Refuses with 429 what comes too often, and says when to come again. Every limit must have a place
 * for a request; the first that has none decides. Absent where there is no limit.
 */
final class RateLimiting implements Filter {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final List<RateLimit> limits;
    private final RateLimits known;

    RateLimiting(List<RateLimit> limits, RateLimits known) {
        this.limits = limits;
        this.known = known;
    }

    @Override
    public Service over(Service next) {
        Service below = next;
        for (RateLimit limit : limits.reversed()) {
            below = limited(limit, known.of(limit), below);
        }
        return below;
    }

    private static Service limited(RateLimit limit, Buckets buckets, Service next) {
        var refusal =
                new Refusal(
                        429,
                        "rate-limited",
                        limit.name(),
                        "More than "
                                + limit.requests()
                                + " requests in "
                                + limit.per().toString().substring(2).toLowerCase(Locale.ROOT)
                                + whose(limit.key())
                                + ".");
        return exchange -> {
            long wait = buckets.take(key(limit.key(), exchange), exchange.home().now());
            if (wait == 0) {
                next.serve(exchange);
            } else {
                long seconds = (wait + SECOND_NANOS - 1) / SECOND_NANOS;
                exchange.refuse(refusal.withRetryAfter((int) Math.min(86_400, seconds)));
            }
        };
    }

    private static String key(Key key, Exchange exchange) {
        return switch (key) {
            case Key.Whole() -> "";
            case Key.CallerAddress() ->
                    new String(exchange.callerIp(), StandardCharsets.ISO_8859_1);
            case Key.CallerIdentity() -> Identities.first(exchange.peer());
            case Key.Header(String name) -> exchange.request().value(name).orElse("");
        };
    }

    private static String whose(Key key) {
        return switch (key) {
            case Key.Whole() -> "";
            case Key.CallerAddress() -> " from this address";
            case Key.CallerIdentity() -> " from this client";
            case Key.Header(String name) -> " with this value of the header " + name;
        };
    }
}
