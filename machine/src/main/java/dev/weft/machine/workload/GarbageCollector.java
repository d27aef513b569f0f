package dev.weft.machine.workload;

import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Observed;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.task.TaskScope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Collects the garbage of every kind, those that users define included: one {@link Garbage} a kind,
 * and between them the word that an owner is gone, or that what it waited for is. Set up by one
 * thread; a task of its own begins and ends the collection of custom kinds.
 */
final class GarbageCollector {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SYNC = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final Informer definitions;
    private final Reach reach;
    private final Map<ResourceType, Informer> copies = new ConcurrentHashMap<>();
    private final Map<ResourceType, Controller> controllers = new ConcurrentHashMap<>();

    /** A signal that the definitions changed; one is as good as many. */
    private final BlockingQueue<Boolean> changes = new LinkedBlockingQueue<>(1);

    GarbageCollector(Surroundings surroundings, Copies shared, Reach reach) {
        this.surroundings = surroundings;
        this.reach = reach;
        this.definitions = shared.of(Types.CUSTOM_RESOURCE_DEFINITION);
        Reach.builtIn().forEach(it -> set(surroundings, it, shared.of(it)));
        definitions.listen(seen -> changes.offer(true));
    }

    void start() {
        List.copyOf(controllers.values()).forEach(Controller::start);
        surroundings.scope().start("garbage-of-custom-kinds", this::followDefinitions);
    }

    private Controller set(Surroundings around, ResourceType type, Informer informer) {
        copies.put(type, informer);
        informer.listen(this::spread);
        var garbage = new Garbage(type, informer, copies, reach);
        Controller controller =
                new Controller(around, "garbage-collector/" + type.plural(), garbage, 1)
                        .watching(informer, GarbageCollector::worthALook);
        controllers.put(type, controller);
        return controller;
    }

    /** Most objects have no owner and are not on their way out: they cost nothing here. */
    private static List<Key> worthALook(Resource resource) {
        return resource.owners().isEmpty() && !resource.isDeleting()
                ? List.of()
                : List.of(resource.key());
    }

    /** Has those looked at whom something that happened to another object concerns. */
    private void spread(Observed observed) {
        switch (observed) {
            case Observed.Appeared(Resource it) -> {
                if (Garbage.isWaiting(it)) {
                    lookAtOwned(it);
                }
            }
            case Observed.Changed(Resource before, Resource it) -> {
                if (Garbage.isWaiting(it) && !Garbage.isWaiting(before)) {
                    lookAtOwned(it);
                }
                if (!before.uid().equals(it.uid())) {
                    lookAtOwned(before);
                }
                if (!before.owners().equals(it.owners())) {
                    before.owners().forEach(owner -> lookAtOwner(before, owner));
                }
            }
            case Observed.Gone(Resource it) -> {
                lookAtOwned(it);
                it.owners().forEach(owner -> lookAtOwner(it, owner));
            }
        }
    }

    private void lookAtOwned(Resource owner) {
        copies.forEach(
                (type, informer) ->
                        Copies.ownedBy(informer, owner.uid()).stream()
                                .map(Resource::key)
                                .forEach(key -> look(type, key)));
    }

    private void lookAtOwner(Resource owned, OwnerReference owner) {
        reach.of(owner)
                .ifPresent(
                        type ->
                                look(
                                        type,
                                        new Key(
                                                type.namespaced() ? owned.namespace() : "",
                                                owner.name())));
    }

    private void look(ResourceType type, Key key) {
        Optional.ofNullable(controllers.get(type)).ifPresent(it -> it.look(key));
    }

    private void followDefinitions() {
        Map<ResourceType, TaskScope> running = new HashMap<>();
        try {
            while (!surroundings.scope().isClosed()) {
                changes.take();
                List<ResourceType> wanted =
                        definitions.all().stream()
                                .filter(GarbageCollector::isEstablished)
                                .flatMap(it -> Reach.defined(it).stream())
                                .toList();
                running.keySet().stream()
                        .filter(it -> !wanted.contains(it))
                        .toList()
                        .forEach(it -> end(it, Optional.ofNullable(running.remove(it))));
                wanted.stream()
                        .filter(it -> !running.containsKey(it))
                        .forEach(it -> running.put(it, begin(it)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.forEach((type, scope) -> end(type, Optional.of(scope)));
        }
    }

    private TaskScope begin(ResourceType type) {
        var scope =
                new TaskScope("garbage/" + type.groupResource(), surroundings.faults(), PATIENCE);
        var around =
                new Surroundings(
                        surroundings.client(),
                        surroundings.clock(),
                        surroundings.chance().fork(),
                        surroundings.faults(),
                        scope);
        Informer informer = Copies.made(around, type);
        set(around, type, informer).start();
        scope.start("owned-before", () -> lookAtOwnedBefore(type, informer));
        return scope;
    }

    /** An owner may have gone before its kind was known here: then nobody was told. */
    private void lookAtOwnedBefore(ResourceType type, Informer informer) {
        try {
            while (!informer.awaitSync(SYNC)) {
                // the kind's API does not answer yet
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        copies.forEach(
                (kind, copy) ->
                        copy.all().stream()
                                .filter(it -> isOwnedBy(it, type))
                                .forEach(it -> look(kind, it.key())));
    }

    private boolean isOwnedBy(Resource owned, ResourceType type) {
        return owned.owners().stream().anyMatch(it -> reach.of(it).equals(Optional.of(type)));
    }

    /** What was of that kind is gone, and with it the owner of whatever it owned. */
    private void end(ResourceType type, Optional<TaskScope> scope) {
        controllers.remove(type);
        Optional<Informer> informer = Optional.ofNullable(copies.remove(type));
        scope.ifPresent(TaskScope::close);
        informer.stream().flatMap(it -> it.all().stream()).forEach(this::lookAtOwned);
    }

    private static boolean isEstablished(Resource definition) {
        return definition.condition("Established").filter(Condition::isTrue).isPresent();
    }
}
