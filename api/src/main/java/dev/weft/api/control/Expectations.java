package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a controller wrote and its informers have yet to show. While that is so, the object on whose
 * behalf it was written is not reconciled: a decision from a copy that lacks the last decision's
 * results would do the same once more (a second pod where one was wanted).
 *
 * <p>Any thread, but the entries of one key only by the worker that holds it. Whatever is not shown
 * within a limit is given up, since an informer that selects may never show it.
 */
final class Expectations {
    /** Far above the lag of a healthy watch, far below the patience of a person. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Duration UNCERTAIN_LIMIT = Duration.ofSeconds(5);

    private final List<Informer> informers;
    private final LiveReader live;
    private final Map<Key, List<Expected>> bySubject = new ConcurrentHashMap<>();

    private sealed interface Expected {
        long since();
    }

    private record Shown(Informer by, Key key, String version, long since) implements Expected {}

    private record Removed(Informer by, Key key, String uid, long since) implements Expected {}

    /** Of which nobody knows whether it was written or deleted, until the API is asked. */
    private record Unsure(Informer by, Key key, long since) implements Expected {}

    /**
     * @param informers those that the reconciler reads; the list may grow until the first use
     */
    Expectations(List<Informer> informers, LiveReader live) {
        this.informers = informers;
        this.live = live;
    }

    void written(Key subject, ResourceType type, Resource result, long now) {
        of(type).forEach(
                        it ->
                                expect(
                                        subject,
                                        new Shown(
                                                it, result.key(), result.resourceVersion(), now)));
    }

    /** Expects the object of this uid to be gone or going. */
    void deleted(Key subject, ResourceType type, Key key, long now) {
        for (Informer informer : of(type)) {
            informer.find(key)
                    .filter(it -> !it.isDeleting())
                    .ifPresent(it -> expect(subject, new Removed(informer, key, it.uid(), now)));
        }
    }

    /** Expects whatever became of an object when a write to it was not answered. */
    void unsure(Key subject, ResourceType type, Key key, long now) {
        of(type).forEach(it -> expect(subject, new Unsure(it, key, now)));
    }

    /** Whether the informers show everything that was written for this object. */
    boolean met(Key subject, long now) {
        List<Expected> expected = bySubject.get(subject);
        if (expected == null) {
            return true;
        }
        expected.replaceAll(it -> it instanceof Unsure unsure ? looked(unsure, now) : it);
        expected.removeIf(it -> isMet(it, now));
        if (!expected.isEmpty()) {
            return false;
        }
        bySubject.remove(subject);
        return true;
    }

    private List<Informer> of(ResourceType type) {
        return informers.stream().filter(it -> it.type().equals(type)).toList();
    }

    private void expect(Key subject, Expected expected) {
        bySubject.computeIfAbsent(subject, key -> new ArrayList<>()).add(expected);
    }

    private static boolean isMet(Expected expected, long now) {
        long waited = now - expected.since();
        return switch (expected) {
            case Shown it -> it.by().knows(it.key(), it.version()) || waited > LIMIT.toNanos();
            case Removed it ->
                    it.by()
                                    .find(it.key())
                                    .filter(known -> known.uid().equals(it.uid()))
                                    .filter(known -> !known.isDeleting())
                                    .isEmpty()
                            || waited > LIMIT.toNanos();
            case Unsure it -> false;
        };
    }

    /**
     * A while later the API knows for certain; what it then says is what informers have to show.
     */
    private Expected looked(Unsure unsure, long now) {
        if (now - unsure.since() <= UNCERTAIN_LIMIT.toNanos()) {
            return unsure;
        }
        try {
            String uid = unsure.by().find(unsure.key()).map(Resource::uid).orElse("");
            return live.get(unsure.by().type(), unsure.key())
                    .<Expected>map(
                            it -> new Shown(unsure.by(), unsure.key(), it.resourceVersion(), now))
                    .orElse(new Removed(unsure.by(), unsure.key(), uid, now));
        } catch (ApiException e) {
            return unsure;
        }
    }
}
