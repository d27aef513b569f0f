package dev.weft.api.remote;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.foundation.time.Clock;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A watch over HTTP. The transport's thread puts events into a queue, from which the watcher takes;
 * while the queue is full nothing more is read, and then the API holds the events back or ends the
 * watch. Closing is for any thread.
 */
final class RemoteWatch implements Watch {
    /** The API ends a watch after this time, so that a dead connection is noticed. */
    private static final Duration LIFE = Duration.ofMinutes(5);

    private static final int QUEUE_MOST = 256;
    private static final int REFUSAL_MOST = 1 << 20;
    private static final String INITIAL_END = "k8s.io/initial-events-end";

    private final ResourceType type;
    private final Clock clock;
    private final BlockingQueue<Signal> queue = new LinkedBlockingQueue<>();
    private final Lines lines = new Lines();
    private final ByteArrayOutputStream refusalBody = new ByteArrayOutputStream();
    private final AtomicBoolean waitsForRoom = new AtomicBoolean();
    private volatile boolean refused;
    private volatile boolean closed;
    private volatile Optional<AsyncBody> body = Optional.empty();

    private sealed interface Signal {}

    private record Next(WatchEvent event) implements Signal {}

    private record End(ApiException why) implements Signal {}

    private RemoteWatch(ResourceType type, Clock clock) {
        this.type = type;
        this.clock = clock;
    }

    /**
     * @param resourceVersion from which to go on; where it is empty the API is asked to begin with
     *     the current objects, which an older one refuses as invalid
     */
    static RemoteWatch open(
            Transport transport,
            Clock clock,
            ResourceType type,
            Address collection,
            String resourceVersion) {
        Address address =
                collection
                        .with("watch", "true")
                        .with("allowWatchBookmarks", "true")
                        .with("timeoutSeconds", Long.toString(LIFE.toSeconds()));
        Address wanted =
                resourceVersion.isEmpty()
                        ? address.with("sendInitialEvents", "true")
                                .with("resourceVersionMatch", "NotOlderThan")
                        : address.with("resourceVersion", resourceVersion);
        var watch = new RemoteWatch(type, clock);
        watch.connect(transport, wanted);
        return watch;
    }

    private void connect(Transport transport, Address address) {
        HttpRequest request =
                transport
                        .http()
                        .newHttpRequestBuilder()
                        .uri(address.url())
                        .header("Accept", "application/json")
                        .forStreaming()
                        .build();
        HttpResponse<AsyncBody> response =
                transport.await(transport.http().consumeBytes(request, this::received));
        if (!response.isSuccessful()) {
            throw refusal(transport, response);
        }
        AsyncBody stream = response.body();
        body = Optional.of(stream);
        // Nothing is received before the first consume, so the end comes after all events.
        var end = stream.done().whenComplete((nothing, failure) -> ended());
        if (!end.isDone()) {
            stream.consume();
        }
    }

    /** Reads the whole body of a refusal, which is short. */
    private ApiException refusal(Transport transport, HttpResponse<AsyncBody> response) {
        refused = true;
        response.body().consume();
        try {
            transport.await(response.body().done());
        } catch (ApiException e) {
            response.body().cancel();
        }
        synchronized (refusalBody) {
            return Refusals.of(response.code(), refusalBody.toByteArray());
        }
    }

    private void received(List<ByteBuffer> buffers, AsyncBody from) {
        if (refused) {
            keep(buffers);
            from.consume();
            return;
        }
        for (byte[] line : lines.add(buffers)) {
            queue.add(signal(line));
        }
        if (closed || queue.size() < QUEUE_MOST) {
            from.consume();
        } else {
            waitsForRoom.set(true);
            // The watcher may have emptied the queue before it could see the flag.
            resumeIfRoom();
        }
    }

    private void keep(List<ByteBuffer> buffers) {
        synchronized (refusalBody) {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[Math.min(buffer.remaining(), REFUSAL_MOST)];
                buffer.get(bytes);
                if (refusalBody.size() < REFUSAL_MOST) {
                    refusalBody.writeBytes(bytes);
                }
            }
        }
    }

    private void resumeIfRoom() {
        if (queue.size() < QUEUE_MOST && waitsForRoom.compareAndSet(true, false)) {
            body.ifPresent(AsyncBody::consume);
        }
    }

    private void ended() {
        queue.add(new End(new ApiException(Reason.CLOSED, "the watch has ended")));
    }

    @Override
    public Optional<WatchEvent> next(Duration patience) throws InterruptedException {
        long deadline = clock.nanos() + patience.toNanos();
        Signal signal = queue.poll(deadline - clock.nanos(), TimeUnit.NANOSECONDS);
        resumeIfRoom();
        return switch (signal) {
            case null -> Optional.empty();
            case Next(WatchEvent event) -> Optional.of(event);
            case End end -> {
                // It stays ended, however often one asks.
                queue.add(end);
                throw end.why();
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        body.ifPresent(AsyncBody::cancel);
        ended();
    }

    private Signal signal(byte[] line) {
        try {
            JsonObject frame = RemoteClient.object(line);
            JsonObject object = frame.object("object");
            return switch (frame.text("type").orElse("")) {
                case "ADDED" -> new Next(new WatchEvent.Added(named(object)));
                case "MODIFIED" -> new Next(new WatchEvent.Modified(named(object)));
                case "DELETED" -> new Next(new WatchEvent.Deleted(named(object)));
                case "BOOKMARK" -> new Next(bookmark(object));
                case "ERROR" -> new End(Refusals.of(object, 500));
                default ->
                        new End(
                                new ApiException(
                                        Reason.INTERNAL_ERROR,
                                        "type of a watch event: "
                                                + frame.text("type").orElse("none")
                                                + " (expected: ADDED, MODIFIED, DELETED, BOOKMARK"
                                                + " or ERROR)"));
            };
        } catch (ApiException e) {
            return new End(e);
        }
    }

    private static WatchEvent bookmark(JsonObject object) {
        String version = object.text("metadata", "resourceVersion").orElse("");
        boolean initialEnd =
                object.text("metadata", "annotations", INITIAL_END).orElse("").equals("true");
        return initialEnd ? new WatchEvent.InitialEnd(version) : new WatchEvent.Bookmark(version);
    }

    private Resource named(JsonObject tree) {
        return RemoteClient.named(type, tree);
    }
}
