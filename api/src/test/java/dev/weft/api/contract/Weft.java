package dev.weft.api.contract;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An API of a test's own, and a scope for the controllers that run against it. Closing it ends both
 * and fails if anything broke.
 */
public final class Weft implements AutoCloseable {
    private final Path folder;
    private final EmbeddedApi api;
    private final ResourceClient client;
    private final CollectedFaults faults;
    private final Surroundings surroundings;

    private Weft(
            Path folder,
            EmbeddedApi api,
            ResourceClient client,
            CollectedFaults faults,
            Seed seed) {
        this.folder = folder;
        this.api = api;
        this.client = client;
        this.faults = faults;
        this.surroundings =
                new Surroundings(
                        client,
                        Clock.system(),
                        seed.chance(),
                        faults,
                        new TaskScope("test", faults, Duration.ofSeconds(10)));
    }

    public static Weft open(Adapter adapter) {
        return open(adapter, Seeds.fresh("Weft, " + adapter));
    }

    public static Weft open(Adapter adapter, Seed seed) {
        var faults = new CollectedFaults();
        Path folder = folder();
        Chance chance = seed.chance();
        EmbeddedApi api =
                EmbeddedApi.open(new Setup(folder, "node", Clock.system(), chance.fork(), faults));
        ResourceClient direct = api.client(Identity.admin());
        ResourceClient client =
                switch (adapter) {
                    case EMBEDDED -> direct;
                    case HOSTILE -> new HostileClient(direct, chance.fork(), Ills.usual());
                };
        return new Weft(folder, api, client, faults, seed);
    }

    /** The client by which the test's subject reaches the API. */
    public ResourceClient client() {
        return client;
    }

    /** A client that is always honest, by which the test itself acts and looks. */
    public ResourceClient direct() {
        return api.client(Identity.admin());
    }

    public EmbeddedApi api() {
        return api;
    }

    /** What controllers stand on; their threads end when this is closed. */
    public Surroundings surroundings() {
        return surroundings;
    }

    public CollectedFaults faults() {
        return faults;
    }

    public void createNamespace(String name) {
        direct().create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", name));
    }

    @Override
    public void close() {
        surroundings.scope().close();
        api.close();
        deleteFolder();
        faults.expectNone();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("weft-api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteFolder() {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
