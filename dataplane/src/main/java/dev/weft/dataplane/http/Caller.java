package dev.weft.dataplane.http;

import dev.weft.dataplane.service.Peer;
import dev.weft.dataplane.service.Secured;
import dev.weft.dataplane.tls.ServerHandshake;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection, looked up when it is first asked. Its event loop. */
public final class Caller {
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress("0.0.0.0", 0);

    private @Nullable Peer peer;
    private byte @Nullable [] ip;

    public Peer peer(ChannelHandlerContext ctx) {
        Peer known = peer;
        if (known == null) {
            var remote = ctx.channel().remoteAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
            var local = ctx.channel().localAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
            Secured tls = ctx.channel().attr(ServerHandshake.SECURED).get();
            known = new Peer(remote, local, Optional.ofNullable(tls));
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
