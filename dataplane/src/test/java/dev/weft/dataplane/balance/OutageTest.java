package dev.weft.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.ServerExchange;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.service.Note;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import dev.weft.testkit.SimulatedClock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What requests are told while the only endpoint takes no connection, on a clock of its own. */
@ExtendWith(Seeds.class)
class OutageTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1000 * MILLI;

    private final Loops loops = new Loops("simulated", 1, new SimulatedClock());

    @AfterEach
    void close() {
        loops.close();
    }

    /** What became of one request. */
    private enum Fate {
        SENT,
        TRIED,
        REFUSED
    }

    /** A cluster of one endpoint. */
    private final class World {
        final Chance chance;
        final Crew crew;
        final Endpoints endpoints;
        final Member only;

        World(Chance chance) {
            this.chance = chance;
            var one = new Backend.Endpoint(new Address("10.0.0.1", 80), 1);
            var backend =
                    new Backend.Endpoints("default/a", "default/a", List.of(one), Cluster.usual());
            crew = Crews.of(backend, loops);
            Roster roster = crew.party(backend).roster();
            var chances = new Chance[] {chance};
            endpoints =
                    new Endpoints(
                            crew,
                            roster,
                            new InTurn(roster, chances),
                            Terms.of("Service default/a", Timeouts.usual()),
                            chances);
            only = roster.at(0);
        }

        /** Sends a request, which finds the endpoint dead or alive. */
        Fate request(long now, boolean alive) {
            ServerExchange exchange = ServerExchange.on(loops.all().getFirst());
            @Nullable Member member = endpoints.give(exchange, now);
            boolean trial = exchange.note(Note.TRIAL) == only;
            exchange.unused();
            if (member == null) {
                return Fate.REFUSED;
            }
            if (alive) {
                only.standing().succeeded(0, now, trial, crew.rules());
            } else {
                only.standing().unreachable(now, trial, crew.rules(), chance);
            }
            return trial ? Fate.TRIED : Fate.SENT;
        }
    }

    @Test
    void afterThreeSecondsOnlyTrialsAreSent(Seed seed) {
        var world = new World(seed.chance());
        int trials = 0;
        for (long now = 0; now < 60 * SECOND; now += 50 * MILLI) {
            Fate fate = world.request(now, false);
            if (now > 50 * MILLI && now < 3 * SECOND) {
                assertThat(fate).as("after %s ms", now / MILLI).isNotEqualTo(Fate.REFUSED);
            }
            if (now > 3 * SECOND + 50 * MILLI) {
                assertThat(fate).as("after %s ms", now / MILLI).isNotEqualTo(Fate.SENT);
                trials += fate == Fate.TRIED ? 1 : 0;
            }
        }
        assertThat(trials).as("it is tried now and then").isBetween(4, 20);
    }

    @Test
    void aTrialThatSucceedsEndsIt(Seed seed) {
        var world = new World(seed.chance());
        long now = 0;
        for (; now < 5 * SECOND; now += 50 * MILLI) {
            world.request(now, false);
        }
        for (; now < world.only.standing().outUntilNanos(); now += 50 * MILLI) {
            assertThat(world.request(now, true)).isEqualTo(Fate.REFUSED);
        }
        assertThat(world.request(now, true)).isEqualTo(Fate.TRIED);
        for (int i = 0; i < 10; i++) {
            assertThat(world.request(now + i, true)).isEqualTo(Fate.SENT);
        }
        assertThat(world.request(now + SECOND, false)).isEqualTo(Fate.SENT);
        assertThat(world.request(now + SECOND + 1, false))
                .as("it begins anew")
                .isEqualTo(Fate.SENT);
    }

    @Test
    void whatIsKnownGrowsOldWhereNobodyAsks(Seed seed) {
        var world = new World(seed.chance());
        world.request(0, false);
        assertThat(world.request(1, false)).isEqualTo(Fate.SENT);
        long later = 20 * SECOND;
        ServerExchange trial = ServerExchange.on(loops.all().getFirst());
        assertThat(world.endpoints.give(trial, later)).isSameAs(world.only);
        assertThat(trial.note(Note.TRIAL)).isSameAs(world.only);
        assertThat(world.request(later, true)).as("beside the trial").isEqualTo(Fate.SENT);
        trial.unused();
    }
}
