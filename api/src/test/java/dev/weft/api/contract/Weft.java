package dev.weft.api.contract;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.api.remote.RemoteApi;
import dev.weft.api.request.ServedApi;
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
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * An API of a test's own, and a scope for the controllers that run against it. Closing it ends both
 * and fails if anything broke.
 */
public final class Weft implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path folder;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CollectedFaults faults = new CollectedFaults();
    private final ResourceClient direct;
    private final Surroundings surroundings;

    private record Clients(ResourceClient direct, ResourceClient tested) {}

    private Weft(Path folder, Adapter adapter, Chance chance) {
        this.folder = folder;
        Clients clients =
                switch (adapter) {
                    case EMBEDDED -> {
                        ResourceClient embedded = embedded(chance);
                        yield new Clients(embedded, embedded);
                    }
                    case REMOTE -> {
                        ServedApi served = opened(ServedApi.start(folder, faults));
                        yield new Clients(served.client(Identity.admin()), remote(served));
                    }
                    case HOSTILE -> {
                        ResourceClient embedded = embedded(chance);
                        yield new Clients(
                                embedded, new HostileClient(embedded, chance.fork(), Ills.usual()));
                    }
                };
        this.direct = clients.direct();
        this.surroundings =
                new Surroundings(
                        clients.tested(),
                        Clock.system(),
                        chance.fork(),
                        faults,
                        opened(new TaskScope("test", faults, Duration.ofSeconds(10))));
    }

    public static Weft open(Adapter adapter) {
        return open(adapter, Seeds.fresh("Weft, " + adapter));
    }

    public static Weft open(Adapter adapter, Seed seed) {
        return new Weft(folder(), adapter, seed.chance());
    }

    private ResourceClient embedded(Chance chance) {
        var setup = new Setup(folder, Clock.system(), chance.fork(), faults);
        return opened(EmbeddedApi.open(setup)).client(Identity.admin());
    }

    private ResourceClient remote(ServedApi served) {
        Path kubeconfig = folder.resolve("kubeconfig");
        try {
            served.writeKubeconfig(kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return opened(RemoteApi.of(kubeconfig, Clock.system(), LIMIT)).client();
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** The client by which the test's subject reaches the API. */
    public ResourceClient client() {
        return surroundings.client();
    }

    /** A client that is always honest, by which the test itself acts and looks. */
    public ResourceClient direct() {
        return direct;
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
        try {
            while (!parts.isEmpty()) {
                parts.pop().close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot close", e);
        }
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
