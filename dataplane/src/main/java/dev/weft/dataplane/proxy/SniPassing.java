package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.loop.Acceptor.Taking;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tcp.Forwarding;
import dev.weft.dataplane.tls.ClientHello;
import dev.weft.dataplane.tls.HelloReader;
import dev.weft.dataplane.tls.Names;
import dev.weft.dataplane.tls.ServerHandshake;
import dev.weft.dataplane.tls.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends TLS connections where the name that the client asks for leads, as they are or with TLS
 * taken off. Filled by one thread, then used on the event loops.
 */
final class SniPassing {
    private record Way(Service service, boolean terminate) {}

    private final Forwarding forwarding;
    private final @Nullable ServerTls tls;
    private final Handshakes handshakes;
    private final Map<String, Way> ways = new HashMap<>();

    SniPassing(Forwarding forwarding, @Nullable ServerTls tls, Handshakes handshakes) {
        this.forwarding = forwarding;
        this.tls = tls;
        this.handshakes = handshakes;
    }

    void add(Listener.Named named, Service service) {
        for (String name : named.names()) {
            ways.put(name, new Way(service, named.terminate()));
        }
    }

    Taking taking() {
        var names = new Names<>(ways);
        return (channel, loop) ->
                channel.pipeline()
                        .addLast(
                                new HelloReader(
                                        loop,
                                        ServerHandshake.USUAL_TIMEOUT,
                                        new HelloReader.Listener() {
                                            @Override
                                            public void heard(
                                                    ChannelHandlerContext ctx,
                                                    ClientHello hello,
                                                    ByteBuf bytes) {
                                                pass(ctx, names.find(hello.serverName()), bytes);
                                            }

                                            @Override
                                            public void unheard(String why) {
                                                failed();
                                            }
                                        }));
    }

    private void failed() {
        handshakes.count(Handshakes.Side.SERVER, Handshakes.Result.FAILED);
    }

    private void pass(ChannelHandlerContext ctx, @Nullable Way way, ByteBuf hello) {
        Channel channel = ctx.channel();
        ServerTls secure = tls;
        if (way == null || (way.terminate && secure == null)) {
            hello.release();
            failed();
            HelloReader.refuse(ctx);
        } else if (way.terminate && secure != null) {
            forwarding.acceptTls(channel, way.service, secure);
            channel.pipeline().remove(ctx.name());
            channel.pipeline().fireChannelRead(hello);
        } else {
            forwarding.take(channel, way.service, hello, () -> {});
            channel.pipeline().remove(ctx.name());
        }
    }
}
