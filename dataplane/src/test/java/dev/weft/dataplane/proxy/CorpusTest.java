package dev.weft.dataplane.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.testkit.NothingLeft;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Requests and answers that try to be read in two ways, in golden files: what went in, what the
 * caller was told, and what the endpoint saw of it.
 */
@Timeout(120)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class CorpusTest {
    private static final String AFTER =
            "GET /after HTTP/1.1\r\nHost: after\r\nConnection: close\r\n\r\n";

    /** What Weft itself puts into each request; other tests look at it. */
    private static final Set<String> OWN =
            Set.of(
                    "x-forwarded-for",
                    "x-forwarded-proto",
                    "x-forwarded-host",
                    "x-request-id",
                    "traceparent",
                    "weft-hops");

    private static final ServerLimits LIMITS =
            ServerLimits.usual()
                    .withBodyBytesMax(100_000)
                    .withTimes(
                            Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(2));

    @Test
    void requests() throws Exception {
        for (String file : Set.of("http1/requests.txt", "http1/paths.txt")) {
            try (var proxy = new ProxyFixture(1, LIMITS)) {
                Origin origin = proxy.named("ok");
                proxy.routeTo(origin);
                Corpus.check(file, (name, bytes) -> request(proxy, origin, bytes));
            }
        }
    }

    /** The case's bytes, and behind them a request that asks to close. */
    private static String request(ProxyFixture proxy, Origin origin, byte[] bytes)
            throws IOException {
        int before = origin.requests().size();
        var told = new StringBuilder();
        try (RawClient client = proxy.client()) {
            client.send(new String(bytes, ISO_8859_1) + AFTER);
            while (true) {
                told.append(answer(client)).append('\n');
            }
        } catch (EOFException e) {
            told.append("closed\n");
        } catch (SocketException e) {
            told.append("reset\n");
        }
        var requests = origin.requests().subList(before, origin.requests().size());
        for (Origin.Request request : requests) {
            told.append("upstream: ").append(text(request)).append('\n');
        }
        return told.toString();
    }

    private static String answer(RawClient client) throws IOException {
        RawClient.Answer answer = client.answer();
        String cause = answer.field("weft-cause");
        return answer.status()
                + (cause.isEmpty() ? "" : " " + cause)
                + (cause.isEmpty() ? "" : ": " + answer.body().strip());
    }

    private static String text(Origin.Request request) {
        String fields =
                request.fields().stream()
                        .filter(
                                field ->
                                        !OWN.contains(
                                                field.split(":", 2)[0].toLowerCase(Locale.ROOT)))
                        .map(field -> field.replaceAll("127.0.0.1:\\d+", "LISTENER"))
                        .map(field -> field.length() > 80 ? field.substring(0, 80) + "…" : field)
                        .collect(Collectors.joining(" | "));
        String line =
                request.line().length() > 200
                        ? request.line().substring(0, 40) + "…"
                        : request.line();
        return line + " | " + fields + (request.body().isEmpty() ? "" : " || " + request.body());
    }

    @Test
    void answers() throws Exception {
        try (var proxy = new ProxyFixture(1, LIMITS)) {
            Corpus.check("http1/answers.txt", (name, bytes) -> answers(proxy, name, bytes));
        }
    }

    /** The endpoint answers with the case's bytes; then another request, to see who takes it. */
    private static String answers(ProxyFixture proxy, String name, byte[] bytes)
            throws IOException {
        var connections = new AtomicInteger();
        boolean closes = name.contains("(closes)");
        Origin origin =
                proxy.origin(
                        talk -> {
                            boolean first = connections.getAndIncrement() == 0;
                            if (first && talk.request() != null) {
                                talk.send(new String(bytes, ISO_8859_1));
                                if (closes) {
                                    return;
                                }
                            }
                            while (talk.request() != null) {
                                talk.answer(first ? "same connection" : "new connection");
                            }
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address()),
                dev.weft.dataplane.route.Policy.usual()
                        .withRetry(dev.weft.dataplane.route.Retry.never()));
        var told = new StringBuilder();
        try (RawClient client = proxy.client()) {
            client.send(
                    (name.contains("(HEAD)") ? "HEAD" : "GET")
                            + " /first HTTP/1.1\r\nHost: a\r\n\r\n");
            told.append(first(client, name.contains("(HEAD)")));
            client.get("/second");
            told.append("then ").append(client.answer().body()).append('\n');
        } catch (EOFException e) {
            told.append("closed\n");
        } catch (SocketException e) {
            told.append("reset\n");
        }
        origin.close();
        return told.toString();
    }

    private static String first(RawClient client, boolean head) throws IOException {
        var told = new StringBuilder();
        RawClient.Answer answer = head ? client.answerToHead() : client.answer();
        while (answer.status() < 200) {
            told.append(answer.status()).append(' ').append(fields(answer)).append('\n');
            answer = head ? client.answerToHead() : client.answer();
        }
        String cause = answer.field("weft-cause");
        told.append(answer.status()).append(' ').append(cause);
        told.append(cause.isEmpty() ? fields(answer) + " || " : ": ");
        return told.append(answer.body().replace(port(answer), "ENDPOINT").strip())
                .append('\n')
                .toString();
    }

    private static String port(RawClient.Answer answer) {
        var found = java.util.regex.Pattern.compile("127.0.0.1:\\d+").matcher(answer.body());
        return found.find() ? found.group() : "ENDPOINT";
    }

    private static String fields(RawClient.Answer answer) {
        return answer.head().stream()
                .skip(1)
                .filter(field -> !field.startsWith("date:"))
                .collect(Collectors.joining(" | "));
    }
}
