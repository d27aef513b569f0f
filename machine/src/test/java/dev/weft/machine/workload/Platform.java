package dev.weft.machine.workload;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.contract.Adapter;
import dev.weft.api.contract.Weft;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** An API with all controllers and an agent that only pretends. Closed by its test. */
final class Platform implements AutoCloseable {
    private final Weft weft;

    /** As the user, past whatever stands between the controllers and the API. */
    final ResourceClient client;

    final FakeAgent agent;

    Platform(Adapter adapter) {
        weft = Weft.open(adapter);
        client = weft.direct();
        Surroundings own = weft.surroundings();
        var workloads = new Workloads(own, ThisNode.seen(Path.of("/"), "0.1.0"));
        workloads.start();
        workloads.collectGarbage();
        agent =
                new FakeAgent(
                        new Surroundings(
                                client,
                                own.clock(),
                                own.chance().fork(),
                                own.faults(),
                                own.scope()));
        agent.start();
    }

    Resource apply(ResourceType type, String manifest) {
        return client.create(type, Manifests.resource(manifest));
    }

    Resource get(ResourceType type, String name) {
        return client.get(type, new Key("default", name)).orElseThrow();
    }

    /** Changes an object as a user would, again where somebody else was first. */
    void edit(ResourceType type, String name, UnaryOperator<Resource> change) {
        while (true) {
            try {
                client.update(type, change.apply(get(type, name)));
                return;
            } catch (ApiException e) {
                if (!e.is(Reason.CONFLICT)) {
                    throw e;
                }
            }
        }
    }

    List<Resource> all(ResourceType type) {
        return client.list(type, Query.in("default")).items();
    }

    List<Pod> activePods() {
        return all(Types.POD).stream().map(Pod::new).filter(Pod::isActive).toList();
    }

    @Override
    public void close() {
        weft.close();
    }
}
