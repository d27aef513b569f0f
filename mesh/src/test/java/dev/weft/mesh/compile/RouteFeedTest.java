package dev.weft.mesh.compile;

import static dev.weft.mesh.compile.Objects.key;
import static dev.weft.mesh.compile.Objects.slice;
import static dev.weft.mesh.compile.Objects.split;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.access.Identity;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.Translation;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From what is written to the API to what the data plane is given. */
final class RouteFeedTest {
    @TempDir Path folder;
    private final CollectedFaults faults = new CollectedFaults();
    private volatile Snapshot given = Snapshot.empty();
    private EmbeddedApi api;
    private ResourceClient client;
    private TaskScope scope;
    private RouteFeed feed;

    /** Every ConfigMap named root splits the Service of that name, or is complained about. */
    private static final class ByConfigMap implements Translation {
        @Override
        public ResourceType type() {
            return Types.CONFIG_MAP;
        }

        @Override
        public Translated translate(Resource resource) {
            if (!resource.name().equals("root")) {
                return new Translated(List.of(), List.of(new Remark("Strange", "no root")));
            }
            return new Translated(List.of(split("root", "root", "blue", 1)), List.of());
        }
    }

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.open(Setup.in(folder, faults));
        client = api.client(Identity.admin());
        client.create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", "shop"));
        scope = new TaskScope("mesh", faults, Duration.ofSeconds(10));
        var surroundings = new Surroundings(client, Clock.system(), new Chance(3), faults, scope);
        feed =
                new RouteFeed(surroundings, List.of(new ByConfigMap()), List.of(), it -> given = it)
                        .start();
        assertThat(feed.awaitFirst(Duration.ofSeconds(30))).isTrue();
    }

    @AfterEach
    void stop() {
        scope.close();
        api.close();
        faults.expectNone();
    }

    @Test
    void whatIsWrittenIsRoutedAndWhatIsDeletedIsNot() {
        client.create(Types.SERVICE, Objects.web("root"));
        client.create(Types.ENDPOINT_SLICE, slice("root-1", "root", 8080, "127.1.0.1"));
        Eventually.eventually("the endpoint", () -> text().contains("127.1.0.1:8080"));

        client.create(Types.SERVICE, Objects.web("blue"));
        client.create(Types.ENDPOINT_SLICE, slice("blue-1", "blue", 8080, "127.1.0.2"));
        client.create(Types.CONFIG_MAP, Resource.of(Types.CONFIG_MAP, "shop", "root"));
        Eventually.eventually("the split", () -> root().contains("127.1.0.2:8080"));

        client.delete(Types.CONFIG_MAP, key("root"), Deletion.background());
        Eventually.eventually("the root again", () -> root().contains("127.1.0.1:8080"));
        client.delete(Types.SERVICE, key("root"), Deletion.background());
        Eventually.eventually("no root", () -> !text().contains("root.shop"));
    }

    @Test
    void whatCannotBeCarriedOutIsToldInAnEvent() {
        client.create(Types.CONFIG_MAP, Resource.of(Types.CONFIG_MAP, "shop", "strange"));

        Resource event =
                Eventually.value(
                        "an event",
                        () ->
                                client.list(Types.EVENT, Query.in("shop")).items().stream()
                                        .findFirst());

        assertThat(event.tree().text("reason")).contains("Strange");
        assertThat(event.tree().text("involvedObject", "name")).contains("strange");
        assertThat(feed.remarks("ConfigMap", key("strange"))).hasSize(1);
    }

    @Test
    void changeThatMeansNothingMakesNoNewSnapshot() {
        client.create(Types.SERVICE, Objects.web("root"));
        Eventually.eventually("the host", () -> text().contains("root.shop"));
        Snapshot before = given;
        Resource service = client.get(Types.SERVICE, key("root")).orElseThrow();

        client.update(Types.SERVICE, service.withAnnotation("note", "none"));
        client.updateStatus(
                Types.SERVICE,
                service.withoutAt("metadata", "resourceVersion")
                        .withStatus(
                                JsonObject.of("loadBalancer", JsonObject.of("x", Json.of("y")))));
        client.create(Types.SERVICE, Objects.web("other"));

        Eventually.eventually("the other host", () -> text().contains("other.shop"));
        assertThat(before.hosts()).isSubsetOf(given.hosts());
    }

    private String text() {
        return given.toString();
    }

    private String root() {
        return given.hosts().stream()
                .filter(it -> it.names().contains("root.shop"))
                .findFirst()
                .map(it -> it.toString())
                .orElse("");
    }
}
