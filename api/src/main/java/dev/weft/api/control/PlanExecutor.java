package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
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

    private void carryOut(Key subject, Action action) throws InterruptedException {
        ResourceClient client = surroundings.client();
        switch (action) {
            case Action.Create(ResourceType type, Resource resource) ->
                    create(subject, type, resource);
            case Action.Update(ResourceType type, Resource resource) ->
                    wrote(subject, type, client.update(type, resource));
            case Action.UpdateStatus(ResourceType type, Resource resource) ->
                    wrote(subject, type, client.updateStatus(type, resource));
            case Action.Change it ->
                    wrote(subject, it.type(), client.patch(it.type(), it.key(), it.patch()));
            case Action.FinalizeNamespace(Resource namespace) ->
                    wrote(subject, Types.NAMESPACE, client.finalizeNamespace(namespace));
            case Action.Delete(ResourceType type, Key key, Deletion how) ->
                    delete(subject, type, key, how);
            case Action.Tell it -> events.tell(it);
        }
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

    /** Asks until there is an answer: asking again for the same name does no harm. */
    private void createNamed(Key subject, ResourceType type, Resource resource)
            throws InterruptedException {
        for (int tried = 1; ; tried++) {
            try {
                wrote(subject, type, createOrAccept(type, resource));
                return;
            } catch (ApiException e) {
                if (!mayHaveHappened(e)) {
                    throw e;
                }
                if (tried == UNCERTAIN_TRIES_MOST) {
                    expectations.perhapsCreated(subject, type, resource.key(), now());
                    throw e;
                }
            }
            Pause.of(
                    surroundings
                            .chance()
                            .jitter(BackOff.after(PAUSE_LEAST, PAUSE_MOST, tried - 1)));
        }
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

    private void delete(Key subject, ResourceType type, Key key, Deletion how) {
        try {
            surroundings.client().delete(type, key, how);
        } catch (ApiException e) {
            // Another object of that name means that the one meant is gone.
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
        expectations.deleted(subject, type, key, now());
    }

    private void wrote(Key subject, ResourceType type, Resource result) {
        expectations.written(subject, type, result, now());
    }

    private long now() {
        return surroundings.clock().nanos();
    }

    private static boolean mayHaveHappened(ApiException e) {
        return e.is(Reason.TIMEOUT)
                || e.is(Reason.CLOSED)
                || e.is(Reason.SERVICE_UNAVAILABLE)
                || e.is(Reason.INTERNAL_ERROR);
    }

    private static Optional<String> controllerUid(Resource resource) {
        return resource.controller().map(OwnerReference::uid);
    }
}
