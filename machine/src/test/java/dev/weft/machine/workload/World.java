package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Key;
import dev.weft.api.model.Moments;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An API in a few maps, with copies of it that lag, for simulations of planners alone. One thread.
 * Knows versions, conflicts, generations, graceful ends of pods and nothing else; the controllers'
 * rule that nothing is decided before the copy shows what was written stands in {@link #isCurrent}.
 */
final class World {
    private final Chance chance;
    private final Map<ResourceType, TreeMap<Key, Resource>> objects = new HashMap<>();
    private final Map<ResourceType, List<Change>> behind = new HashMap<>();
    private final Map<ResourceType, TreeMap<Key, Resource>> copies = new HashMap<>();
    private final Map<Key, Map<ResourceType, Long>> written = new HashMap<>();
    private final Map<ResourceType, Long> seen = new HashMap<>();
    final List<String> told = new ArrayList<>();
    private long version = 100;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private record Change(Key key, long version, Optional<Resource> after) {}

    World(Chance chance) {
        this.chance = chance;
    }

    Instant now() {
        return now;
    }

    void advance(Duration by) {
        now = now.plus(by);
    }

    /** What is so. */
    TreeMap<Key, Resource> truth(ResourceType type) {
        return objects.computeIfAbsent(type, it -> new TreeMap<>());
    }

    /** What a controller sees, which may be older. */
    TreeMap<Key, Resource> copy(ResourceType type) {
        return copies.computeIfAbsent(type, it -> new TreeMap<>());
    }

    /** Lets the copy of a kind catch up by some of the changes that it lacks. */
    void catchUp(ResourceType type, int most) {
        List<Change> missing = behind.computeIfAbsent(type, it -> new ArrayList<>());
        for (int i = 0; i < most && !missing.isEmpty(); i++) {
            Change change = missing.removeFirst();
            change.after()
                    .ifPresentOrElse(
                            it -> copy(type).put(change.key(), it),
                            () -> copy(type).remove(change.key()));
            seen.put(type, change.version());
        }
    }

    boolean isBehind() {
        return behind.values().stream().anyMatch(it -> !it.isEmpty());
    }

    /** Whether the copies show everything that was written on behalf of an object. */
    boolean isCurrent(Key subject) {
        return written.getOrDefault(subject, Map.of()).entrySet().stream()
                .allMatch(it -> seen.getOrDefault(it.getKey(), 0L) >= it.getValue());
    }

    /** Carries out a plan; false where an action was refused, which ends it. */
    boolean execute(Key subject, Plan plan) {
        for (Action action : plan.actions()) {
            boolean done =
                    switch (action) {
                        case Action.Create(ResourceType type, Resource it) ->
                                create(subject, type, it);
                        case Action.Update(ResourceType type, Resource it) ->
                                update(subject, type, it, false);
                        case Action.UpdateStatus(ResourceType type, Resource it) ->
                                update(subject, type, it, true);
                        case Action.Change(ResourceType type, Key key, Patch patch) ->
                                change(subject, type, key, patch);
                        case Action.Delete(ResourceType type, Key key, Deletion how) ->
                                delete(subject, type, key, how);
                        case Action.FinalizeNamespace it -> false;
                        case Action.Tell it -> {
                            told.add(it.reason() + ": " + it.message());
                            yield true;
                        }
                    };
            if (!done) {
                return false;
            }
        }
        return true;
    }

    boolean create(Key subject, ResourceType type, Resource wanted) {
        Optional<Resource> there = Optional.ofNullable(truth(type).get(wanted.key()));
        if (there.isPresent()) {
            boolean same = there.get().controller().equals(wanted.controller());
            if (same) {
                wrote(subject, type, Long.parseLong(there.get().resourceVersion()));
            }
            return same;
        }
        Resource made =
                wanted.withAt(Json.of("u-" + (version + 1)), "metadata", "uid")
                        .withAt(Json.of(1), "metadata", "generation")
                        .withAt(Json.of(Moments.text(now)), "metadata", "creationTimestamp");
        store(subject, type, made);
        return true;
    }

    boolean update(Key subject, ResourceType type, Resource wanted, boolean status) {
        Resource there = truth(type).get(wanted.key());
        if (there == null || !there.resourceVersion().equals(wanted.resourceVersion())) {
            return false;
        }
        Resource next =
                status
                        ? there.withStatus(wanted.status())
                        : new Resource(wanted.tree().without("status")).withStatus(there.status());
        store(subject, type, counted(there, next));
        return true;
    }

    void delete(ResourceType type, Key key) {
        delete(new Key("", "nobody"), type, key, Deletion.background());
    }

    private boolean change(Key subject, ResourceType type, Key key, Patch patch) {
        Resource there = truth(type).get(key);
        JsonObject body = patch.body().object().orElseThrow();
        String expected = body.text("metadata", "resourceVersion").orElse("");
        if (there == null || (!expected.isEmpty() && !expected.equals(there.resourceVersion()))) {
            return false;
        }
        Resource next = new Resource(merged(there.tree(), body));
        if (!next.equals(there)) {
            store(subject, type, counted(there, next));
        }
        return true;
    }

    private boolean delete(Key subject, ResourceType type, Key key, Deletion how) {
        Resource there = truth(type).get(key);
        if (there == null || (!how.uid().isEmpty() && !how.uid().equals(there.uid()))) {
            return true;
        }
        if (type.equals(Types.POD) && !there.status().text("phase").orElse("").isEmpty()) {
            if (!there.isDeleting()) {
                store(
                        subject,
                        type,
                        there.withAt(Json.of(Moments.text(now)), "metadata", "deletionTimestamp"));
            }
            return true;
        }
        remove(subject, type, key);
        return true;
    }

    void remove(Key subject, ResourceType type, Key key) {
        version++;
        truth(type).remove(key);
        behind.computeIfAbsent(type, it -> new ArrayList<>())
                .add(new Change(key, version, Optional.empty()));
        wrote(subject, type, version);
    }

    void store(Key subject, ResourceType type, Resource resource) {
        version++;
        Resource stored =
                resource.withAt(Json.of(Long.toString(version)), "metadata", "resourceVersion");
        truth(type).put(stored.key(), stored);
        behind.computeIfAbsent(type, it -> new ArrayList<>())
                .add(new Change(stored.key(), version, Optional.of(stored)));
        wrote(subject, type, version);
    }

    private void wrote(Key subject, ResourceType type, long version) {
        written.computeIfAbsent(subject, it -> new HashMap<>()).merge(type, version, Math::max);
    }

    private static Resource counted(Resource before, Resource after) {
        return before.spec().equals(after.spec())
                ? after
                : after.withAt(Json.of(before.generation() + 1), "metadata", "generation");
    }

    private static JsonObject merged(JsonObject target, JsonObject patch) {
        JsonObject result = target;
        for (String name : patch.names()) {
            Json value = patch.field(name).orElseThrow();
            result =
                    switch (value) {
                        case JsonNull nothing -> result.without(name);
                        case JsonObject it -> result.with(name, merged(result.object(name), it));
                        default -> result.with(name, value);
                    };
        }
        return result;
    }

    <T> T pick(List<T> items) {
        return chance.pick(items);
    }

    /** The status of a pod that is at this stage. */
    static JsonObject podStatus(String phase, boolean ready, Instant since) {
        return JsonObject.builder()
                .put("phase", phase)
                .put("podIP", "127.1.0.1")
                .put(
                        "conditions",
                        JsonArray.of(
                                JsonObject.builder()
                                        .put("type", "Ready")
                                        .put("status", ready ? "True" : "False")
                                        .put("lastTransitionTime", Moments.text(since))
                                        .build()))
                .build();
    }
}
