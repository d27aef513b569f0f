package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http2.Multiplex;
import dev.weft.dataplane.load.Ejections;
import dev.weft.dataplane.load.Hash;
import dev.weft.dataplane.load.Standing;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.upstream.Accrual;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.tls.Securing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one cluster, and what holds for all of them together. One thread at a time takes
 * and releases, whoever applies a snapshot; the event loops ask for parties and use what they are
 * given. A request that comes late, by a route that is gone, still finds its endpoints.
 */
final class Crew {
    /** Endpoints that are named together, by however many backends. */
    static final class Party {
        private final Roster roster;
        private final Balancer balancer;
        private int uses;
        private @Nullable Picker picker;

        /** For routes in different terms. Guarded by this. */
        private final Map<Upstream.Terms, Endpoints> byTerms = new HashMap<>();

        private Party(Roster roster, Balancer balancer) {
            this.roster = roster;
            this.balancer = balancer;
        }

        Roster roster() {
            return roster;
        }

        /** How one of them is chosen; the turns are those of all who name them. */
        synchronized Picker picker(BiFunction<Roster, Balancer.Choosing, Picker> making) {
            Picker made = picker;
            if (made == null) {
                made = making.apply(roster, balancer.choosing());
                picker = made;
            }
            return made;
        }

        /** What sends requests there: the same for all routes in the same terms. */
        synchronized Endpoints endpoints(Upstream.Terms terms, Supplier<Endpoints> making) {
            Endpoints known = byTerms.get(terms);
            if (known == null) {
                if (byTerms.size() == TERMS_MAX) {
                    byTerms.clear();
                }
                known = making.get();
                byTerms.put(terms, known);
            }
            return known;
        }
    }

    /** Of how many terms what was made is kept for the next route. */
    private static final int TERMS_MAX = 16;

    private final String cluster;
    private final Loops loops;
    private final Securing securing;
    private final Connections.Counts connections;
    private final Cluster terms;
    private final Map<Address, Member> members = new ConcurrentHashMap<>();

    /** Guarded by this. */
    private final Map<List<Backend.Endpoint>, Party> parties = new HashMap<>();

    /** Nobody takes it any more. Guarded by this. */
    private boolean over;

    private final Ejections ejections = new Ejections();
    private final Outage outage = new Outage();
    private final Standing.Rules rules;
    private final @Nullable Turnstile turnstile;

    Crew(
            Backend.Endpoints backend,
            Loops loops,
            Securing securing,
            Connections.Counts connections) {
        this.connections = connections;
        this.securing = securing;
        this.cluster = backend.cluster();
        this.loops = loops;
        this.terms = backend.terms();
        Accrual accrual = terms.accrual();
        Accrual.Rate rate = accrual.rate();
        this.rules =
                new Standing.Rules(
                        accrual.consecutive(),
                        accrual.minPenalty(),
                        accrual.maxPenalty(),
                        accrual.jitter(),
                        rate.requestsMin() > 0 ? rate.threshold() : 0,
                        rate.window(),
                        rate.requestsMin());
        this.turnstile = terms.load().requests() == 0 ? null : new Turnstile(backend, loops.all());
    }

    Cluster terms() {
        return terms;
    }

    Standing.Rules rules() {
        return rules;
    }

    Outage outage() {
        return outage;
    }

    /** Who lets requests in, where a bound is set. */
    @Nullable Turnstile turnstile() {
        return turnstile;
    }

    /** The endpoints of a backend. */
    synchronized Party party(Backend.Endpoints backend) {
        Party known = parties.get(backend.endpoints());
        if (known == null) {
            Member[] members =
                    backend.endpoints().stream().map(this::member).toArray(Member[]::new);
            known = new Party(new Roster(members, backend), terms.balancer());
            parties.put(backend.endpoints(), known);
        }
        return known;
    }

    private Member member(Backend.Endpoint endpoint) {
        Member member = members.computeIfAbsent(endpoint.address(), this::join);
        if (over) {
            // for one request that comes late: its connection is not kept
            end(member);
        }
        return member;
    }

    /** Whether nobody had these endpoints before. */
    synchronized boolean take(Backend.Endpoints backend) {
        over = false;
        return party(backend).uses++ == 0;
    }

    /** Whether nobody has these endpoints any more. */
    synchronized boolean release(Backend.Endpoints backend) {
        Party party = parties.get(backend.endpoints());
        return party != null && --party.uses <= 0;
    }

    private Member join(Address address) {
        long now = loops.clock().nanos();
        Balancer.Choosing.PeakEwma ewma =
                terms.balancer().choosing() instanceof Balancer.Choosing.PeakEwma it
                        ? it
                        : Balancer.Choosing.PeakEwma.usual();
        return new Member(
                new Upstream(loops, address, terms, securing, Multiplex::new, connections),
                new Load(ewma.decay(), ewma.first(), loops.count(), now),
                new Standing(ejections, loops.count()),
                Hash.of(cluster + "|" + address),
                now);
    }

    /** Ends the endpoints that nobody has; returns whether any is left. */
    synchronized boolean settle() {
        parties.values().removeIf(party -> party.uses <= 0);
        var named = new HashSet<Address>();
        parties.keySet().forEach(some -> some.forEach(it -> named.add(it.address())));
        members.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = !named.contains(entry.getKey());
                            if (gone) {
                                end(entry.getValue());
                            }
                            return gone;
                        });
        ejections.bound(members.size(), 100 - terms.balancer().panicPercent());
        for (Member member : members.values()) {
            if (ejections.tooMany()) {
                member.standing().pardon();
            }
        }
        over = parties.isEmpty();
        return !over;
    }

    /** Ends all endpoints. */
    synchronized void retire() {
        members.values().forEach(Crew::end);
        members.clear();
        parties.clear();
        over = true;
    }

    private static void end(Member member) {
        member.standing().retire();
        member.upstream().retire();
    }

    long connections() {
        return members.values().stream().mapToLong(it -> it.upstream().connections()).sum();
    }
}
