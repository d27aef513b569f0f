package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.task.Pause;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Carries out plans, an action after the other; the first that is refused ends the plan, and is
 * what comes back. Any thread.
 */
final class PlanExecutor {
    private static final int NAMES_TRIED_MOST = 8;
    private static final int UNCERTAIN_TRIES_MOST = 5;
    private static final int CHANCE_LETTERS = 5;
    private static final int NAME_LENGTH_MOST = 63;
    private static final Duration PAUSE_LEAST = Duration.ofMillis(20);
    private static final Duration PAUSE_MOST = Duration.ofSeconds(1);

    private final Surroundings surroundings;
    private final Expectations expectations;
    private final EventRecorder events;

    PlanExecutor(Surroundings surroundings, Expectations expectations, EventRecorder events) {
        this.surroundings = surroundings;
        this.expectations = expectations;
        this.events = events;
    }

    Optional<Refusal> execute(Key subject, Plan plan) throws InterruptedException {
        for (Action action : plan.actions()) {
            if (surroundings.scope().isClosed()) {
                throw new InterruptedException("the scope is closing");
            }
            try {
                carryOut(subject, action);
            } catch (ApiException e) {
                return Optional.of(new Refusal(action, e));
            }
        }
        return Optional.empty();
    }

    /** One try at something of which the tries before may have succeeded without saying so. */
    private interface Attempt<T> {
        T make(boolean again);
    }

    private void carryOut(Key subject, Action action) throws InterruptedException {
        ResourceClient client = surroundings.client();
        switch (action) {
            case Action.Create(ResourceType type, Resource resource) ->
                    create(subject, type, resource);
            case Action.Update(ResourceType type, Resource wanted) ->
                    write(
                            subject,
                            type,
                            wanted.key(),
                            again ->
                                    orFound(
                                            again,
                                            type,
                                            () -> client.update(type, wanted),
                                            found -> isAsWanted(found, wanted),
                                            wanted.key()));
            case Action.UpdateStatus(ResourceType type, Resource wanted) ->
                    write(
                            subject,
                            type,
                            wanted.key(),
                            again ->
                                    orFound(
                                            again,
                                            type,
                                            () -> client.updateStatus(type, wanted),
                                            found -> found.status().equals(wanted.status()),
                                            wanted.key()));
            case Action.Change it -> change(subject, it);
            case Action.FinalizeNamespace(Resource namespace) ->
                    write(
                            subject,
                            Types.NAMESPACE,
                            namespace.key(),
                            again -> client.finalizeNamespace(namespace));
            case Action.Delete(ResourceType type, Key key, Deletion how) ->
                    delete(subject, type, key, how);
            case Action.Tell it -> events.tell(it);
        }
    }

    private void change(Key subject, Action.Change it) throws InterruptedException {
        Attempt<Resource> patch =
                again -> surroundings.client().patch(it.type(), it.key(), it.patch());
        if (it.patch().form() == Patch.Form.MERGE) {
            write(subject, it.type(), it.key(), patch);
        } else {
            // Carried out twice, another form may do something else than once.
            wrote(subject, it.type(), patch.make(false));
        }
    }

    private void write(Key subject, ResourceType type, Key key, Attempt<Resource> attempt)
            throws InterruptedException {
        wrote(subject, type, surely(subject, type, key, attempt));
    }

    /**
     * Asks until there is an answer: what is asked for here does no harm when it is done twice. If
     * none comes, the subject rests until it is known what became of it.
     */
    private <T> T surely(Key subject, ResourceType type, Key key, Attempt<T> attempt)
            throws InterruptedException {
        for (int tried = 1; ; tried++) {
            try {
                return attempt.make(tried > 1);
            } catch (ApiException e) {
                if (!e.isPassing()) {
                    throw e;
                }
                if (tried == UNCERTAIN_TRIES_MOST) {
                    expectations.unsure(subject, type, key, now());
                    throw e;
                }
            }
            Pause.of(
                    surroundings
                            .chance()
                            .jitter(BackOff.after(PAUSE_LEAST, PAUSE_MOST, tried - 1)));
        }
    }

    /** Where the try before may have been the one in the way, looks whether it is. */
    private Resource orFound(
            boolean again,
            ResourceType type,
            Supplier<Resource> write,
            Predicate<Resource> isIt,
            Key key) {
        try {
            return write.get();
        } catch (ApiException e) {
            if (!again || !e.is(Reason.CONFLICT)) {
                throw e;
            }
            return surroundings.client().get(type, key).filter(isIt).orElseThrow(() -> e);
        }
    }

    private static boolean isAsWanted(Resource found, Resource wanted) {
        return found.uid().equals(wanted.uid()) && withoutTrace(found).equals(withoutTrace(wanted));
    }

    /** Without what the API itself writes, and without status, which such a write leaves alone. */
    private static Resource withoutTrace(Resource resource) {
        return resource.withoutAt("metadata", "resourceVersion")
                .withoutAt("metadata", "generation")
                .withoutAt("status");
    }

    private void create(Key subject, ResourceType type, Resource resource)
            throws InterruptedException {
        Optional<String> prefix = resource.tree().text("metadata", "generateName");
        if (!resource.name().isEmpty() || prefix.isEmpty()) {
            createNamed(subject, type, resource);
            return;
        }
        // The name is chosen here and not by the API: a create whose answer is lost can then be
        // repeated without making a second object.
        for (int tried = 1; ; tried++) {
            try {
                createNamed(subject, type, named(resource, prefix.get()));
                return;
            } catch (ApiException e) {
                if (!e.is(Reason.ALREADY_EXISTS) || tried == NAMES_TRIED_MOST) {
                    throw e;
                }
            }
        }
    }

    private Resource named(Resource resource, String prefix) {
        int most = NAME_LENGTH_MOST - CHANCE_LETTERS;
        String kept = prefix.length() > most ? prefix.substring(0, most) : prefix;
        return resource.withAt(
                Json.of(kept + surroundings.chance().letters(CHANCE_LETTERS)), "metadata", "name");
    }

    private void createNamed(Key subject, ResourceType type, Resource resource)
            throws InterruptedException {
        write(subject, type, resource.key(), again -> createOrAccept(type, resource));
    }

    /** Counts an object that is there already as created, if it belongs to the same controller. */
    private Resource createOrAccept(ResourceType type, Resource wanted) {
        try {
            return surroundings.client().create(type, wanted);
        } catch (ApiException e) {
            if (!e.is(Reason.ALREADY_EXISTS)) {
                throw e;
            }
            return surroundings
                    .client()
                    .get(type, wanted.key())
                    .filter(found -> controllerUid(found).equals(controllerUid(wanted)))
                    .filter(found -> !found.isDeleting())
                    .orElseThrow(() -> e);
        }
    }

    private void delete(Key subject, ResourceType type, Key key, Deletion how)
            throws InterruptedException {
        surely(subject, type, key, again -> deleteOrMiss(type, key, how));
        expectations.deleted(subject, type, key, now());
    }

    /** Counts an object that is not there, or is another of that name, as deleted. */
    private Key deleteOrMiss(ResourceType type, Key key, Deletion how) {
        try {
            surroundings.client().delete(type, key, how);
        } catch (ApiException e) {
            boolean gone =
                    e.is(Reason.NOT_FOUND)
                            || (e.is(Reason.CONFLICT)
                                    && !how.uid().isEmpty()
                                    && surroundings
                                            .client()
                                            .get(type, key)
                                            .filter(it -> it.uid().equals(how.uid()))
                                            .isEmpty());
            if (!gone) {
                throw e;
            }
        }
        return key;
    }

    private void wrote(Key subject, ResourceType type, Resource result) {
        expectations.written(subject, type, result, now());
    }

    private long now() {
        return surroundings.clock().nanos();
    }

    private static Optional<String> controllerUid(Resource resource) {
        return resource.controller().map(OwnerReference::uid);
    }
}
