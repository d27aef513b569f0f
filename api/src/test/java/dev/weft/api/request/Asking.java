package dev.weft.api.request;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A plain HTTP client of a {@link ServedApi}. Belongs to one thread. */
final class Asking implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final HttpClient client;
    private final URI api;
    private final String authorization;

    private Asking(HttpClient client, URI api, String authorization) {
        this.client = client;
        this.api = api;
        this.authorization = authorization;
    }

    /** What came back. */
    record Answer(int status, String body, HttpResponse<String> whole) {
        JsonObject tree() {
            return JsonText.read(body).object().orElseThrow();
        }

        String message() {
            return tree().text("message").orElse("");
        }

        String reason() {
            return tree().text("reason").orElse("");
        }

        List<String> warnings() {
            return whole.headers().allValues("warning");
        }

        String type() {
            return whole.headers().firstValue("content-type").orElse("");
        }
    }

    static Asking asAdmin(ServedApi served) {
        return with(served, "Basic " + base64("admin:" + ServedApi.PASSWORD));
    }

    static Asking asNobody(ServedApi served) {
        return with(served, "");
    }

    static Asking with(ServedApi served, String authorization) {
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(trusting(served))
                        .connectTimeout(LIMIT)
                        .build();
        return new Asking(client, served.uri(), authorization);
    }

    Answer get(String path) {
        return send("GET", path, "", "");
    }

    Answer get(String path, String accept) {
        return send(request(path).header("accept", accept).GET());
    }

    Answer post(String path, String json) {
        return send("POST", path, "application/json", json);
    }

    Answer put(String path, String json) {
        return send("PUT", path, "application/json", json);
    }

    Answer merge(String path, String json) {
        return send("PATCH", path, "application/merge-patch+json", json);
    }

    Answer delete(String path) {
        return send("DELETE", path, "", "");
    }

    Answer send(String method, String path, String type, String body) {
        HttpRequest.Builder request =
                request(path).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("content-type", type);
        }
        return send(request);
    }

    /** A watch, as a stream of lines. */
    Lines watch(String path, String accept) {
        try {
            HttpResponse<InputStream> response =
                    client.send(
                            request(path).header("accept", accept).GET().build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            return new Lines(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Lines watch(String path) {
        return watch(path, "application/json");
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(api + path)).timeout(LIMIT);
        return authorization.isEmpty() ? request : request.header("authorization", authorization);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** The events of a watch, one a line. */
    static final class Lines implements AutoCloseable {
        private final int status;
        private final BufferedReader reader;

        Lines(int status, InputStream body) {
            this.status = status;
            this.reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        int status() {
            return status;
        }

        /** The next event; waits for it. */
        JsonObject next() throws IOException {
            return JsonText.read(line()).object().orElseThrow();
        }

        String line() throws IOException {
            String line = reader.readLine();
            if (line == null) {
                throw new AssertionError("the stream has ended");
            }
            return line;
        }

        /** Whether the server has ended the watch properly. */
        boolean ended() throws IOException {
            return reader.readLine() == null;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private static SSLContext trusting(ServedApi served) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("weft", served.authority().certificate());
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
