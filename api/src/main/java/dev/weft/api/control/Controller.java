package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.foundation.log.LateLogger;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs a {@link Reconciler}: informers say which objects to look at, workers ask the reconciler and
 * carry out its plans. No object is looked at by two workers at a time, nor before the informers
 * show what was last written for it. A plan that fails is followed by another look after a
 * back-off; a conflict is nothing unusual.
 *
 * <p>Set up by one thread, which then calls {@link #start}; ends with the scope. {@link #look} may
 * be called by any thread.
 */
public final class Controller {
    private static final Logger LOG = LateLogger.of(Controller.class);
    private static final Duration BACK_OFF_LEAST = Duration.ofMillis(5);
    private static final Duration BACK_OFF_MOST = Duration.ofSeconds(60);
    private static final Duration CATCH_UP = Duration.ofMillis(20);
    private static final Duration SYNC_LIMIT = Duration.ofSeconds(30);
    private static final int FAILURES_WORTH_A_LINE = 5;

    private final Surroundings surroundings;
    private final String name;
    private final Reconciler reconciler;
    private final int workers;
    private final WorkQueue<Key> queue;
    private final List<Informer> informers = new CopyOnWriteArrayList<>();
    private final Expectations expectations;
    private final PlanExecutor executor;

    /**
     * @param name who this is, in logs and Events: {@code deployment-controller}
     */
    public Controller(Surroundings surroundings, String name, Reconciler reconciler, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers: " + workers + " (expected: >= 1)");
        }
        this.surroundings = surroundings;
        this.name = name;
        this.reconciler = reconciler;
        this.workers = workers;
        this.queue =
                new WorkQueue<>(
                        surroundings.clock(),
                        surroundings.chance().fork(),
                        BACK_OFF_LEAST,
                        BACK_OFF_MOST);
        this.expectations = new Expectations(informers, new LiveReader(surroundings));
        this.executor =
                new PlanExecutor(surroundings, expectations, new EventRecorder(surroundings, name));
    }

    /** The objects of this informer are those to reconcile. */
    public Controller reconciling(Informer informer) {
        return watching(informer, it -> List.of(it.key()));
    }

    /** What happens to an object here concerns the one of that kind which controls it. */
    public Controller owning(Informer informer, ResourceType ownerType) {
        return watching(informer, it -> controllerKey(it, ownerType).stream().toList());
    }

    /** What happens to an object here concerns those. The function must not wait. */
    public Controller watching(
            Informer informer, Function<Resource, ? extends Collection<Key>> concerned) {
        informer.listen(
                observed ->
                        versions(observed)
                                .flatMap(it -> concerned.apply(it).stream())
                                .distinct()
                                .forEach(queue::add));
        return reading(informer);
    }

    /** The reconciler reads from this informer too, but changes there concern nobody at once. */
    public Controller reading(Informer informer) {
        informers.add(informer);
        return this;
    }

    /** Begins: waits for the informers, which it starts, then lets the workers loose. */
    public Controller start() {
        informers.forEach(Informer::start);
        surroundings.scope().start(name, this::begin);
        return this;
    }

    /** Has an object looked at, although nothing about it was seen to change. */
    public void look(Key key) {
        queue.add(key);
    }

    /** How many objects wait to be looked at, now or later. */
    public int waiting() {
        return queue.size();
    }

    private void begin() {
        try {
            for (Informer informer : informers) {
                while (!informer.awaitSync(SYNC_LIMIT)) {
                    LOG.log(
                            Level.WARNING,
                            "{0} waits for the list of {1}",
                            name,
                            informer.type().plural());
                }
            }
            for (int i = 0; i < workers; i++) {
                surroundings.scope().start(name + "/" + i, this::work);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            if (!surroundings.scope().isClosed()) {
                throw e;
            }
        }
    }

    private void work() {
        try {
            while (!surroundings.scope().isClosed()) {
                Key key = queue.take();
                try {
                    process(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void process(Key key) throws InterruptedException {
        if (!expectations.met(key, surroundings.clock().nanos())) {
            // What is missing brings the key back by itself, mostly sooner than this.
            queue.addAfter(key, CATCH_UP);
            return;
        }
        try {
            Plan plan = reconciler.reconcile(key);
            Optional<Refusal> refusal = executor.execute(key, plan);
            if (refusal.isPresent()) {
                refused(key, refusal.get());
                return;
            }
            queue.succeeded(key);
            plan.again().ifPresent(delay -> queue.addAfter(key, delay));
        } catch (ApiException e) {
            failed(key, e);
        } catch (RuntimeException e) {
            Duration pause = queue.failed(key);
            if (!surroundings.scope().isClosed()) {
                surroundings
                        .faults()
                        .report(name + " " + key + ", to be tried again in " + pause, e);
            }
        }
    }

    private void refused(Key key, Refusal refusal) throws InterruptedException {
        failed(key, refusal.why());
        if (!isUsual(refusal.why())) {
            executor.execute(key, reconciler.refused(key, refusal.action(), refusal.why()))
                    .ifPresent(
                            it ->
                                    LOG.log(
                                            Level.DEBUG,
                                            "{0} {1}: cannot tell of a refusal: {2}",
                                            name,
                                            key,
                                            it.why().getMessage()));
        }
    }

    private void failed(Key key, ApiException e) {
        Duration pause = queue.failed(key);
        if (surroundings.scope().isClosed()) {
            return;
        }
        // A conflict means that the copy was old, and goes by itself: only one that stays is told.
        int failures = queue.failures(key);
        boolean telling = isUsual(e) ? failures == FAILURES_WORTH_A_LINE : isPowerOfTwo(failures);
        LOG.log(
                telling ? Level.WARNING : Level.DEBUG,
                "{0} {1} failed {2} times, again in {3}: {4}",
                name,
                key,
                failures,
                pause,
                e.getMessage());
    }

    private static boolean isUsual(ApiException e) {
        return e.is(Reason.CONFLICT) || e.is(Reason.NOT_FOUND) || e.is(Reason.CLOSED);
    }

    private static boolean isPowerOfTwo(int number) {
        return Integer.bitCount(number) == 1;
    }

    private static Stream<Resource> versions(Observed observed) {
        return switch (observed) {
            case Observed.Appeared(Resource it) -> Stream.of(it);
            case Observed.Changed(Resource before, Resource it) -> Stream.of(before, it);
            case Observed.Gone(Resource it) -> Stream.of(it);
        };
    }

    private static Optional<Key> controllerKey(Resource resource, ResourceType ownerType) {
        return resource.controller()
                .filter(it -> it.kind().equals(ownerType.kind()))
                .filter(it -> group(it).equals(ownerType.group()))
                .map(it -> new Key(ownerType.namespaced() ? resource.namespace() : "", it.name()));
    }

    private static String group(OwnerReference owner) {
        int slash = owner.apiVersion().indexOf('/');
        return slash < 0 ? "" : owner.apiVersion().substring(0, slash);
    }
}
