package dev.weft.mesh.compile;

import dev.weft.dataplane.route.Address;
import java.util.List;

/**
 * Where a listener of a Gateway is.
 *
 * @param edge whether it is the platform's own edge, which is open whatever is applied
 * @param failure why it is not to be opened; empty where it is
 */
public record DoorState(List<Address> addresses, boolean edge, String failure) {
    public DoorState {
        addresses = List.copyOf(addresses);
    }
}
