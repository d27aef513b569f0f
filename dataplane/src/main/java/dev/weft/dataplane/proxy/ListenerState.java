package dev.weft.dataplane.proxy;

import dev.weft.dataplane.route.Address;

/**
 * How a listener that a snapshot asked for does.
 *
 * @param failure why it does not listen; empty when it does
 */
public record ListenerState(String name, Address address, String failure) {
    public boolean listens() {
        return failure.isEmpty();
    }
}
