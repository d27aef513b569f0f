package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.OwnThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All objects, durably. Any thread reads the image, which never waits; any thread writes and waits
 * for the {@code store} thread, which takes what has queued up, decides each, writes them in one
 * transaction, syncs once, and only then lets anyone see them.
 *
 * <p>Versions are taken from blocks that were reserved durably, so none is issued twice, whatever
 * happens; those that a crash left unused are skipped.
 */
public final class Store implements AutoCloseable {
    private static final int QUEUE_MAX = 4096;
    private static final int CHANGES_MAX = 4096;
    private static final long CHANGE_BYTES_MAX = 16L << 20;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private final CompletableFuture<Image> opened = new CompletableFuture<>();
    private final Faults faults;
    private final OwnThread thread;

    private volatile Image image = Image.empty();
    private volatile long floor;
    private volatile long settled;
    private volatile boolean closed;

    private Store(Path file, Faults faults) {
        this.faults = faults;
        this.thread = OwnThread.start("store", faults, () -> new Writer(this, faults).run(file));
    }

    /** Loads the database's driver, which takes long. */
    public static void prepare() {
        Driver.prepare();
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws ApiException that says why where it cannot be used
     */
    public static Store open(Path file, Faults faults) {
        var store = new Store(file, faults);
        try {
            store.opened.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
        return store;
    }

    /** What stands now. */
    public Image image() {
        return image;
    }

    /**
     * Writes, and waits until it is kept.
     *
     * @throws ApiException where the guard refuses, where the file takes no more, where too many
     *     wait already, or where the store is closed
     */
    public Outcome write(Write write) {
        byte[] body = write.next().map(Store::text).orElseGet(() -> new byte[0]);
        var pending = new Pending(write, body, new CompletableFuture<>());
        if (closed) {
            throw gone();
        }
        if (!queue.offer(pending)) {
            throw new ApiException(
                    Reason.TOO_MANY_REQUESTS,
                    QUEUE_MAX + " writes wait for the disk already, please try again",
                    JsonObject.builder().put("retryAfterSeconds", 1).build());
        }
        if (closed) {
            // The store thread may have emptied the queue for the last time before this came.
            queue.removeIf(it -> it == pending && it.outcome().completeExceptionally(gone()));
        }
        try {
            return pending.outcome().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    /**
     * The changes of a collection after a version.
     *
     * @throws ApiException with {@code Expired} where they are not all known any more, with {@code
     *     Timeout} where that version has not been issued yet
     */
    public Feed feed(String collection, long after) {
        if (after > image.version()) {
            throw tooNew(after, image.version());
        }
        return new Feed(ring(collection), () -> settled, after);
    }

    /** The refusal of a version that is ahead of the store. */
    public static ApiException tooNew(long asked, long current) {
        return new ApiException(
                Reason.TIMEOUT,
                "Too large resource version: " + asked + ", current: " + current,
                JsonObject.builder()
                        .put("retryAfterSeconds", 1)
                        .put(
                                "causes",
                                JsonArray.of(
                                        JsonObject.builder()
                                                .put("reason", "ResourceVersionTooLarge")
                                                .put("message", "Too large resource version")
                                                .build()))
                        .build());
    }

    /** Writes what has been accepted, ends all feeds, and closes the file. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        if (!thread.ended(CLOSE_PATIENCE)) {
            faults.report("store did not close in " + CLOSE_PATIENCE, new IllegalStateException());
        }
    }

    /** What the file held. */
    void started(Image found) {
        image = found;
        floor = found.version();
        settled = found.version();
        opened.complete(found);
    }

    void failedToStart(ApiException why) {
        opened.completeExceptionally(why);
    }

    /** Waits for writes and takes all there are, up to a bound; none at the end. */
    List<Pending> take(int most) {
        var batch = new ArrayList<Pending>();
        while (batch.isEmpty()) {
            try {
                if (closed) {
                    queue.drainTo(batch, most);
                    return batch;
                }
                batch.add(queue.take());
                queue.drainTo(batch, most - 1);
            } catch (InterruptedException e) {
                // close() wakes this thread; the loop sees why.
                continue;
            }
        }
        return batch;
    }

    /** Lets everyone see an image and what led to it. */
    void publish(Image next, List<Pending> done, List<Outcome.Written> outcomes) {
        image = next;
        for (int i = 0; i < done.size(); i++) {
            ring(done.get(i).write().collection()).append(outcomes.get(i).change());
        }
        settled = next.version();
        for (int i = 0; i < done.size(); i++) {
            done.get(i).outcome().complete(outcomes.get(i));
        }
    }

    /** Nothing is written from here on. */
    void ended() {
        closed = true;
        var left = new ArrayList<Pending>();
        queue.drainTo(left);
        left.forEach(pending -> pending.outcome().completeExceptionally(gone()));
        rings.values().forEach(Ring::close);
    }

    private Ring ring(String collection) {
        return rings.computeIfAbsent(
                collection,
                name -> {
                    var ring = new Ring(floor, CHANGES_MAX, CHANGE_BYTES_MAX);
                    if (closed) {
                        ring.close();
                    }
                    return ring;
                });
    }

    private static byte[] text(JsonObject tree) {
        return JsonText.writeBytes(tree.withoutAt("metadata", "resourceVersion"));
    }

    private static ApiException gone() {
        return new ApiException(Reason.SERVICE_UNAVAILABLE, "the API is shutting down");
    }
}
