package dev.weft.dataplane.tcp;

import dev.weft.dataplane.loop.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One address whose connections are passed on, each to one endpoint. Any thread. A change of
 * targets is for new connections; those that stand go on.
 */
public final class Forwarding implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 65_536;

    private final Loops loops;
    private final Set<Channel> callers = ConcurrentHashMap.newKeySet();
    private final Channel listening;
    private volatile Targets targets;

    /**
     * @throws IOException when the address cannot be bound
     */
    public Forwarding(Loops loops, InetSocketAddress address, Targets targets) throws IOException {
        this.loops = loops;
        this.targets = targets;
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channelFactory(loops.transport().servers())
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(new Accepting())
                        .bind(address)
                        .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException("cannot listen on " + address + ": " + cause.getMessage(), cause);
        }
        listening = bound.channel();
    }

    private final class Accepting extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel caller) {
            if (callers.size() >= CONNECTIONS_MAX) {
                var unused = caller.close();
                return;
            }
            callers.add(caller);
            caller.closeFuture().addListener(closed -> callers.remove(caller));
            new Relay(loops, caller, targets).start();
        }
    }

    public void set(Targets next) {
        targets = next;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    public int connections() {
        return callers.size();
    }

    /** Takes no more connections; those that stand go on. */
    public void stop() {
        listening.close().awaitUninterruptibly();
    }

    @Override
    public void close() {
        stop();
        for (Channel caller : callers) {
            var unused = caller.close();
        }
    }
}
