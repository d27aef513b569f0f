package dev.weft.dataplane.http;

import dev.weft.dataplane.service.Peer;
import dev.weft.dataplane.service.Secured;
import dev.weft.dataplane.tcp.preamble.Claim;
import dev.weft.dataplane.tls.ServerHandshake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection, looked up when it is first asked. Its event loop. */
public final class Caller {
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress("0.0.0.0", 0);

    /** Stands on a channel whose other end is believed. */
    private static final AttributeKey<Boolean> TRUSTED = AttributeKey.valueOf("weft-trusted");

    private final boolean http2;
    private @Nullable Peer peer;
    private byte @Nullable [] ip;

    public Caller() {
        this(false);
    }

    /**
     * @param http2 whether it speaks HTTP/2
     */
    public Caller(boolean http2) {
        this.http2 = http2;
    }

    /** Believes what the other end of a channel says of those who called before it. */
    public static void trust(Channel channel) {
        channel.attr(TRUSTED).set(true);
    }

    public Peer peer(ChannelHandlerContext ctx) {
        Peer known = peer;
        if (known == null) {
            var remote = ctx.channel().remoteAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
            var local = ctx.channel().localAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
            Claim claim = ctx.channel().attr(Claim.KEY).get();
            boolean trusted = ctx.channel().hasAttr(TRUSTED);
            Secured tls = ctx.channel().attr(ServerHandshake.SECURED).get();
            known =
                    new Peer(
                            claim == null ? remote : claim.source(),
                            claim == null ? local : claim.destination(),
                            Optional.ofNullable(tls),
                            trusted,
                            http2);
            peer = known;
        }
        return known;
    }

    /** The address as it stands in a header field. */
    public byte[] ip(ChannelHandlerContext ctx) {
        byte[] known = ip;
        if (known == null) {
            known = Head.ascii(peer(ctx).address().getAddress().getHostAddress());
            ip = known;
        }
        return known;
    }
}
