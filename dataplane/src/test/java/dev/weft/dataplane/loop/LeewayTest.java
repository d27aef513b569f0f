package dev.weft.dataplane.loop;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.foundation.time.Clock;
import dev.weft.testkit.NothingLeft;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(30)
@ExtendWith(NothingLeft.class)
class LeewayTest {
    private static final int WIDE_MAX = 32;
    private static final long MILLI = 1_000_000L;

    private final List<Channel> accepted = new CopyOnWriteArrayList<>();
    private final List<Socket> callers = new ArrayList<>();
    private final List<Leeway> each = new ArrayList<>();
    private Loops loops;
    private Loop loop;
    private Acceptor acceptor;
    private long now = 1000 * MILLI;

    @BeforeEach
    void listen() throws Exception {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        loops =
                new Loops(
                        "leeway", 1, Clock.system(), Transport.EPOLL, new Ledger(1 << 24, () -> 0));
        loop = loops.all().getFirst();
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        acceptor = Acceptor.bind(loops, any, (channel, of) -> accepted.add(channel));
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket one : callers) {
            one.close();
        }
        if (acceptor != null) {
            acceptor.close();
            loops.close();
        }
    }

    @Test
    void itIsLittleUntilTheOtherEndHasReadOn() throws Exception {
        int one = caller();
        assertThat(unsent(one)).isEqualTo(Leeway.LITTLE);
        reads(one, 7, 10);
        assertThat(unsent(one)).isEqualTo(Leeway.LITTLE);
        reads(one, 1, 10);
        assertThat(unsent(one)).isEqualTo(Leeway.MUCH);
    }

    @Test
    void whoReadsSlowlyKeepsLittle() throws Exception {
        int one = caller();
        reads(one, 50, 100);
        assertThat(unsent(one)).isEqualTo(Leeway.LITTLE);
    }

    @Test
    void onlySoManyHaveMuch() throws Exception {
        for (int i = 0; i <= WIDE_MAX; i++) {
            reads(caller(), 8, 1);
        }
        assertThat(unsent(WIDE_MAX - 1)).isEqualTo(Leeway.MUCH);
        assertThat(unsent(WIDE_MAX)).isEqualTo(Leeway.LITTLE);
    }

    @Test
    void whoHasNoUseForItGivesItToTheNext() throws Exception {
        for (int i = 0; i < WIDE_MAX; i++) {
            reads(caller(), 8, 1);
        }
        for (int i = 1; i < WIDE_MAX; i++) {
            full(i);
        }
        now += 2000 * MILLI;
        reads(caller(), 8, 1);
        assertThat(unsent(0)).isEqualTo(Leeway.LITTLE);
        assertThat(unsent(WIDE_MAX)).isEqualTo(Leeway.MUCH);
    }

    @Test
    void whoStallsKeepsItAndNobodyElseGetsIt() throws Exception {
        for (int i = 0; i < WIDE_MAX; i++) {
            reads(caller(), 8, 1);
            full(i);
        }
        now += 2000 * MILLI;
        reads(caller(), 8, 1);
        assertThat(unsent(WIDE_MAX)).isEqualTo(Leeway.LITTLE);
    }

    @Test
    void whoGoesGivesItBack() throws Exception {
        for (int i = 0; i < WIDE_MAX; i++) {
            reads(caller(), 8, 1);
            full(i);
        }
        callers.getFirst().close();
        eventually(() -> assertThat(accepted.getFirst().isOpen()).isFalse());
        reads(caller(), 8, 1);
        assertThat(unsent(WIDE_MAX)).isEqualTo(Leeway.MUCH);
    }

    /** Connects one more; returns which it is. */
    private int caller() throws Exception {
        int index = each.size();
        callers.add(new Socket(InetAddress.getLoopbackAddress(), acceptor.address().getPort()));
        eventually(() -> assertThat(accepted).hasSize(index + 1));
        each.add(onLoop(() -> loop.leeways().of(accepted.get(index))));
        return index;
    }

    /** Leaves the kernel full and takes it all, so often, each time after so long. */
    private void reads(int one, int times, int millis) {
        for (int i = 0; i < times; i++) {
            full(one);
            now += millis * MILLI;
            onLoop(
                    () -> {
                        each.get(one).taken(now);
                        return true;
                    });
        }
    }

    private void full(int one) {
        onLoop(
                () -> {
                    each.get(one).full(now);
                    return true;
                });
    }

    private long unsent(int one) {
        return onLoop(
                () -> accepted.get(one).config().getOption(EpollChannelOption.TCP_NOTSENT_LOWAT));
    }

    private <T> T onLoop(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what, loop.executor()).join();
    }
}
