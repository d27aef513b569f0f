package dev.weft.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class NothingLeftTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(10);

    private final NothingLeft.Before before = NothingLeft.before();

    @Test
    void seesAVirtualThreadThatStays() {
        var over = new CountDownLatch(1);
        Thread.ofVirtual().name("lost").start(() -> await(over));

        assertThatThrownBy(() -> NothingLeft.expectNothingSince(before, SHORT))
                .hasMessageContaining("virtual threads left behind: [lost]");
        over.countDown();
        NothingLeft.expectNothingSince(before, LONG);
    }

    @Test
    void seesAPlatformThreadThatStays() {
        var over = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("lost").start(() -> await(over));

        assertThatThrownBy(() -> NothingLeft.expectNothingSince(before, SHORT))
                .hasMessageContaining("threads left behind: [lost]");
        over.countDown();
        NothingLeft.expectNothingSince(before, LONG);
    }

    @Test
    void seesAListeningSocketThatStays() throws Exception {
        try (var left = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> NothingLeft.expectNothingSince(before, SHORT))
                    .hasMessageContaining("listening sockets left behind")
                    .hasMessageContaining(
                            Integer.toHexString(left.getLocalPort())
                                    .toUpperCase(java.util.Locale.ROOT));
        }
        NothingLeft.expectNothingSince(before, LONG);
    }

    @Test
    void seesAChildProcessThatStays() {
        try (Running left = Command.of("sleep", "300").start()) {
            assertThatThrownBy(() -> NothingLeft.expectNothingSince(before, SHORT))
                    .hasMessageContaining("sleep 300");
        }
        NothingLeft.expectNothingSince(before, LONG);
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
