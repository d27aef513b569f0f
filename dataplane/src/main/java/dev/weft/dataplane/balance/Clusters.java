package dev.weft.dataplane.balance;

import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The endpoints of all clusters, across snapshots: as long as one is taken by a backend, its
 * connections and what is known of it stay. One thread at a time changes it; any thread reads.
 */
public final class Clusters {
    private record Place(String cluster, Address address) {}

    /** An endpoint and how many backends have it. */
    private static final class Taken {
        final Upstream upstream;
        int times;

        Taken(Upstream upstream) {
            this.upstream = upstream;
        }
    }

    private final Loops loops;
    private final Map<Place, Taken> upstreams = new ConcurrentHashMap<>();
    private final Set<Place> unused = new HashSet<>();

    public Clusters(Loops loops) {
        this.loops = loops;
    }

    /** Takes the endpoints of a backend, until they are released. */
    public Upstream[] upstreams(Backend.Endpoints backend) {
        return backend.ready().stream()
                .map(
                        address -> {
                            var place = new Place(backend.cluster(), address);
                            Taken taken =
                                    upstreams.computeIfAbsent(
                                            place, made -> new Taken(new Upstream(loops, address)));
                            taken.times++;
                            return taken.upstream;
                        })
                .toArray(Upstream[]::new);
    }

    /** Lets go of the endpoints of a backend, once for each time that they were taken. */
    public void release(Backend.Endpoints backend) {
        for (Address address : backend.ready()) {
            var place = new Place(backend.cluster(), address);
            Taken taken = upstreams.get(place);
            if (taken != null && --taken.times == 0) {
                unused.add(place);
            }
        }
    }

    /** Ends the endpoints that nobody has: called when those that follow have been taken. */
    public void retireUnused() {
        for (Place place : unused) {
            Taken taken = upstreams.get(place);
            if (taken != null && taken.times == 0) {
                upstreams.remove(place);
                taken.upstream.retire();
            }
        }
        unused.clear();
    }

    /** Ends all endpoints. */
    public void retireAll() {
        upstreams.values().forEach(taken -> taken.upstream.retire());
        upstreams.clear();
        unused.clear();
    }

    public long connections() {
        return upstreams.values().stream().mapToLong(taken -> taken.upstream.connections()).sum();
    }
}
