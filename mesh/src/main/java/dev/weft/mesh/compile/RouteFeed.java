package dev.weft.mesh.compile;

import dev.weft.api.client.Query;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.EventRecorder;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Observed;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.OwnThread;
import dev.weft.foundation.task.Pause;
import dev.weft.mesh.intent.JointTranslation;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.Translation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Keeps the data plane's snapshot in step with the API: follows Services, EndpointSlices and the
 * kinds that have a {@link Translation}, compiles what changed and hands the result over. Changes
 * that come while a snapshot is made go into the next one.
 *
 * <p>Set up and started by one thread; all the work is done by one thread of its own, which owns
 * the compiler. Ends with the scope.
 */
public final class RouteFeed {
    private static final Logger LOG = LateLogger.of(RouteFeed.class);

    /** The name of the thread that works. */
    public static final String THREAD = "routes";

    private static final Duration SYNC_LIMIT = Duration.ofSeconds(30);
    private static final Duration REMARK_AFTER = Duration.ofSeconds(3);

    /** At most a quarter of one core goes into snapshots, however quickly things change. */
    private static final int PAUSE_PER_WORK = 3;

    private static final Duration PAUSE_MOST = Duration.ofMillis(30);

    private final Surroundings surroundings;
    private final Consumer<Snapshot> sink;
    private final Compiler compiler;
    private final EventRecorder events;
    private final List<Follower> followers = new ArrayList<>();
    private final ChangedKeys changed = new ChangedKeys();
    private final List<Together> togethers = new ArrayList<>();

    /** Followed once something names one: there may be very many, of which none is of use here. */
    private final Informer authorities;

    private volatile Map<Source.Kinded, List<Remark>> current = Map.of();
    private volatile Map<String, DoorState> doors = Map.of();
    private final CountDownLatch first = new CountDownLatch(1);

    // Of the working thread alone:
    private final Map<Source.Kinded, List<Remark>> translated = new HashMap<>();
    private final RemarkBook remarks = new RemarkBook(REMARK_AFTER);
    private Map<Source, List<Remark>> problems = Map.of();
    private boolean trusting;

    /** What is followed, and what the compiler is told of it. */
    private record Follower(Informer informer, Consumer<Resource> put, Consumer<Key> remove) {}

    public RouteFeed(
            Surroundings surroundings,
            List<Translation> translations,
            List<Route> fixed,
            Consumer<Snapshot> sink) {
        this(surroundings, translations, List.of(), fixed, Front.none(), sink);
    }

    /**
     * @param joint translations of several kinds together
     * @param fixed routes of the edge that stand whatever is applied
     */
    public RouteFeed(
            Surroundings surroundings,
            List<Translation> translations,
            List<JointTranslation> joint,
            List<Route> fixed,
            Front front,
            Consumer<Snapshot> sink) {
        this.surroundings = surroundings;
        this.sink = sink;
        this.compiler = new Compiler(fixed, front);
        this.events = new EventRecorder(surroundings, "mesh");
        follow(Types.SERVICE, compiler::putService, compiler::removeService);
        follow(Types.ENDPOINT_SLICE, compiler::putSlice, compiler::removeSlice);
        for (Translation translation : translations) {
            String kind = translation.type().kind();
            follow(
                    translation.type(),
                    resource -> learn(kind, resource.key(), translation.translate(resource)),
                    key -> learn(kind, key, Translated.nothing()));
        }
        if (!joint.isEmpty()) {
            follow(Types.POD, compiler::putPod, compiler::removePod);
            follow(Types.SECRET, compiler::putSecret, compiler::removeSecret);
        }
        authorities = follow(Types.CONFIG_MAP, compiler::putConfigMap, compiler::removeConfigMap);
        for (JointTranslation one : joint) {
            togethers.add(new Together(one, this::known, this::learn));
            for (ResourceType type : one.types()) {
                if (known(type).isEmpty()) {
                    // what is read together is read out of the informers
                    followed(type, it -> {}, it -> {}, it -> !isOnlyStatus(it));
                }
            }
        }
    }

    private Optional<Informer> known(ResourceType type) {
        return followers.stream()
                .map(Follower::informer)
                .filter(it -> it.type().equals(type))
                .findFirst();
    }

    private Informer follow(ResourceType type, Consumer<Resource> put, Consumer<Key> remove) {
        return followed(type, put, remove, it -> true);
    }

    private Informer followed(
            ResourceType type,
            Consumer<Resource> put,
            Consumer<Key> remove,
            Predicate<Observed> counts) {
        int place = followers.size();
        var informer = new Informer(surroundings, type, Query.all());
        informer.listen(
                observed -> {
                    if (counts.test(observed)) {
                        changed.add(new ChangedKeys.Place(place, observed.resource().key()));
                    }
                });
        followers.add(new Follower(informer, put, remove));
        return informer;
    }

    /** Whether nothing changed but what is said of the object, which asks for nothing. */
    private static boolean isOnlyStatus(Observed observed) {
        return observed instanceof Observed.Changed(Resource before, Resource now)
                && without(before).equals(without(now));
    }

    private static JsonObject without(Resource resource) {
        return resource.tree().without("status").withoutAt("metadata", "resourceVersion");
    }

    public RouteFeed start() {
        followers.stream()
                .map(Follower::informer)
                .filter(it -> it != authorities)
                .forEach(Informer::start);
        // Not one of many: what was acknowledged is to be in use soon, whatever else computes.
        OwnThread.start(THREAD, surroundings.scope(), surroundings.faults(), this::run);
        return this;
    }

    /** Waits until the data plane was given the first snapshot. */
    public boolean awaitFirst(Duration limit) throws InterruptedException {
        return first.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What is wrong with an object just now. Any thread. */
    public List<Remark> remarks(String kind, Key key) {
        return current.getOrDefault(new Source.Kinded(kind, key), List.of());
    }

    /**
     * Where a listener of a Gateway is, by its name ({@code shop/web:https}); nothing as long as it
     * is not known. Any thread.
     */
    public Optional<DoorState> door(String name) {
        return Optional.ofNullable(doors.get(name));
    }

    private void run() {
        try {
            for (Follower follower : followers) {
                if (follower.informer() != authorities) {
                    await(follower.informer());
                }
            }
            handOver();
            first.countDown();
            while (!surroundings.scope().isClosed()) {
                if (changed.await(remarks.isWaiting() ? REMARK_AFTER : SYNC_LIMIT)) {
                    Pause.of(handOver());
                }
                remarks.due(surroundings.clock().nanos()).forEach(this::tell);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Informer informer) throws InterruptedException {
        while (!informer.awaitSync(SYNC_LIMIT)) {
            LOG.log(Level.WARNING, "routes wait for the list of {0}", informer.type().plural());
        }
    }

    /** Returns how long to rest for the work that was done. */
    private Duration handOver() throws InterruptedException {
        long begin = surroundings.clock().nanos();
        takeChanges();
        if (!trusting && compiler.namesAuthorities()) {
            trusting = true;
            await(authorities.start());
            takeChanges();
        }
        if (!compiler.isCurrent() || first.getCount() > 0) {
            compile();
        }
        current = allRemarks();
        remarks.replaceAll(current, surroundings.clock().nanos());
        // In nanoseconds: a Duration multiplies in BigDecimal, which takes long to load.
        long worked = surroundings.clock().nanos() - begin;
        Duration pause = Duration.ofNanos(worked * PAUSE_PER_WORK);
        return pause.compareTo(PAUSE_MOST) > 0 ? PAUSE_MOST : pause;
    }

    private void takeChanges() {
        for (ChangedKeys.Place place : changed.drain()) {
            take(place);
            ResourceType type = followers.get(place.follower()).informer().type();
            togethers.forEach(it -> it.changed(type));
        }
        togethers.forEach(Together::read);
    }

    /** What cannot be compiled leaves what was there; routes must not stop for it. */
    private void compile() {
        try {
            Compiled compiled = compiler.compile();
            sink.accept(compiled.snapshot());
            problems = compiled.remarks();
            doors = compiled.doors();
        } catch (IllegalArgumentException e) {
            surroundings.faults().report("cannot make routes of what is applied", e);
        }
    }

    private void take(ChangedKeys.Place place) {
        Follower follower = followers.get(place.follower());
        try {
            Optional<Resource> resource = follower.informer().find(place.key());
            resource.ifPresentOrElse(follower.put(), () -> follower.remove().accept(place.key()));
        } catch (RuntimeException e) {
            String type = follower.informer().type().kind();
            surroundings.faults().report("cannot route by " + type + " " + place.key(), e);
        }
    }

    private void learn(String kind, Key key, Translated what) {
        var about = new Source.Kinded(kind, key);
        compiler.putIntents(about, what.intents());
        if (what.remarks().isEmpty()) {
            translated.remove(about);
        } else {
            translated.put(about, what.remarks());
        }
    }

    private Map<Source.Kinded, List<Remark>> allRemarks() {
        Map<Source.Kinded, List<Remark>> all = new HashMap<>(translated);
        problems.forEach(
                (source, said) -> all.put(new Source.Kinded(source.kind(), source.key()), said));
        return Map.copyOf(all);
    }

    private void tell(RemarkBook.Entry entry) {
        followers.stream()
                .map(Follower::informer)
                .filter(informer -> informer.type().kind().equals(entry.about().kind()))
                .flatMap(informer -> informer.find(entry.about().key()).stream())
                .forEach(
                        resource ->
                                events.tell(
                                        new Action.Tell(
                                                resource,
                                                Action.Severity.WARNING,
                                                entry.remark().reason(),
                                                entry.remark().message())));
    }
}
