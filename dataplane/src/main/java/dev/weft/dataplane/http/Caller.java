package dev.weft.dataplane.http;

import dev.weft.dataplane.service.Peer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection, looked up when it is first asked. Its event loop. */
final class Caller {
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress("0.0.0.0", 0);

    private @Nullable Peer peer;
    private byte @Nullable [] ip;

    Peer peer(ChannelHandlerContext ctx) {
        Peer known = peer;
        if (known == null) {
            var remote = ctx.channel().remoteAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
            var local = ctx.channel().localAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            known =
                    new Peer(
                            remote,
                            local,
                            tls != null,
                            tls == null ? Optional.empty() : certificate(tls));
            peer = known;
        }
        return known;
    }

    /** The address as it stands in a header field. */
    byte[] ip(ChannelHandlerContext ctx) {
        byte[] known = ip;
        if (known == null) {
            known = Head.ascii(peer(ctx).address().getAddress().getHostAddress());
            ip = known;
        }
        return known;
    }

    private static Optional<X509Certificate> certificate(SslHandler tls) {
        try {
            Certificate[] shown = tls.engine().getSession().getPeerCertificates();
            return shown.length > 0 && shown[0] instanceof X509Certificate x509
                    ? Optional.of(x509)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
