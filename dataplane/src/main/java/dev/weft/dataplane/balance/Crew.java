package dev.weft.dataplane.balance;

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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one cluster, and what holds for all of them together. One thread at a time
 * changes it, whoever applies a snapshot; the event loops use what it hands out.
 */
final class Crew {
    private final String cluster;
    private final Loops loops;
    private final Securing securing;
    private final Cluster terms;
    private final Map<Address, Member> members = new ConcurrentHashMap<>();

    /** How many backends have each. */
    private final Map<Address, Integer> taken = new HashMap<>();

    private final Ejections ejections = new Ejections();
    private final Outage outage = new Outage();
    private final Standing.Rules rules;
    private final @Nullable Turnstile turnstile;

    Crew(Backend.Endpoints backend, Loops loops, Securing securing) {
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

    /** Takes the endpoints of a backend, until they are released. */
    Member[] members(Backend.Endpoints backend) {
        return backend.endpoints().stream()
                .map(
                        it -> {
                            taken.merge(it.address(), 1, Integer::sum);
                            return members.computeIfAbsent(it.address(), this::join);
                        })
                .toArray(Member[]::new);
    }

    void release(Backend.Endpoints backend) {
        for (Backend.Endpoint endpoint : backend.endpoints()) {
            taken.computeIfPresent(
                    endpoint.address(), (address, times) -> times == 1 ? null : times - 1);
        }
    }

    private Member join(Address address) {
        long now = loops.clock().nanos();
        Balancer.Choosing.PeakEwma ewma =
                terms.balancer().choosing() instanceof Balancer.Choosing.PeakEwma it
                        ? it
                        : Balancer.Choosing.PeakEwma.usual();
        return new Member(
                new Upstream(loops, address, terms, securing, Multiplex::new),
                new Load(ewma.decay(), ewma.first(), loops.count(), now),
                new Standing(ejections, loops.count()),
                Hash.of(cluster + "|" + address),
                now);
    }

    /** Ends the endpoints that nobody has; returns whether any is left. */
    boolean settle() {
        members.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = !taken.containsKey(entry.getKey());
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
        return !members.isEmpty();
    }

    /** Ends all endpoints. */
    void retire() {
        members.values().forEach(Crew::end);
        members.clear();
        taken.clear();
    }

    private static void end(Member member) {
        member.standing().retire();
        member.upstream().retire();
    }

    long connections() {
        return members.values().stream().mapToLong(it -> it.upstream().connections()).sum();
    }
}
