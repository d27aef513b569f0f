package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.verb.ObjectWatch;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends a watch to its client, one event a line. Belongs to the thread of the request. Nothing is
 * queued for a client that is slow: writing waits for it, and if meanwhile more happened than is
 * remembered, it is told so and has to list anew.
 */
final class Watching {
    private static final Duration LOOK_UP = Duration.ofSeconds(5);
    private static final long BOOKMARK_NANOS = Duration.ofSeconds(50).toNanos();
    private static final long USUAL_SECONDS = 1800;

    private final Request request;
    private final Shapes shapes;
    private final ListWish wish;
    private final Clock clock;
    private boolean headsSent;

    Watching(Request request, Shapes shapes, ListWish wish, Clock clock) {
        this.request = request;
        this.shapes = shapes;
        this.wish = wish;
        this.clock = clock;
    }

    void send(ObjectWatch watch) throws IOException {
        String type = Accepted.Encoding.JSON.type();
        try (watch;
                OutputStream out = request.call().stream(200, Answers.headers(request, type))) {
            out.flush();
            request.call().onClientGone(watch::close);
            pass(watch, out);
        } catch (InterruptedException e) {
            // The server is closing; the end of the answer is one that clients know.
            Thread.currentThread().interrupt();
        }
    }

    /** Tells a client whose watch cannot begin why, in the form that it reads watches in. */
    void refuse(ApiException refusal) throws IOException {
        String type = Accepted.Encoding.JSON.type();
        try (OutputStream out = request.call().stream(200, Answers.headers(request, type))) {
            write(out, "ERROR", refusal.status());
        }
    }

    private void pass(ObjectWatch watch, OutputStream out)
            throws IOException, InterruptedException {
        long seconds = wish.timeoutSeconds() > 0 ? wish.timeoutSeconds() : USUAL_SECONDS;
        long end = clock.nanos() + Duration.ofSeconds(seconds).toNanos();
        long bookmarked = clock.nanos();
        try {
            while (clock.nanos() < end && watch.isServed()) {
                long left = Math.min(end - clock.nanos(), LOOK_UP.toNanos());
                Optional<WatchEvent> event = watch.next(Duration.ofNanos(Math.max(0, left)));
                while (event.isPresent()) {
                    write(out, event.get());
                    event = watch.next(Duration.ZERO);
                }
                if (wish.bookmarks() && clock.nanos() - bookmarked >= BOOKMARK_NANOS) {
                    bookmarked = clock.nanos();
                    bookmark(out, Long.toString(watch.version()), false);
                }
                out.flush();
            }
            if (wish.bookmarks()) {
                // What the client now knows it need not be told again by its next watch.
                bookmark(out, Long.toString(watch.version()), false);
            }
        } catch (ApiException e) {
            if (!e.is(Reason.CLOSED)) {
                write(out, "ERROR", e.status());
            }
        }
    }

    private void write(OutputStream out, WatchEvent event) throws IOException {
        switch (event) {
            case WatchEvent.Added it -> write(out, "ADDED", shown(it.resource().tree()));
            case WatchEvent.Modified it -> write(out, "MODIFIED", shown(it.resource().tree()));
            case WatchEvent.Deleted it -> write(out, "DELETED", shown(it.resource().tree()));
            case WatchEvent.Bookmark it -> bookmark(out, it.resourceVersion(), false);
            case WatchEvent.InitialEnd it -> bookmark(out, it.resourceVersion(), true);
        }
    }

    private JsonObject shown(JsonObject tree) {
        JsonObject shown = shapes.one(tree);
        if (!shapes.isTable()) {
            return shown;
        }
        JsonObject table = headsSent ? dev.weft.api.table.Tables.withoutHeads(shown) : shown;
        headsSent = true;
        return table;
    }

    private void bookmark(OutputStream out, String version, boolean endsInitial)
            throws IOException {
        write(out, "BOOKMARK", shapes.bookmark(version, endsInitial));
    }

    private static void write(OutputStream out, String type, JsonObject object) throws IOException {
        JsonText.writeLine(
                JsonObject.builder().put("type", type).put("object", object).build(), out);
    }
}
