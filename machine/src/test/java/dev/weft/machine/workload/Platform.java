package dev.weft.machine.workload;

import dev.weft.api.access.Identity;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** The embedded API with all controllers and an agent that only pretends. Closed by its test. */
final class Platform implements AutoCloseable {
    final CollectedFaults faults = new CollectedFaults();
    final EmbeddedApi api;

    /** As the user, past whatever stands between the controllers and the API. */
    final ResourceClient client;

    final FakeAgent agent;
    private final TaskScope scope;

    /**
     * @param between what stands between the controllers and the API
     */
    Platform(Path folder, Seed seed, UnaryOperator<ResourceClient> between) {
        api = EmbeddedApi.open(Setup.in(folder, faults));
        client = api.client(Identity.admin());
        scope = new TaskScope("platform", faults, Duration.ofSeconds(10));
        ResourceClient own = between.apply(api.client(Identity.internal("workload")));
        var surroundings = new Surroundings(own, Clock.system(), seed.chance(), faults, scope);
        new Workloads(surroundings, ThisNode.seen(folder, "0.1.0")).start();
        agent =
                new FakeAgent(
                        new Surroundings(
                                client, Clock.system(), new Chance(seed.value()), faults, scope));
        agent.start();
    }

    Resource apply(ResourceType type, String manifest) {
        return client.create(type, Manifests.resource(manifest));
    }

    Resource get(ResourceType type, String name) {
        return client.get(type, new Key("default", name)).orElseThrow();
    }

    /** Changes the spec as a user would, again where somebody else was first. */
    void edit(ResourceType type, String name, UnaryOperator<Resource> change) {
        client.update(type, change.apply(get(type, name)).withoutAt("metadata", "resourceVersion"));
    }

    List<Resource> all(ResourceType type) {
        return client.list(type, Query.in("default")).items();
    }

    List<Pod> activePods() {
        return all(Types.POD).stream().map(Pod::new).filter(Pod::isActive).toList();
    }

    @Override
    public void close() {
        scope.close();
        api.close();
        faults.expectNone();
    }
}
