package dev.weft.api.control;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.contract.Adapter;
import dev.weft.api.contract.OnEveryAdapter;
import dev.weft.api.contract.Weft;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A controller that makes as many ConfigMaps as a replica set asks for, with names that nobody can
 * foretell, so that each mistake about what was already made shows as one too many.
 */
@ExtendWith(NothingLeft.class)
final class ControllerTest {
    private final Weft weft;

    ControllerTest(Adapter adapter) {
        this.weft = Weft.open(adapter);
    }

    @BeforeEach
    void start() {
        weft.createNamespace("probe");
        Surroundings surroundings = weft.surroundings();
        var sets = new Informer(surroundings, Types.REPLICA_SET, Query.all());
        var maps = new Informer(surroundings, Types.CONFIG_MAP, Query.all());
        new Controller(surroundings, "set-controller", key -> plan(key, sets, maps), 4)
                .reconciling(sets)
                .owning(maps, Types.REPLICA_SET)
                .start();
    }

    @AfterEach
    void close() {
        weft.close();
    }

    @OnEveryAdapter
    void makesAsManyAsAreWantedAndNeverMore() throws InterruptedException {
        int parents = 10;
        int each = 5;
        String begin = weft.direct().list(Types.CONFIG_MAP, Query.all()).resourceVersion();
        for (int i = 0; i < parents; i++) {
            weft.direct().create(Types.REPLICA_SET, set("w" + i, each));
        }
        eventually(
                () -> {
                    for (int i = 0; i < parents; i++) {
                        assertThat(statusOf("w" + i)).isEqualTo(each);
                    }
                });

        assertThat(mostAtATime(begin))
                .allSatisfy((owner, most) -> assertThat(most).isEqualTo(each));
        assertThat(mapsOf("w0")).hasSize(each);
    }

    @OnEveryAdapter
    void followsWhatIsWanted() {
        weft.direct().create(Types.REPLICA_SET, set("w", 4));
        eventually(() -> assertThat(mapsOf("w")).hasSize(4));

        weft.direct()
                .patch(
                        Types.REPLICA_SET,
                        key("w"),
                        dev.weft.api.client.Patch.merge(
                                JsonObject.empty().withAt(Json.of(1), "spec", "replicas")));
        eventually(() -> assertThat(mapsOf("w")).hasSize(1));
        eventually(() -> assertThat(statusOf("w")).isEqualTo(1));
    }

    @OnEveryAdapter
    void replacesWhatSomebodyDeletes() {
        weft.direct().create(Types.REPLICA_SET, set("w", 3));
        eventually(() -> assertThat(mapsOf("w")).hasSize(3));
        Resource victim = mapsOf("w").getFirst();

        weft.direct().delete(Types.CONFIG_MAP, victim.key(), Deletion.now());

        eventually(
                () ->
                        assertThat(mapsOf("w"))
                                .hasSize(3)
                                .extracting(Resource::uid)
                                .doesNotContain(victim.uid()));
    }

    @OnEveryAdapter
    void tellsTheUser() {
        weft.direct().create(Types.REPLICA_SET, set("w", 1));

        eventually(
                () ->
                        assertThat(
                                        weft
                                                .direct()
                                                .list(Types.EVENT, Query.in("probe"))
                                                .items()
                                                .stream()
                                                .filter(it -> involves(it, "w"))
                                                .map(it -> it.tree().text("reason").orElse("")))
                                .contains("Made"));
    }

    private static Plan plan(Key key, Informer sets, Informer maps) {
        Optional<Resource> found = sets.find(key);
        if (found.isEmpty() || found.get().isDeleting()) {
            return Plan.nothing();
        }
        Resource set = found.get();
        long wanted = set.spec().whole("replicas").orElse(0L);
        List<Resource> there = maps.controlledBy(set);
        List<Action> actions = new ArrayList<>();
        for (long i = there.size(); i < wanted; i++) {
            actions.add(new Action.Create(Types.CONFIG_MAP, child(set)));
        }
        for (Resource one : there.subList((int) Math.min(wanted, there.size()), there.size())) {
            actions.add(
                    new Action.Delete(
                            Types.CONFIG_MAP, one.key(), Deletion.background().onlyUid(one.uid())));
        }
        long told = set.status().whole("replicas").orElse(0L);
        if (actions.isEmpty() && told != there.size()) {
            // First: a status whose answer is lost ends the plan, and there is no next one.
            actions.add(
                    new Action.Tell(
                            set, Action.Severity.NORMAL, "Made", "there are " + there.size()));
            actions.add(
                    new Action.UpdateStatus(
                            Types.REPLICA_SET,
                            set.withAt(Json.of(there.size()), "status", "replicas")));
        }
        return Plan.of(actions);
    }

    private static Resource child(Resource set) {
        return Resource.of(Types.CONFIG_MAP, set.namespace(), "")
                .withoutAt("metadata", "name")
                .withAt(Json.of(set.name() + "-"), "metadata", "generateName")
                .withOwner(OwnerReference.controlledBy(set));
    }

    private static Resource set(String name, int replicas) {
        JsonObject labels = JsonObject.of("app", Json.of(name));
        JsonObject container = JsonObject.builder().put("name", "c").put("image", "none").build();
        return Resource.of(Types.REPLICA_SET, "probe", name)
                .withAt(Json.of(replicas), "spec", "replicas")
                .withAt(labels, "spec", "selector", "matchLabels")
                .withAt(labels, "spec", "template", "metadata", "labels")
                .withAt(JsonArray.of(container), "spec", "template", "spec", "containers");
    }

    private static boolean involves(Resource event, String name) {
        return event.tree().text("involvedObject", "name").orElse("").equals(name);
    }

    private static Key key(String name) {
        return new Key("probe", name);
    }

    private long statusOf(String name) {
        return weft.direct()
                .get(Types.REPLICA_SET, key(name))
                .flatMap(it -> it.status().whole("replicas"))
                .orElse(0L);
    }

    private List<Resource> mapsOf(String set) {
        return weft.direct().list(Types.CONFIG_MAP, Query.in("probe")).items().stream()
                .filter(it -> owner(it).equals(set))
                .toList();
    }

    private static String owner(Resource resource) {
        return resource.controller().map(OwnerReference::name).orElse("");
    }

    /** How many there were at most at one moment, by owner, from the API's own record. */
    private Map<String, Integer> mostAtATime(String begin) throws InterruptedException {
        Map<String, Set<Key>> there = new HashMap<>();
        Map<String, Integer> most = new HashMap<>();
        try (Watch watch = weft.direct().watch(Types.CONFIG_MAP, Query.in("probe"), begin)) {
            Optional<WatchEvent> event = watch.next(Duration.ofMillis(200));
            while (event.isPresent()) {
                switch (event.get()) {
                    case WatchEvent.Added(Resource it) -> {
                        Set<Key> now = there.computeIfAbsent(owner(it), owner -> new HashSet<>());
                        now.add(it.key());
                        most.merge(owner(it), now.size(), Math::max);
                    }
                    case WatchEvent.Deleted(Resource it) ->
                            there.computeIfAbsent(owner(it), owner -> new HashSet<>())
                                    .remove(it.key());
                    case WatchEvent.Modified it -> {}
                    case WatchEvent.Bookmark it -> {}
                    case WatchEvent.InitialEnd it -> {}
                }
                event = watch.next(Duration.ofMillis(200));
            }
        }
        return most;
    }
}
