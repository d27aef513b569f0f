package dev.weft.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.ServerExchange;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.load.Hash;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Balancer.HashKey;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.service.Note;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import dev.weft.testkit.SimulatedClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * To whom the tries of one request go, by each balancer, with weights and with endpoints that are
 * out, as a seed has them.
 */
@ExtendWith(Seeds.class)
class TriedTest {
    private static final int RUNS = 300;
    private static final int SIZE_MAX = 9;
    private static final String KEY = "x-user";

    private final SimulatedClock clock = new SimulatedClock();
    private final Loops loops = new Loops("simulated", 1, clock);

    @AfterEach
    void close() {
        loops.close();
    }

    /** How one is chosen. */
    private enum Choosing {
        PEAK_EWMA,
        LEAST_REQUEST,
        ROUND_ROBIN,
        CONSISTENT_HASH,
        CONSISTENT_HASH_WITHOUT_KEY;

        Picker over(Roster roster, Chance[] chances) {
            return switch (this) {
                case PEAK_EWMA -> new TwoDrawn(roster, TwoDrawn.Cost.PEAK_EWMA, chances);
                case LEAST_REQUEST -> new TwoDrawn(roster, TwoDrawn.Cost.REQUESTS, chances);
                case ROUND_ROBIN -> new InTurn(roster, chances);
                case CONSISTENT_HASH, CONSISTENT_HASH_WITHOUT_KEY ->
                        new Hashed(
                                roster,
                                new Keys(new HashKey.Header(KEY)),
                                new TwoDrawn(roster, TwoDrawn.Cost.PEAK_EWMA, chances));
            };
        }
    }

    /** Endpoints, and who chooses among them. */
    private final class World {
        final Crew crew;
        final Chance[] chances;
        final Backend.Endpoints backend;

        World(Chance chance, int size) {
            List<Backend.Endpoint> endpoints = new ArrayList<>();
            boolean equal = chance.percent(50);
            for (int i = 0; i < size; i++) {
                int weight = equal ? 1 : 1 + chance.below(5);
                endpoints.add(new Backend.Endpoint(new Address("10.0.0." + (i + 1), 80), weight));
            }
            chances = new Chance[] {chance.fork()};
            backend = named(endpoints);
            crew = Crews.of(backend, loops);
        }

        Backend.Endpoints named(List<Backend.Endpoint> endpoints) {
            return new Backend.Endpoints("default/a", "default/a", endpoints, Cluster.usual());
        }

        Roster roster(Backend.Endpoints some) {
            return crew.party(some).roster();
        }

        Endpoints chosenBy(Choosing choosing, Backend.Endpoints some) {
            Roster roster = roster(some);
            return new Endpoints(
                    crew,
                    roster,
                    choosing.over(roster, chances),
                    Terms.of("Service default/a", Timeouts.usual()),
                    chances);
        }

        /** Puts some of them out; returns those that can be asked. */
        Set<Member> putOut(Chance chance, int percent) {
            Roster roster = roster(backend);
            var ready = new HashSet<Member>();
            for (int i = 0; i < roster.size(); i++) {
                if (chance.percent(percent)) {
                    roster.at(i).standing().unreachable(0, false, crew.rules(), chance);
                } else {
                    ready.add(roster.at(i));
                }
            }
            return ready;
        }
    }

    private ServerExchange exchange(Choosing choosing, Chance chance) {
        Loop loop = loops.all().getFirst();
        ServerExchange exchange = ServerExchange.on(loop);
        if (choosing == Choosing.CONSISTENT_HASH) {
            exchange.request().add(KEY, "u" + chance.below(1000));
        }
        return exchange;
    }

    @ParameterizedTest
    @EnumSource(Choosing.class)
    void aTryGoesToANewEndpointWhileThereIsOneAndNeverToTheLastAgain(Choosing choosing, Seed seed) {
        Chance chance = seed.chance();
        for (int run = 0; run < RUNS; run++) {
            var world = new World(chance, 1 + chance.below(SIZE_MAX));
            Set<Member> ready = world.putOut(chance, run % 3 * 30);
            if (ready.isEmpty()) {
                continue;
            }
            Endpoints endpoints = world.chosenBy(choosing, world.backend);
            ServerExchange exchange = exchange(choosing, chance);
            var tried = new HashSet<Member>();
            Member last = null;
            for (int i = 0; i < 2 * ready.size() + 1; i++) {
                Member member = endpoints.give(exchange, 0);
                assertThat(ready).as("one that is ready").contains(member);
                assertThat(tried.add(member))
                        .as("try %s of %s", i, ready.size())
                        .isEqualTo(i < ready.size());
                if (ready.size() > 1) {
                    assertThat(member).as("not the last one again").isNotSameAs(last);
                }
                last = member;
            }
            exchange.unused();
        }
    }

    @ParameterizedTest
    @EnumSource(Choosing.class)
    void anEndpointThatComesBackIsPreferredToThoseThatWereTried(Choosing choosing, Seed seed) {
        Chance chance = seed.chance();
        for (int run = 0; run < RUNS; run++) {
            var world = new World(chance, 3 + chance.below(SIZE_MAX));
            Endpoints endpoints = world.chosenBy(choosing, world.backend);
            Roster roster = world.roster(world.backend);
            Member late = roster.at(chance.below(roster.size()));
            late.standing().unreachable(0, false, world.crew.rules(), chance);
            ServerExchange exchange = exchange(choosing, chance);
            for (int i = 0; i < roster.size() + 2; i++) {
                assertThat(endpoints.give(exchange, 0)).isNotSameAs(late);
            }
            late.standing().pardon();
            assertThat(endpoints.give(exchange, 0)).isSameAs(late);
            exchange.unused();
        }
    }

    @ParameterizedTest
    @EnumSource(Choosing.class)
    void whoWasTriedIsRememberedWhenTheEndpointsAreNamedAnew(Choosing choosing, Seed seed) {
        Chance chance = seed.chance();
        for (int run = 0; run < RUNS; run++) {
            int size = 2 + chance.below(SIZE_MAX);
            var world = new World(chance, size);
            var turned = new ArrayList<>(world.backend.endpoints());
            java.util.Collections.rotate(turned, 1 + chance.below(size - 1));
            Backend.Endpoints anew = world.named(turned);
            Endpoints before = world.chosenBy(choosing, world.backend);
            Endpoints after = world.chosenBy(choosing, anew);
            ServerExchange exchange = exchange(choosing, chance);
            var tried = new HashSet<Member>();
            for (int i = 0; i < size; i++) {
                Endpoints now = chance.percent(50) ? before : after;
                assertThat(tried.add(now.give(exchange, 0))).as("try %s of %s", i, size).isTrue();
            }
            exchange.unused();
        }
    }

    @Test
    void theRingGoesOnToTheNext(Seed seed) {
        Chance chance = seed.chance();
        for (int run = 0; run < RUNS; run++) {
            int size = 2 + chance.below(SIZE_MAX);
            var world = new World(chance, size);
            Roster roster = world.roster(world.backend);
            Endpoints endpoints = world.chosenBy(Choosing.CONSISTENT_HASH, world.backend);
            ServerExchange exchange = exchange(Choosing.CONSISTENT_HASH, chance);
            long key = Hash.of(exchange.request().value(KEY).orElseThrow());
            var names = new long[size];
            var weights = new double[size];
            for (int i = 0; i < size; i++) {
                names[i] = roster.at(i).token();
                weights[i] = roster.weight(i);
            }
            var ring = new HashRing(names, weights);
            var expected = new ArrayList<Member>();
            for (int place = ring.place(key); expected.size() < size; place = ring.next(place)) {
                Member owner = roster.at(ring.owner(place));
                if (!expected.contains(owner)) {
                    expected.add(owner);
                }
            }
            for (Member next : expected) {
                assertThat(endpoints.give(exchange, 0)).isSameAs(next);
            }
            exchange.unused();
        }
    }

    @Test
    void whenNobodyIsReadyThoseThatTakeNoConnectionAreAskedInTheSameOrder(Seed seed) {
        Chance chance = seed.chance();
        for (int run = 0; run < RUNS; run++) {
            int size = 2 + chance.below(SIZE_MAX);
            var world = new World(chance, size);
            assertThat(world.putOut(chance, 100)).isEmpty();
            Endpoints endpoints = world.chosenBy(Choosing.PEAK_EWMA, world.backend);
            ServerExchange exchange = exchange(Choosing.PEAK_EWMA, chance);
            var tried = new HashSet<Member>();
            Member last = null;
            for (int i = 0; i < 2 * size; i++) {
                Member member = endpoints.give(exchange, 0);
                assertThat(tried.add(member)).as("try %s of %s", i, size).isEqualTo(i < size);
                assertThat(member).isNotSameAs(last);
                last = member;
            }
            exchange.unused();
        }
    }

    @Test
    void aFirstTryMakesNothing(Seed seed) {
        var world = new World(seed.chance(), 3);
        Endpoints endpoints = world.chosenBy(Choosing.PEAK_EWMA, world.backend);
        ServerExchange exchange = exchange(Choosing.PEAK_EWMA, seed.chance());
        assertThat(endpoints.offer(exchange)).isEqualTo(Choice.Offer.A_NEW_ONE);
        endpoints.give(exchange, 0);
        assertThat(exchange.note(Note.TRIED)).isNull();
        exchange.unused();
    }

    @Test
    void aBackendSaysWhomItHasLeft(Seed seed) {
        var world = new World(seed.chance(), 3);
        Endpoints endpoints = world.chosenBy(Choosing.ROUND_ROBIN, world.backend);
        ServerExchange exchange = exchange(Choosing.ROUND_ROBIN, seed.chance());
        for (int i = 0; i < 3; i++) {
            assertThat(endpoints.offer(exchange)).isEqualTo(Choice.Offer.A_NEW_ONE);
            endpoints.give(exchange, 0);
        }
        assertThat(endpoints.offer(exchange)).isEqualTo(Choice.Offer.ANOTHER);
        Object last = exchange.note(Note.ENDPOINT);
        Roster roster = world.roster(world.backend);
        for (int i = 0; i < 3; i++) {
            if (roster.at(i) != last) {
                roster.at(i).standing().unreachable(0, false, world.crew.rules(), seed.chance());
            }
        }
        assertThat(endpoints.offer(exchange)).isEqualTo(Choice.Offer.THE_LAST);
        assertThat(endpoints.give(exchange, 0)).isSameAs(last);
        world.putOut(seed.chance(), 100);
        assertThat(endpoints.offer(exchange)).isEqualTo(Choice.Offer.NOBODY);
        exchange.unused();
    }
}
