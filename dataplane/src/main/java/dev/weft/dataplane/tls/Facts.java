package dev.weft.dataplane.tls;

import dev.weft.dataplane.service.Secured;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What a finished handshake has shown. Pure. */
final class Facts {
    private Facts() {}

    /**
     * @param startedMillis the time of day when the handshake began
     */
    static Secured of(SslHandler handler, Trust trust, String serverName, long startedMillis) {
        SSLEngine engine = handler.engine();
        SSLSession session = engine.getSession();
        Optional<X509Certificate> certificate = certificate(session, trust);
        SubjectNames names = certificate.map(SubjectNames::of).orElse(SubjectNames.none());
        String application = handler.applicationProtocol();
        return new Secured(
                serverName,
                application == null ? "" : application,
                session.getProtocol(),
                resumed(engine, session, startedMillis),
                certificate,
                names.dns(),
                names.uris());
    }

    private static Optional<X509Certificate> certificate(SSLSession session, Trust trust) {
        Certificate[] shown;
        try {
            shown = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
        X509Certificate[] chain = new X509Certificate[shown.length];
        for (int i = 0; i < shown.length; i++) {
            if (!(shown[i] instanceof X509Certificate x509)) {
                return Optional.empty();
            }
            chain[i] = x509;
        }
        return chain.length > 0 && trust.proves(chain) ? Optional.of(chain[0]) : Optional.empty();
    }

    private static boolean resumed(SSLEngine engine, SSLSession session, long startedMillis) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) {
            return SSL.isSessionReused(boring.sslPointer());
        }
        // the JDK does not say, but a session that is older than the handshake was there before
        return session.getCreationTime() < startedMillis;
    }
}
