package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the data plane stops. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class DrainTest {
    private final CountDownLatch go = new CountDownLatch(1);
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, dev.weft.dataplane.http.ServerLimits.usual());
    }

    @AfterEach
    void stop() throws Exception {
        go.countDown();
        proxy.close();
    }

    private RawClient waiting() throws Exception {
        Origin slow =
                proxy.origin(
                        talk -> {
                            talk.request();
                            try {
                                if (!go.await(10, TimeUnit.SECONDS)) {
                                    return;
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            talk.answer("late");
                        });
        proxy.routeTo(slow);
        RawClient client = proxy.client();
        client.get("/");
        Eventually.eventually("the request is upstream", () -> slow.accepted() == 1);
        return client;
    }

    @Test
    void requestsAtWorkEndAndIdleConnectionsCloseAtOnce() throws Exception {
        proxy.routeTo(proxy.named("quick"));
        RawClient idle = proxy.client();
        assertThat(idle.get("/").answer().body()).isEqualTo("quick");
        RawClient busy = waiting();
        var drained = CompletableFuture.runAsync(() -> proxy.plane.drain(Duration.ofSeconds(10)));
        assertThat(idle.closes()).isTrue();
        assertThat(drained).isNotDone();
        go.countDown();
        RawClient.Answer answer = busy.answer();
        assertThat(answer.body()).isEqualTo("late");
        assertThat(answer.field("connection")).isEqualTo("close");
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatDoesNotEndInTimeIsCut() throws Exception {
        RawClient busy = waiting();
        proxy.plane.drain(Duration.ofMillis(200));
        assertThat(busy.isReset()).isTrue();
    }
}
