package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.Pause;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A copy of the objects of one kind, kept up to date by list and watch. Any thread reads; one
 * thread of the scope writes, and calls the listeners, which must not wait. A listener hears of a
 * change after the copy shows it, and hears of one object's changes in their order; changes that
 * follow each other quickly or happen while the watch is down may be told as one.
 *
 * <p>Goes on for ever: a watch that ends is resumed, one that is too old is listed anew, errors are
 * met with a back-off. Once synced it stays so and keeps what it last knew.
 */
public final class Informer {
    /** The index by the uid of the owner that controls an object. */
    private static final String BY_CONTROLLER = "controller";

    private static final Logger LOG = LateLogger.of(Informer.class);
    private static final int PAGE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SILENCE_MOST = Duration.ofMinutes(5);
    private static final Duration BACK_OFF_LEAST = Duration.ofMillis(20);
    private static final Duration BACK_OFF_MOST = Duration.ofSeconds(20);

    private final Surroundings surroundings;
    private final ResourceType type;
    private final Query query;
    private final ObjectCache cache = new ObjectCache();
    private final List<Consumer<Observed>> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();
    private final BackOff backOff;

    public Informer(Surroundings surroundings, ResourceType type, Query query) {
        this.surroundings = surroundings;
        this.type = type;
        this.query = query;
        this.backOff = new BackOff(BACK_OFF_LEAST, BACK_OFF_MOST, surroundings.chance().fork());
        cache.addIndex(
                BY_CONTROLLER, it -> it.controller().map(owner -> owner.uid()).stream().toList());
    }

    /** Begins, unless it has begun; it ends with the scope. */
    public Informer start() {
        if (started.compareAndSet(false, true)) {
            surroundings.scope().start("informer/" + type.plural(), this::run);
        }
        return this;
    }

    /** Adds a way to look objects up; what a value finds is asked for with {@link #by}. */
    public Informer index(String name, Function<Resource, ? extends Collection<String>> values) {
        cache.addIndex(name, values);
        return this;
    }

    /** Adds a listener; to be called before {@link #start}, so that it misses nothing. */
    public Informer listen(Consumer<Observed> listener) {
        if (started.get()) {
            throw new IllegalStateException("the informer of " + type + " has begun already");
        }
        listeners.add(listener);
        return this;
    }

    public ResourceType type() {
        return type;
    }

    /** Whether everything that there was at the start is known. */
    public boolean hasSynced() {
        return synced.getCount() == 0;
    }

    public boolean awaitSync(Duration limit) throws InterruptedException {
        return synced.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    public Optional<Resource> find(Key key) {
        return cache.find(key);
    }

    /** All of them, in the order of their keys. */
    public List<Resource> all() {
        return cache.all();
    }

    public List<Resource> in(String namespace) {
        return cache.in(namespace);
    }

    /** Those for which an index gave this value. */
    public List<Resource> by(String index, String value) {
        return cache.by(index, value);
    }

    /** Those that this object controls. */
    public List<Resource> controlledBy(Resource owner) {
        return cache.by(BY_CONTROLLER, owner.uid());
    }

    public int size() {
        return cache.size();
    }

    /** Whether a write to an object, which gave it this version, is known here. */
    boolean knows(Key key, String version) {
        if (!covers(key) || !Versions.comparable(version)) {
            return true;
        }
        return !Versions.isOlder(cache.seen(), version)
                || cache.find(key)
                        .filter(it -> !Versions.isOlder(it.resourceVersion(), version))
                        .isPresent();
    }

    private boolean covers(Key key) {
        return query.namespace().isEmpty() || query.namespace().equals(key.namespace());
    }

    private void run() {
        String version = "";
        while (!surroundings.scope().isClosed()) {
            try {
                if (version.isEmpty()) {
                    version = relist();
                    synced.countDown();
                }
                version = follow(version);
            } catch (InterruptedException e) {
                return;
            } catch (ApiException e) {
                version = e.is(Reason.EXPIRED) || e.is(Reason.GONE) ? "" : resumeFrom(version);
                if (!quietly(e)) {
                    LOG.log(Level.WARNING, "watching {0}: {1}", type.plural(), e.getMessage());
                }
            } catch (RuntimeException e) {
                version = "";
                if (!surroundings.scope().isClosed()) {
                    surroundings.faults().report("the informer of " + type.plural(), e);
                }
            }
            if (!rested()) {
                return;
            }
        }
    }

    private String resumeFrom(String version) {
        return version.isEmpty() ? "" : Versions.later(version, cache.seen());
    }

    private static boolean quietly(ApiException e) {
        return e.is(Reason.CLOSED) || e.is(Reason.EXPIRED) || e.is(Reason.GONE);
    }

    private boolean rested() {
        try {
            Pause.of(backOff.next());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Takes in all that there is, and returns the version of that moment. */
    private String relist() {
        List<Resource> items = new ArrayList<>();
        String version = "";
        String token = "";
        do {
            ResourceList page = surroundings.client().list(type, query.page(PAGE, token));
            items.addAll(page.items());
            // Pages after the first are of the same moment; where an API gives a later version
            // with them, going on from the first one loses nothing.
            version = version.isEmpty() ? page.resourceVersion() : version;
            token = page.continueFrom();
        } while (!token.isEmpty());
        cache.replaceAll(items, version).forEach(this::tell);
        return version;
    }

    /** Follows a watch until it has been silent for long; returns the version to go on from. */
    private String follow(String from) throws InterruptedException {
        String version = from;
        try (Watch watch = surroundings.client().watch(type, query, from)) {
            long heard = surroundings.clock().nanos();
            while (!surroundings.scope().isClosed()) {
                Optional<WatchEvent> event = watch.next(PATIENCE);
                backOff.reset();
                long now = surroundings.clock().nanos();
                if (event.isPresent()) {
                    heard = now;
                    take(event.get());
                    version = Versions.later(version, event.get().resourceVersion());
                } else if (now - heard > SILENCE_MOST.toNanos()) {
                    return version;
                }
            }
        }
        return version;
    }

    private void take(WatchEvent event) {
        switch (event) {
            case WatchEvent.Added(Resource it) -> cache.put(it).ifPresent(this::tell);
            case WatchEvent.Modified(Resource it) -> cache.put(it).ifPresent(this::tell);
            case WatchEvent.Deleted(Resource it) -> cache.remove(it).ifPresent(this::tell);
            case WatchEvent.Bookmark(String version) -> cache.seen(version);
            case WatchEvent.InitialEnd(String version) -> cache.seen(version);
        }
    }

    private void tell(Observed observed) {
        for (Consumer<Observed> listener : listeners) {
            try {
                listener.accept(observed);
            } catch (RuntimeException e) {
                surroundings.faults().report("a listener of " + type.plural() + " failed", e);
            }
        }
    }
}
