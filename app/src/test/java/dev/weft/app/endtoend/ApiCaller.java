package dev.weft.app.endtoend;

import dev.weft.foundation.certificate.Pem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The admin, over HTTPS, trusting the authority of one data folder. Any thread. */
final class ApiCaller implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final String authorization;

    private ApiCaller(HttpClient client, String authorization) {
        this.client = client;
        this.authorization = authorization;
    }

    static ApiCaller admin(Path data) {
        try {
            String password = Files.readString(data.resolve("admin-password")).strip();
            HttpClient client =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .sslContext(trusting(data.resolve("pki/ca.crt")))
                            .connectTimeout(LIMIT)
                            .build();
            byte[] login = ("admin:" + password).getBytes(StandardCharsets.UTF_8);
            return new ApiCaller(client, "Basic " + Base64.getEncoder().encodeToString(login));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> ask(URI api, String method, String path, String type, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(api + path))
                        .timeout(LIMIT)
                        .header("authorization", authorization)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("content-type", type);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static SSLContext trusting(Path authority)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "weft", Pem.parseCertificates(Files.readString(authority)).getFirst());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
