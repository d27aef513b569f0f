package dev.weft.dataplane.tcp;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.route.Address;
import java.util.List;

/**
 * Where connections may go.
 *
 * @param weight its share among the targets
 */
public record Target(long weight, List<Address> ready, Series series) {
    public Target {
        ready = List.copyOf(ready);
    }
}
