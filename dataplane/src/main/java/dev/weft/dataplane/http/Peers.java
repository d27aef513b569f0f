package dev.weft.dataplane.http;

import dev.weft.dataplane.service.Peer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Reads from a connection who is at its other end. Its event loop. */
final class Peers {
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress("0.0.0.0", 0);

    private Peers() {}

    static Peer of(ChannelHandlerContext ctx) {
        var remote = ctx.channel().remoteAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
        var local = ctx.channel().localAddress() instanceof InetSocketAddress a ? a : UNKNOWN;
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        return new Peer(
                remote, local, tls != null, tls == null ? Optional.empty() : certificate(tls));
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
