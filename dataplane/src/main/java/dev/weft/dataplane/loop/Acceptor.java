package dev.weft.dataplane.loop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A listening socket. What is done with a connection can change at any time without closing it, so
 * that no connection is lost while a listener becomes another. Any thread; whoever made it closes
 * it.
 */
public final class Acceptor implements AutoCloseable {
    private static final int BACKLOG = 4096;

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
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        Loop loop = loops.of(accepted.eventLoop());
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
