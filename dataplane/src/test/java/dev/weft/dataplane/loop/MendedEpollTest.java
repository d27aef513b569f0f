package dev.weft.dataplane.loop;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.foundation.time.Clock;
import dev.weft.testkit.NothingLeft;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(30)
@ExtendWith(NothingLeft.class)
class MendedEpollTest {
    /** What an accepted connection was told. Its event loop writes, the test reads. */
    private static final class Accepted extends ChannelInboundHandlerAdapter {
        @SuppressWarnings("NullAway.Init") // comes with handlerAdded
        volatile Channel channel;

        volatile int read;
        volatile boolean ended;
        volatile String broken = "";
        volatile Runnable onRead = () -> {};

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            channel = ctx.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf buf = (ByteBuf) message;
            read += buf.readableBytes();
            buf.release();
            onRead.run();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            ended |= event == ChannelInputShutdownEvent.INSTANCE;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            broken = cause.toString();
        }

        boolean standsFor(Socket caller) {
            return ((InetSocketAddress) channel.remoteAddress()).getPort() == caller.getLocalPort();
        }
    }

    private final List<Accepted> accepted = new CopyOnWriteArrayList<>();
    private boolean reads = true;
    private Loops loops;
    private Acceptor acceptor;

    @BeforeEach
    void listen() throws Exception {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        loops =
                new Loops(
                        "epoll", 1, Clock.system(), Transport.EPOLL, new Ledger(1 << 24, () -> 0));
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        acceptor =
                Acceptor.bind(
                        loops,
                        any,
                        (channel, loop) -> {
                            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                            channel.config().setAutoRead(reads);
                            var one = new Accepted();
                            channel.pipeline().addLast(one);
                            accepted.add(one);
                        });
    }

    @AfterEach
    void end() {
        if (acceptor != null) {
            acceptor.close();
            loops.close();
        }
    }

    private Socket caller() throws Exception {
        return new Socket(acceptor.address().getAddress(), acceptor.address().getPort());
    }

    private Accepted of(Socket caller) {
        eventually(
                "it is accepted", () -> accepted.stream().anyMatch(one -> one.standsFor(caller)));
        return accepted.stream().filter(one -> one.standsFor(caller)).findFirst().orElseThrow();
    }

    @Test
    void whatWasSaidBeforeTheLastWordIsReadThoughReadingHadStopped() throws Exception {
        reads = false;
        int size = 50_000;
        try (Socket caller = caller()) {
            caller.getOutputStream().write(new byte[size]);
            caller.shutdownOutput();
            Accepted one = of(caller);
            // it is the last word that makes itself heard while nothing is read
            eventually("the last word is noticed", () -> one.read > 0);
            for (int i = 0; i < 10; i++) {
                boolean on = i % 2 == 1;
                one.channel.eventLoop().submit(() -> one.channel.config().setAutoRead(on)).sync();
            }
            eventually("all is read", () -> one.read == size && one.ended);
            assertThat(one.broken).isEmpty();
            assertThat(one.channel.isOpen()).isTrue();
        }
    }

    @Test
    void whatHappenedToAConnectionIsNotToldToTheNextOfItsNumber() throws Exception {
        try (Socket first = caller();
                Socket old = caller()) {
            Accepted trigger = of(first);
            Accepted closed = of(old);
            int number = ((EpollSocketChannel) closed.channel).fd().intValue();
            trigger.onRead =
                    () -> {
                        var unused = closed.channel.close();
                    };
            var held = new CountDownLatch(1);
            trigger.channel
                    .eventLoop()
                    .execute(
                            () -> {
                                try {
                                    var unused = held.await(10, TimeUnit.SECONDS);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            reads = false;
            // in this order they are in the list of one turn
            first.getOutputStream().write(1);
            try (Socket next = caller()) {
                old.shutdownOutput();
                held.countDown();
                Accepted second = of(next);
                assumeTrue(
                        ((EpollSocketChannel) second.channel).fd().intValue() == number,
                        "another took the number of the descriptor");
                next.close();
                eventually(
                        "its own end is noticed", () -> !second.channel.isActive() || second.ended);
                assertThat(second.broken).isEmpty();
            }
        }
    }
}
