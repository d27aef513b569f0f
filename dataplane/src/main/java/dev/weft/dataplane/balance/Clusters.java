package dev.weft.dataplane.balance;

import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The endpoints of all clusters, across snapshots: as long as one stays named, its connections and
 * what is known of it stay. One thread at a time changes it; any thread reads.
 */
public final class Clusters {
    private record Place(String cluster, Address address) {}

    private final Loops loops;
    private final Map<Place, Upstream> upstreams = new ConcurrentHashMap<>();
    private final Set<Place> named = new HashSet<>();

    public Clusters(Loops loops) {
        this.loops = loops;
    }

    public Upstream[] upstreams(Backend.Endpoints backend) {
        return backend.ready().stream()
                .map(
                        address -> {
                            var place = new Place(backend.cluster(), address);
                            named.add(place);
                            return upstreams.computeIfAbsent(
                                    place, unused -> new Upstream(loops, address));
                        })
                .toArray(Upstream[]::new);
    }

    /** Asks for the endpoints of a backend again, without taking them. */
    public void keep(Backend.Endpoints backend) {
        backend.ready().forEach(address -> named.add(new Place(backend.cluster(), address)));
    }

    /** Lets go of every endpoint that was not asked for since the last call. */
    public void retireOthers() {
        var gone = new HashMap<>(upstreams);
        gone.keySet().removeAll(named);
        gone.forEach(
                (place, upstream) -> {
                    upstreams.remove(place);
                    upstream.retire();
                });
        named.clear();
    }

    public long connections() {
        return upstreams.values().stream().mapToLong(Upstream::connections).sum();
    }
}
