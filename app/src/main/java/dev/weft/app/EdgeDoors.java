package dev.weft.app;

import dev.weft.api.model.Key;
import dev.weft.dataplane.proxy.DataPlane;
import dev.weft.dataplane.proxy.ListenerState;
import dev.weft.dataplane.route.Address;
import dev.weft.dialects.gatewayapi.DoorStates;
import dev.weft.mesh.compile.DoorState;
import dev.weft.mesh.compile.RouteFeed;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/** What the data plane says of the listeners of Gateways. Any thread. */
final class EdgeDoors implements DoorStates {
    private static final String UNKNOWN = "";

    private final RouteFeed routes;
    private final DataPlane dataPlane;
    private final String ip;

    EdgeDoors(RouteFeed routes, DataPlane dataPlane, String ip) {
        this.routes = routes;
        this.dataPlane = dataPlane;
        this.ip = ip;
    }

    @Override
    public Optional<String> failure(Key gateway, String section) {
        Optional<DoorState> door = routes.door(gateway + ":" + section);
        if (door.isEmpty()) {
            return Optional.of(UNKNOWN);
        }
        if (!door.get().failure().isEmpty()) {
            return Optional.of(door.get().failure());
        }
        if (door.get().edge()) {
            return Optional.empty();
        }
        return door.get().addresses().stream().flatMap(it -> failure(it).stream()).findFirst();
    }

    private Optional<String> failure(Address address) {
        for (ListenerState state : dataPlane.listeners()) {
            if (state.address().equals(address)) {
                return state.listens() ? Optional.empty() : Optional.of(state.failure());
            }
        }
        return Optional.of(UNKNOWN);
    }

    @Override
    public boolean isHere(String ip) {
        try {
            InetAddress address = InetAddress.ofLiteral(ip);
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IllegalArgumentException | SocketException e) {
            return false;
        }
    }

    @Override
    public String usualIp() {
        return ip;
    }
}
