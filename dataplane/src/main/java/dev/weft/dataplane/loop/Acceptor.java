package dev.weft.dataplane.loop;

import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.time.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A listening socket. What is done with a connection can change at any time without closing it, so
 * that no connection is lost while a listener becomes another. Any thread; whoever made it closes
 * it.
 */
public final class Acceptor implements AutoCloseable {
    private static final System.Logger LOG = LateLogger.of(Acceptor.class);
    private static final int BACKLOG = 4096;

    /** How long nothing is accepted after that failed, as it does without file descriptors. */
    private static final long PAUSE_MILLIS = 100;

    /** So often the log is told of it at most. */
    private static final long TOLD_NANOS = 10_000_000_000L;

    /** What is done with a connection. */
    @FunctionalInterface
    public interface Taking {
        /** Adds handlers to a connection that stands. On its event loop. */
        void take(Channel accepted, Loop loop);
    }

    private final Channel listening;
    private volatile Taking taking;

    private Acceptor(Loops loops, InetSocketAddress address, Taking taking) throws IOException {
        this.taking = taking;
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channelFactory(loops.transport().servers())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.RCVBUF_ALLOCATOR, Transport.READS)
                        .childOption(ChannelOption.ALLOCATOR, Ledger.BUFFERS)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.QUEUED)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .handler(new Failing(loops.clock()))
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        loops.transport().keepLittle(accepted);
                                        Loop loop = loops.of(accepted.eventLoop());
                                        // its times count from now, however long the loop slept
                                        loop.tick();
                                        Acceptor.this.taking.take(accepted, loop);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException("cannot listen on " + address + ": " + cause.getMessage(), cause);
        }
        listening = bound.channel();
    }

    /**
     * Lives through what fails when a connection is accepted: waits a little and goes on. Callers
     * wait in the kernel's queue meanwhile. Its event loop.
     */
    private static final class Failing extends ChannelInboundHandlerAdapter {
        private final Clock clock;
        private boolean failed;
        private long told;

        Failing(Clock clock) {
            this.clock = clock;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.channel().config().setAutoRead(false);
            var unused =
                    ctx.channel()
                            .eventLoop()
                            .schedule(
                                    () -> ctx.channel().config().setAutoRead(true),
                                    PAUSE_MILLIS,
                                    TimeUnit.MILLISECONDS);
            long now = clock.nanos();
            if (!failed || now - told >= TOLD_NANOS) {
                failed = true;
                told = now;
                tell(ctx.channel(), cause);
            }
        }

        private void tell(Channel listening, Throwable cause) {
            try {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "no connection can be accepted on {0} for now: {1}",
                        listening.localAddress(),
                        cause.getMessage());
            } catch (RuntimeException | Error e) {
                // whoever writes the log may need a descriptor too; the loop has to live on
                failed = false;
            }
        }
    }

    /**
     * @throws IOException when the address cannot be bound
     */
    public static Acceptor bind(Loops loops, InetSocketAddress address, Taking taking)
            throws IOException {
        return new Acceptor(loops, address, taking);
    }

    /** From now on new connections are taken so. */
    public void set(Taking next) {
        taking = next;
    }

    /** The address that was bound, with the port that was chosen. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Takes no more connections. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
    }
}
