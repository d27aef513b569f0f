package dev.weft.api.remote;

import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * A watch that begins with the objects of a list, for an API that does not send them by itself.
 * Belongs to the watcher's thread.
 */
final class PrecededWatch implements Watch {
    private final Queue<WatchEvent> first = new ArrayDeque<>();
    private final Watch rest;

    PrecededWatch(ResourceList current, Watch rest) {
        current.items().forEach(it -> first.add(new WatchEvent.Added(it)));
        first.add(new WatchEvent.InitialEnd(current.resourceVersion()));
        this.rest = rest;
    }

    @Override
    public Optional<WatchEvent> next(Duration patience) throws InterruptedException {
        WatchEvent event = first.poll();
        return event == null ? rest.next(patience) : Optional.of(event);
    }

    @Override
    public void close() {
        rest.close();
    }
}
