package dev.weft.dataplane.balance;

import dev.weft.dataplane.service.Exchange;
import org.jspecify.annotations.Nullable;

/** How one of a backend's endpoints is chosen. Any event loop; allocates nothing. */
interface Picker {
    /**
     * The endpoint for an exchange, -1 when none is ready.
     *
     * @param tried whom it has tried already, who are passed over
     */
    int pick(Exchange exchange, @Nullable Tried tried, long nowNanos);
}
