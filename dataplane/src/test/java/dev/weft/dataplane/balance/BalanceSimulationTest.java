package dev.weft.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.load.Standing;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.upstream.Accrual;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import dev.weft.testkit.SimulatedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Endpoints that are quick, slow, failing and recovering, asked by two loops for minutes of a
 * simulated time; every run follows from its seed. The invariants have the names of the assertions.
 */
@ExtendWith(Seeds.class)
class BalanceSimulationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ENDPOINTS = 8;
    private static final int LOOPS = 2;

    private final SimulatedClock clock = new SimulatedClock();
    private final Loops loops = new Loops("simulated", LOOPS, clock);

    @AfterEach
    void close() {
        loops.close();
    }

    /** What an endpoint is like in this run; a request that is under way ends at a time. */
    private record UnderWay(
            long ends, long began, int endpoint, int loop, boolean fails, boolean trial) {}

    private final class World {
        final Chance chance;
        final Crew crew;
        final Roster roster;
        final TwoDrawn picker;
        final long[] slow = new long[ENDPOINTS];
        final int[] failing = new int[ENDPOINTS];
        final int[] asked = new int[ENDPOINTS];
        final long[] lastAsked = new long[ENDPOINTS];
        final int[] trials = new int[ENDPOINTS];
        final PriorityQueue<UnderWay> underWay =
                new PriorityQueue<>(Comparator.comparingLong(UnderWay::ends));
        long now;
        int nobody;

        World(Chance chance, Cluster terms) {
            this.chance = chance;
            List<Backend.Endpoint> endpoints = new ArrayList<>();
            for (int i = 0; i < ENDPOINTS; i++) {
                endpoints.add(new Backend.Endpoint(new Address("10.0.0." + (i + 1), 80), 1));
                slow[i] = SECOND / 100;
            }
            var backend = new Backend.Endpoints("default/blue", "default/blue", endpoints, terms);
            crew = Crews.of(backend, loops);
            roster = crew.party(backend).roster();
            var chances = new Chance[] {chance.fork(), chance.fork()};
            picker = new TwoDrawn(roster, TwoDrawn.Cost.PEAK_EWMA, chances);
        }

        /** Asks one endpoint, as the service above the picker does. */
        void request(int loop) {
            int at = picker.pick(chance, null, now);
            if (at < 0) {
                nobody++;
                return;
            }
            Standing standing = roster.at(at).standing();
            boolean trial = false;
            if (standing.state() != Standing.State.GOOD) {
                trial = standing.tries(now);
                assertThat(trial).as("who is picked while out is its trial").isTrue();
                trials[at]++;
                assertThat(trials[at]).as("exactly one trial at a time").isEqualTo(1);
            }
            asked[at]++;
            lastAsked[at] = now;
            roster.at(at).load().begin(loop);
            long takes = slow[at] / 2 + (long) (chance.fraction() * slow[at]);
            boolean fails = chance.percent(failing[at]);
            underWay.add(new UnderWay(now + takes, now, at, loop, fails, trial));
        }

        void endUntil(long time) {
            while (!underWay.isEmpty() && underWay.peek().ends() <= time) {
                UnderWay it = underWay.remove();
                Member member = roster.at(it.endpoint());
                now = it.ends();
                member.load().end(it.loop());
                if (it.trial()) {
                    trials[it.endpoint()]--;
                }
                if (it.fails()) {
                    member.load().failed(now, now - it.began());
                    member.standing().failed(it.loop(), now, it.trial(), crew.rules(), chance);
                } else {
                    member.load().answered(now, now - it.began());
                    member.standing().succeeded(it.loop(), now, it.trial(), crew.rules());
                }
                assertThat(out()).as("ejected never above the panic bound").isLessThanOrEqualTo(4);
            }
            now = time;
        }

        int out() {
            int out = 0;
            for (int i = 0; i < ENDPOINTS; i++) {
                out += roster.at(i).standing().state() == Standing.State.GOOD ? 0 : 1;
            }
            return out;
        }

        void run(int requests, long everyNanos) {
            for (int i = 0; i < requests; i++) {
                endUntil(now + (long) (2 * chance.fraction() * everyNanos));
                request(i % LOOPS);
            }
        }
    }

    private static Cluster terms(int panicPercent) {
        return Cluster.usual()
                .withBalancer(
                        new Balancer(
                                Balancer.Choosing.PeakEwma.usual(), Duration.ZERO, panicPercent))
                .withAccrual(Accrual.usual());
    }

    @Test
    void equalEndpointsAreAskedEquallyOften(Seed seed) {
        var world = new World(seed.chance(), terms(50));
        // so seldom that nothing is under way: chance alone decides between equals
        int requests = 16_000;
        for (int i = 0; i < requests; i++) {
            int at = world.picker.pick(world.chance, null, 0);
            world.asked[at]++;
        }
        double expected = requests / (double) ENDPOINTS;
        double sigma = Math.sqrt(expected * (1 - 1.0 / ENDPOINTS));
        for (int count : world.asked) {
            // eight draws of three sigma would fail one run in fifty: the whole is held to three
            assertThat((double) count).isBetween(expected - 4.5 * sigma, expected + 4.5 * sigma);
        }
        double chiSquare = 0;
        for (int count : world.asked) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        // of seven degrees of freedom; beyond 40 lies one run in a million
        assertThat(chiSquare).as("fair split").isLessThan(40);
    }

    @Test
    void noEndpointStarves(Seed seed) {
        Chance chance = seed.chance();
        var world = new World(chance, terms(50));
        for (int i = 0; i < ENDPOINTS; i++) {
            world.slow[i] = SECOND / (1 << chance.below(8));
        }
        for (int minute = 0; minute < 5; minute++) {
            world.run(6000, SECOND / 100);
            for (int i = 0; i < ENDPOINTS; i++) {
                assertThat(world.now - world.lastAsked[i])
                        .as("no endpoint starves: %s", i)
                        .isLessThan(75 * SECOND);
            }
        }
        assertThat(world.nobody).as("there is always somebody to ask").isZero();
    }

    @Test
    void slowEndpointsAreAskedLess(Seed seed) {
        var world = new World(seed.chance(), terms(50));
        world.slow[0] = SECOND;
        world.run(20_000, SECOND / 200);
        double others = (20_000 - world.asked[0]) / 7.0;
        assertThat((double) world.asked[0]).isLessThan(others / 4);
    }

    @Test
    void failuresComeAndGo(Seed seed) {
        Chance chance = seed.chance();
        var world = new World(chance, terms(50));
        for (int phase = 0; phase < 30; phase++) {
            for (int i = 0; i < ENDPOINTS; i++) {
                world.failing[i] = chance.percent(40) ? 100 : 0;
            }
            world.run(2000, SECOND / 200);
        }
        assertThat(world.nobody).isZero();
        // all are well again: each is found out within its longest penalty
        for (int i = 0; i < ENDPOINTS; i++) {
            world.failing[i] = 0;
        }
        world.run(20_000, SECOND / 200);
        assertThat(world.out()).as("who is well comes back").isZero();
    }

    @Test
    void withoutAPanicBoundAllMayBeOutAndNobodyIsAskedButForTrials(Seed seed) {
        var world = new World(seed.chance(), terms(0));
        for (int i = 0; i < ENDPOINTS; i++) {
            world.failing[i] = 100;
        }
        for (int i = 0; i < 4000 && world.nobody == 0; i++) {
            world.now += SECOND / 1000;
            world.request(i % LOOPS);
            UnderWay it = world.underWay.poll();
            if (it == null) {
                break;
            }
            Member member = world.roster.at(it.endpoint());
            member.load().end(it.loop());
            if (it.trial()) {
                world.trials[it.endpoint()]--;
            }
            member.standing()
                    .failed(it.loop(), world.now, it.trial(), world.crew.rules(), world.chance);
        }
        assertThat(world.nobody).isPositive();
        assertThat(world.out()).isEqualTo(ENDPOINTS);
    }

    @Test
    void retriesNeverExceedTheBudgetWhenEverythingFails(Seed seed) {
        Chance chance = seed.chance();
        var budget =
                new RetryBudget(0.2, 10, new RetryBudget.Ground(Duration.ofSeconds(10), LOOPS), 0);
        long now = 0;
        int requests = 0;
        int retries = 0;
        for (int i = 0; i < 100_000; i++) {
            now += chance.below(2_000_000);
            budget.request(i % LOOPS, now);
            requests++;
            retries += budget.withdraw(now) ? 1 : 0;
        }
        double seconds = now / (double) SECOND;
        assertThat((double) retries)
                .as("budget never exceeded")
                .isLessThanOrEqualTo(0.2 * requests + 10 * (seconds + 10));
        assertThat((double) retries).as("and used").isGreaterThan(0.15 * requests);
    }
}
