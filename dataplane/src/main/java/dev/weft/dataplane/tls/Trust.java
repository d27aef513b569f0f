package dev.weft.dataplane.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes a certificate or says in words why not. The path to an authority is checked as the JDK
 * checks it; whom the certificate is for is checked here, since it need not be the host name. Any
 * thread.
 */
final class Trust extends X509ExtendedTrustManager {
    private final @Nullable X509TrustManager paths;
    private final @Nullable ServerTrust servers;
    private final boolean anyClient;

    private Trust(
            @Nullable X509TrustManager paths, @Nullable ServerTrust servers, boolean anyClient) {
        this.paths = paths;
        this.servers = servers;
        this.anyClient = anyClient;
    }

    static Trust inServers(ServerTrust servers) {
        return new Trust(servers.verify() ? paths(servers.authorities()) : null, servers, false);
    }

    static Trust inClients(ClientTrust clients) {
        return new Trust(
                clients.authorities().isEmpty() ? null : paths(clients.authorities()),
                null,
                clients.asking() == ClientTrust.Asking.ANY);
    }

    private static X509TrustManager paths(List<X509Certificate> authorities) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            if (authorities.isEmpty()) {
                factory.init((KeyStore) null);
            } else {
                var parameters =
                        new PKIXBuilderParameters(
                                authorities.stream()
                                        .map(authority -> new TrustAnchor(authority, null))
                                        .collect(Collectors.toSet()),
                                new X509CertSelector());
                parameters.setRevocationEnabled(false);
                factory.init(new CertPathTrustManagerParameters(parameters));
            }
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    return x509;
                }
            }
            throw new IllegalStateException("this JDK checks no X.509 certificates");
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("unusable authorities: " + e.getMessage(), e);
        }
    }

    /** Whether a chain that was let in says who the other end is. */
    boolean proves(X509Certificate[] chain) {
        if (!anyClient) {
            return true;
        }
        X509TrustManager known = paths;
        try {
            if (known == null) {
                return false;
            }
            known.checkClientTrusted(chain, "UNKNOWN");
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private void checkServer(X509Certificate[] chain, String authType) throws CertificateException {
        X509TrustManager known = paths;
        if (known == null) {
            return;
        }
        try {
            known.checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            throw new Distrust(reason(chain, e), e);
        }
        ServerTrust wanted = servers;
        if (wanted != null) {
            checkNames(SubjectNames.of(chain[0]), wanted);
        }
    }

    private static void checkNames(SubjectNames names, ServerTrust wanted) throws Distrust {
        if (!wanted.anySubject()) {
            if (!names.areFor(wanted.hostname())) {
                throw new Distrust(
                        "its certificate is for "
                                + names.text()
                                + " (expected: "
                                + wanted.hostname()
                                + ")");
            }
            return;
        }
        boolean listed =
                wanted.dns().stream().anyMatch(names::areFor)
                        || wanted.uris().stream().anyMatch(names.uris()::contains);
        if (!listed) {
            throw new Distrust(
                    "its certificate is for "
                            + names.text()
                            + " (expected: one of "
                            + String.join(", ", wanted.dns())
                            + (wanted.dns().isEmpty() || wanted.uris().isEmpty() ? "" : ", ")
                            + String.join(", ", wanted.uris())
                            + ")");
        }
    }

    private void checkClient(X509Certificate[] chain, String authType) throws CertificateException {
        X509TrustManager known = paths;
        if (anyClient || known == null) {
            return;
        }
        try {
            known.checkClientTrusted(chain, authType);
        } catch (CertificateException e) {
            throw new Distrust(reason(chain, e), e);
        }
    }

    private static String reason(X509Certificate[] chain, CertificateException cause) {
        for (X509Certificate certificate : chain) {
            String who = certificate.getSubjectX500Principal().getName();
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException e) {
                return "its certificate \""
                        + who
                        + "\" expired at "
                        + certificate.getNotAfter().toInstant();
            } catch (CertificateNotYetValidException e) {
                return "its certificate \""
                        + who
                        + "\" is not valid before "
                        + certificate.getNotBefore().toInstant();
            }
        }
        X509Certificate last = chain[chain.length - 1];
        String message = String.valueOf(cause.getMessage());
        if (message.contains("unable to find valid certification path")
                || message.contains("Path does not chain")) {
            return "its certificate was signed by \""
                    + last.getIssuerX500Principal().getName()
                    + "\" (expected: a trusted authority)";
        }
        return "its certificate is not accepted: " + message;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServer(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServer(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        checkServer(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClient(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClient(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        checkClient(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        X509TrustManager known = paths;
        return known == null ? new X509Certificate[0] : known.getAcceptedIssuers();
    }
}
