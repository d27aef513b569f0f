package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/** A backend that can say beforehand whether it is worth choosing. Its event loop. */
public interface Choice extends Service {
    /** Whether it has somebody for this exchange whom the exchange has not tried yet. */
    boolean canServe(Exchange exchange);

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
