package dev.weft.dataplane.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/** Makes the TLS engine of a server. Any thread. */
public final class ServerTls {
    private ServerTls() {}

    public static SslContext context(TlsIdentity identity) {
        var builder =
                SslContextBuilder.forServer(
                                identity.key(), identity.chain().toArray(new X509Certificate[0]))
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2");
        if (!identity.clientAuthorities().isEmpty()) {
            builder.trustManager(identity.clientAuthorities()).clientAuth(ClientAuth.OPTIONAL);
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("unusable TLS identity " + identity, e);
        }
    }
}
