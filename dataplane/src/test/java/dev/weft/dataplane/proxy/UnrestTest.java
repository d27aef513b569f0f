package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Load on two event loops while weights change and endpoints die. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class, Seeds.class})
class UnrestTest {
    private static final int CALLERS = 8;
    private static final int REQUESTS = 400;

    private final AtomicInteger answered = new AtomicInteger();

    /** An origin that now and then drops a request, or its connection after an answer. */
    private static Origin.Script moody(Seed seed, String name) {
        return talk -> {
            Chance chance = seed.chance().fork();
            while (talk.request() != null) {
                if (chance.percent(5)) {
                    talk.reset();
                    return;
                }
                talk.answer(name);
                if (chance.percent(10)) {
                    return;
                }
            }
        };
    }

    @Test
    void noIdempotentRequestFailsWhileWeightsChangeAndConnectionsBreak(Seed seed) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var proxy = new ProxyFixture(2, ServerLimits.usual())) {
            Origin steady = proxy.named("steady");
            Origin moody = proxy.origin(moody(seed, "moody"));
            var ended = new AtomicBoolean();
            var changing =
                    CompletableFuture.runAsync(() -> change(proxy, steady, moody, ended), threads);
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            split(proxy, 1, steady, 1, moody);
            for (int i = 0; i < CALLERS; i++) {
                RawClient client = proxy.client();
                callers.add(CompletableFuture.runAsync(() -> call(client), threads));
            }
            try {
                for (CompletableFuture<Void> caller : callers) {
                    caller.join();
                }
            } finally {
                ended.set(true);
                changing.join();
            }
            assertThat(answered.get()).isEqualTo(CALLERS * REQUESTS);
            long counted =
                    proxy.plane.figures().series().stream().mapToLong(s -> s.successes()).sum();
            assertThat(counted).isEqualTo(CALLERS * REQUESTS);
        }
    }

    /** Two endpoints, of which one is good. */
    private static WeightedBackend weighted(long weight, String name, Origin good, Address other) {
        return new WeightedBackend(
                weight, ProxyFixture.endpoints("default/" + name, good.address(), other));
    }

    private static void split(ProxyFixture proxy, long one, Origin good, long two, Origin moody)
            throws Exception {
        proxy.split(
                weighted(one, "half-there", good, ProxyFixture.nobody()),
                weighted(two, "moody", good, moody.address()));
    }

    private static void change(
            ProxyFixture proxy, Origin steady, Origin moody, AtomicBoolean ended) {
        try {
            for (long i = 1; !ended.get(); i++) {
                split(proxy, i % 5, steady, 1 + i % 3, moody);
                java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void call(RawClient client) {
        try {
            for (int i = 0; i < REQUESTS; i++) {
                RawClient.Answer answer = client.get("/" + i).answer();
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body()).isIn("steady", "moody");
                answered.incrementAndGet();
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
