package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.http.Caller;
import dev.weft.dataplane.loop.Acceptor.Taking;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.tcp.preamble.PreambleHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a listener asks of a connection before its TLS and its first request: that there is room for
 * it, whom to believe, the PROXY protocol. Counts the listener's connections across every change of
 * what is asked. Any thread.
 */
final class Admission {
    private final Traffic traffic;
    private final Duration head;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param head how long a preamble may take
     */
    Admission(Traffic traffic, Duration head) {
        this.traffic = traffic;
        this.head = head;
    }

    /** Takes connections so from now on; those that stand stay. */
    Taking of(Entrance asks, Taking then) {
        boolean preamble = asks.proxyProtocol() == Entrance.ProxyProtocol.REQUIRED;
        return (channel, loop) -> {
            if (open.incrementAndGet() > asks.connectionsMax()) {
                open.decrementAndGet();
                traffic.refused("listener-full");
                var unused = channel.close();
                return;
            }
            channel.closeFuture().addListener(closed -> open.decrementAndGet());
            if (channel.remoteAddress() instanceof InetSocketAddress peer
                    && asks.trusted().stream().anyMatch(it -> it.contains(peer.getAddress()))) {
                Caller.trust(channel);
            }
            if (preamble) {
                channel.pipeline().addLast(new PreambleHandler(loop, head));
            }
            then.take(channel, loop);
        };
    }
}
