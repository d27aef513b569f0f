package dev.weft.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.service.Handler;
import dev.weft.foundation.task.Pause;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The console's server side. Any thread. Every path is read-only; who calls from elsewhere than
 * this machine must log in, and pages of other sites are refused.
 */
public final class Console implements Handler {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int STREAMS_MAX = 64;
    private static final int QUERY_MAX = 100;

    private final Function<String, JsonObject> overview;
    private final Supplier<String> metrics;
    private final Function<String, Optional<String>> stack;
    private final Guard guard;
    private final Pages pages = new Pages();
    private final Semaphore streams = new Semaphore(STREAMS_MAX);

    /**
     * @param overview what the page shows, for what was typed into its search
     * @param metrics Prometheus' text
     * @param stack what a request to a host goes through, nothing where it is not served
     * @param login whether an {@code Authorization} header opens the console to other machines
     */
    public Console(
            Function<String, JsonObject> overview,
            Supplier<String> metrics,
            Function<String, Optional<String>> stack,
            Predicate<Optional<String>> login) {
        this.overview = overview;
        this.metrics = metrics;
        this.stack = stack;
        this.guard = new Guard(login);
    }

    @Override
    public void handle(Call call) throws IOException {
        Optional<Guard.Refusal> refusal = guard.refuses(call);
        if (refusal.isPresent()) {
            refuse(call, refusal.get());
            return;
        }
        switch (call.path()) {
            case "/healthz", "/readyz", "/livez" -> text(call, "ok\n", "text/plain; charset=utf-8");
            case "/metrics" ->
                    text(call, metrics.get(), "text/plain; version=0.0.4; charset=utf-8");
            case "/api/overview" ->
                    text(call, JsonText.write(overview.apply(search(call))), "application/json");
            case "/api/stream" -> stream(call);
            case "/api/stack" -> stack(call);
            default -> pages.answer(call);
        }
    }

    private static void refuse(Call call, Guard.Refusal refusal) throws IOException {
        Headers headers =
                Headers.of("content-type", "text/plain; charset=utf-8")
                        .with("weft-cause", refusal.cause());
        if (refusal.status() == 401) {
            headers = headers.with("www-authenticate", "Basic realm=\"weft\"");
        }
        call.answer(refusal.status(), headers, (refusal.sentence() + "\n").getBytes(UTF_8));
    }

    private static void text(Call call, String body, String type) throws IOException {
        call.answer(
                200, Pages.guarded(type).with("cache-control", "no-store"), body.getBytes(UTF_8));
    }

    /** What a request to a host goes through, for {@code weft stack}. */
    private void stack(Call call) throws IOException {
        Optional<String> text = stack.apply(search(call));
        if (text.isPresent()) {
            text(call, text.get(), "text/plain; charset=utf-8");
        } else {
            refuse(call, new Guard.Refusal(404, "unknown-host", "No such host is served."));
        }
    }

    /** What was typed into the search, empty where nothing was. */
    private static String search(Call call) {
        for (String pair : call.query().split("&")) {
            if (pair.startsWith("q=")) {
                try {
                    String text = URLDecoder.decode(pair.substring(2), UTF_8).strip();
                    return text.length() > QUERY_MAX ? text.substring(0, QUERY_MAX) : text;
                } catch (IllegalArgumentException e) {
                    return "";
                }
            }
        }
        return "";
    }

    /** Sends the overview each second, until the page is closed. */
    private void stream(Call call) throws IOException {
        if (!streams.tryAcquire()) {
            refuse(
                    call,
                    new Guard.Refusal(
                            503, "too-many-streams", STREAMS_MAX + " pages are open already."));
            return;
        }
        Headers headers = Pages.guarded("text/event-stream").with("cache-control", "no-store");
        try (OutputStream out = call.stream(200, headers)) {
            String search = search(call);
            while (!call.clientGone()) {
                String event = "data: " + JsonText.write(overview.apply(search)) + "\n\n";
                out.write(event.getBytes(UTF_8));
                out.flush();
                Pause.of(EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            streams.release();
        }
    }
}
