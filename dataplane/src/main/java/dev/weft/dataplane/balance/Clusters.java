package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.event.Connections.Side;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Balancer.Choosing;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tls.Securing;
import dev.weft.foundation.chance.Chance;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of all clusters, across snapshots: as long as one is taken by a backend, its
 * connections and what is known of it stay. One thread at a time takes and releases, whoever
 * applies a snapshot; {@link #choice} on any thread.
 */
public final class Clusters {
    private record Key(String cluster, Cluster terms) {
        /** One name seldom has two sets of terms, and those are dear to hash. */
        @Override
        public int hashCode() {
            return cluster.hashCode();
        }
    }

    private final Loops loops;
    private final Securing securing;
    private final Connections connections;
    private final Chance[] chances;
    private final Map<Key, Crew> crews = new ConcurrentHashMap<>();

    /** How often the same object was taken: most routes share theirs. Of whoever applies. */
    private final Map<Backend.Endpoints, int[]> taken = new IdentityHashMap<>();

    private final Set<Key> changed = ConcurrentHashMap.newKeySet();

    /**
     * @param chances one for each event loop
     */
    public Clusters(Loops loops, Securing securing, Chance[] chances, Connections connections) {
        this.connections = connections;
        this.loops = loops;
        this.securing = securing;
        this.chances = chances.clone();
    }

    /** Takes the endpoints of a backend, until they are released. */
    public void take(Backend.Endpoints backend) {
        int[] times = taken.computeIfAbsent(backend, unused -> new int[1]);
        if (times[0]++ == 0 && crew(backend).take(backend)) {
            changed.add(new Key(backend.cluster(), backend.terms()));
        }
    }

    /**
     * What sends requests to the endpoints of a backend, as long as they are taken.
     *
     * @param budget what they count in, where it is the backend's own
     */
    public Choice choice(
            Backend.Endpoints backend,
            Timeouts timeouts,
            Series series,
            @Nullable RetryBudget budget) {
        Crew crew = crew(backend);
        Crew.Party party = crew.party(backend);
        Terms terms = Terms.of("Service " + backend.name(), timeouts);
        return new Chosen(
                series,
                party.endpoints(
                        terms,
                        () ->
                                new Endpoints(
                                        crew,
                                        party.roster(),
                                        party.picker(this::picker),
                                        terms,
                                        chances)),
                budget);
    }

    /**
     * What divides a route's requests among its backends.
     *
     * @param choices one for each of them; their weights do not add up to 0
     */
    public Service split(Route route, Choice[] choices, Chance chance) {
        return Splits.of(route, choices, loops, chance);
    }

    private Crew crew(Backend.Endpoints backend) {
        var key = new Key(backend.cluster(), backend.terms());
        Crew known = crews.get(key);
        if (known != null) {
            return known;
        }
        changed.add(key);
        return crews.computeIfAbsent(
                key,
                unused ->
                        new Crew(
                                backend,
                                loops,
                                securing,
                                connections.of(Side.ENDPOINTS, backend.cluster())));
    }

    private Picker picker(Roster roster, Choosing choosing) {
        return switch (choosing) {
            case Choosing.PeakEwma ewma -> drawn(roster, TwoDrawn.Cost.PEAK_EWMA);
            case Choosing.LeastRequest least -> drawn(roster, TwoDrawn.Cost.REQUESTS);
            case Choosing.RoundRobin turns -> new InTurn(roster, chances);
            case Choosing.ConsistentHash hash ->
                    roster.size() == 0
                            ? drawn(roster, TwoDrawn.Cost.PEAK_EWMA)
                            : new Hashed(
                                    roster,
                                    new Keys(hash.key()),
                                    drawn(roster, TwoDrawn.Cost.PEAK_EWMA));
        };
    }

    private Picker drawn(Roster roster, TwoDrawn.Cost cost) {
        return new TwoDrawn(roster, cost, chances);
    }

    /** Lets go of the endpoints of a backend, once for each time that they were taken. */
    public void release(Backend.Endpoints backend) {
        int[] times = taken.get(backend);
        if (times == null || --times[0] > 0) {
            return;
        }
        taken.remove(backend);
        var key = new Key(backend.cluster(), backend.terms());
        Crew crew = crews.get(key);
        if (crew != null && crew.release(backend)) {
            changed.add(key);
        }
    }

    /** Ends the endpoints that nobody has: called when those that follow have been taken. */
    public void retireUnused() {
        for (Key key : changed) {
            changed.remove(key);
            Crew crew = crews.get(key);
            if (crew != null && !crew.settle()) {
                crews.remove(key);
            }
        }
    }

    /** Ends all endpoints. */
    public void retireAll() {
        crews.values().forEach(Crew::retire);
        crews.clear();
        changed.clear();
    }

    public long connections() {
        return crews.values().stream().mapToLong(Crew::connections).sum();
    }
}
