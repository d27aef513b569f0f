package dev.weft.api.contract;

import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An API as bytes, for what the port does not say: exact answers, headers, wrong requests. */
public final class RawApi implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final URI root;
    private final HttpClient http;

    /** What came back. */
    public record Answer(int code, List<String> warnings, String body) {}

    private RawApi(URI root, HttpClient http) {
        this.root = root;
        this.http = http;
    }

    /** As the admin, by a certificate of the authority that the server believes. */
    public static RawApi of(URI root, Authority authority) {
        Identity admin =
                authority.issueClient("admin", List.of("system:masters"), Duration.ofDays(1));
        return new RawApi(
                root,
                HttpClient.newBuilder()
                        .sslContext(context(authority, admin))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build());
    }

    public Answer send(String method, String path, String contentType, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path))
                        .timeout(LIMIT)
                        .header("Accept", "application/json")
                        .method(
                                method,
                                contentType.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().allValues("Warning"),
                    response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private static SSLContext context(Authority authority, Identity admin) {
        try {
            char[] none = new char[0];
            KeyStore keys = KeyStore.getInstance("PKCS12");
            load(keys);
            keys.setKeyEntry(
                    "admin", admin.key(), none, admin.chain().toArray(new X509Certificate[0]));
            KeyManagerFactory mine = KeyManagerFactory.getInstance("PKIX");
            mine.init(keys, none);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            load(trusted);
            trusted.setCertificateEntry("authority", authority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(mine.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void load(KeyStore store) throws GeneralSecurityException {
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
