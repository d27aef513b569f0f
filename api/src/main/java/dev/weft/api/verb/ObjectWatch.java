package dev.weft.api.verb;

import dev.weft.api.ask.Selection;
import dev.weft.api.ask.Target;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.store.Change;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Feed;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The changes of the objects that somebody selected. Belongs to the thread that takes from it; any
 * thread may close it. An object that comes into the selection is an addition, one that leaves it a
 * deletion. Nothing is kept for a watch that is slow: it is told that it has missed something.
 */
public final class ObjectWatch implements Watch {
    private final Ground ground;
    private final Target target;
    private final Selection selection;
    private final Feed feed;
    private final Iterator<JsonObject> initial;
    private boolean marksEnd;

    ObjectWatch(
            Ground ground,
            Target target,
            Selection selection,
            Feed feed,
            List<JsonObject> initial,
            boolean marksEnd) {
        this.ground = ground;
        this.target = target;
        this.selection = selection;
        this.feed = feed;
        this.initial = initial.iterator();
        this.marksEnd = marksEnd;
    }

    @Override
    public Optional<WatchEvent> next(Duration patience) throws InterruptedException {
        if (initial.hasNext()) {
            return Optional.of(new WatchEvent.Added(new Resource(initial.next())));
        }
        if (marksEnd) {
            marksEnd = false;
            return Optional.of(new WatchEvent.InitialEnd(Long.toString(feed.version())));
        }
        long deadline = ground.clock().nanos() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - ground.clock().nanos()));
            Optional<Change> change = feed.next(left);
            if (change.isEmpty()) {
                return Optional.empty();
            }
            Optional<WatchEvent> event = event(change.get());
            if (event.isPresent()) {
                return event;
            }
        }
    }

    /** The version up to which everything has been told. */
    public long version() {
        return feed.version();
    }

    /** Whether the kind is still served; a watch of one that is not has nothing to wait for. */
    public boolean isServed() {
        return ground.catalog()
                .kinds()
                .find(target.kind().group(), target.version().name(), target.kind().plural())
                .isPresent();
    }

    @Override
    public void close() {
        feed.close();
    }

    private Optional<WatchEvent> event(Change change) {
        Optional<Entry> before = change.before().filter(this::isSelected);
        Optional<Entry> after = change.after().filter(this::isSelected);
        if (after.isPresent()) {
            Resource resource = new Resource(ground.shown(target, after.get()));
            return Optional.of(
                    before.isPresent()
                            ? new WatchEvent.Modified(resource)
                            : new WatchEvent.Added(resource));
        }
        // It left: what it last was, at the version at which it went.
        return before.map(
                entry ->
                        new WatchEvent.Deleted(
                                new Resource(
                                        ground.shown(target, entry)
                                                .withAt(
                                                        Json.of(Long.toString(change.version())),
                                                        "metadata",
                                                        "resourceVersion"))));
    }

    private boolean isSelected(Entry entry) {
        return selection.matches(entry.key(), entry.resource());
    }
}
