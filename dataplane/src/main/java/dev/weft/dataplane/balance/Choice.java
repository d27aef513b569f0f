package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/** A backend that can say beforehand whether it is worth choosing. Its event loop. */
public interface Choice extends Service {
    /** Whom it has for an exchange, from the least to the best. */
    enum Offer {
        /** Nobody who is ready. */
        NOBODY,
        /** The one alone that the exchange tried last. */
        THE_LAST,
        /** One that it tried before that. */
        ANOTHER,
        /** One that it has not tried. */
        A_NEW_ONE
    }

    Offer offer(Exchange exchange);

    /** What it is counted in. */
    Series series();

    /** What serves an exchange that was counted in the series; null where there is more to it. */
    default @Nullable Service counted() {
        return null;
    }

    /** Has the exchange go to the endpoint that a token names; false if it is not one of these. */
    default boolean want(Exchange exchange, long token) {
        return false;
    }
}
