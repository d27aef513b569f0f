package dev.weft.api.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.testkit.CollectedFaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a kind that a user brings. */
final class DefinitionsTest {
    private static final ResourceType GADGET =
            new ResourceType("example.com", "v1", "Gadget", "gadgets", true);
    private static final Key DEFINITION = new Key("", "gadgets.example.com");

    @TempDir private Path directory;
    private final CollectedFaults faults = new CollectedFaults();
    private EmbeddedApi api;
    private ResourceClient client;

    @BeforeEach
    void open() {
        api = EmbeddedApi.open(Setup.in(directory, faults));
        client = api.client(Identity.admin());
    }

    @AfterEach
    void close() {
        api.close();
        faults.expectNone();
    }

    @Test
    void aKindIsServedAsSoonAsItsDefinitionIsThereAndAfterARestart() {
        Resource made = client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gadgets"));
        assertThat(condition(made, "Established")).isEqualTo("True");
        assertThat(condition(made, "NamesAccepted")).isEqualTo("True");
        assertThat(made.tree().array("status", "storedVersions").texts()).containsExactly("v1");
        Resource gadget = client.create(GADGET, gadget("a"));
        assertThat(gadget.tree().text("spec", "color")).contains("red");
        api.close();
        open();
        assertThat(client.get(GADGET, gadget.key())).contains(gadget);
    }

    @Test
    void whatNobodyCarriesOutYetBeginsWithTheStatusOfItsKind() {
        var spec =
                """
                {"gatewayClassName": "nobodys",
                 "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}
                """;
        Resource made =
                client.create(
                        Types.GATEWAY,
                        Resource.of(Types.GATEWAY, "default", "waiting")
                                .withSpec(JsonText.read(spec).object().orElseThrow()));

        assertThat(made.condition("Accepted").orElseThrow().status()).isEqualTo("Unknown");
        assertThat(made.condition("Programmed").orElseThrow().reason()).isEqualTo("Pending");
        assertThat(client.get(Types.GATEWAY, made.key())).contains(made);
    }

    @Test
    void aKindWithoutDefinitionIsNotServed() {
        assertThatThrownBy(() -> client.list(GADGET, Query.all()))
                .isInstanceOf(ApiException.class)
                .hasMessage("the server could not find the requested resource");
    }

    @Test
    void aDefinitionThatGoesTakesItsObjectsAlong() throws InterruptedException {
        client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gadgets"));
        client.create(GADGET, gadget("a"));
        try (Watch watch = client.watch(GADGET, Query.all(), "")) {
            client.delete(Types.CUSTOM_RESOURCE_DEFINITION, DEFINITION, Deletion.background());
            assertThat(next(watch)).isInstanceOf(WatchEvent.Added.class);
            assertThat(next(watch)).isInstanceOf(WatchEvent.InitialEnd.class);
            assertThat(next(watch)).isInstanceOf(WatchEvent.Deleted.class);
        }
        assertThat(client.get(Types.CUSTOM_RESOURCE_DEFINITION, DEFINITION)).isEmpty();
        assertThatThrownBy(() -> client.list(GADGET, Query.all())).isInstanceOf(ApiException.class);
        client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gadgets"));
        assertThat(client.list(GADGET, Query.all()).items()).isEmpty();
    }

    @Test
    void aDefinitionWaitsForTheFinalizersOfItsObjectsAlsoAcrossARestart() {
        client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gadgets"));
        client.create(GADGET, gadget("a").withFinalizers(List.of("example.com/held")));
        client.delete(Types.CUSTOM_RESOURCE_DEFINITION, DEFINITION, Deletion.background());
        assertThat(client.get(Types.CUSTOM_RESOURCE_DEFINITION, DEFINITION).orElseThrow())
                .matches(Resource::isDeleting);
        assertThatThrownBy(() -> client.create(GADGET, gadget("b")))
                .hasMessage("create not allowed while custom resource definition is terminating");
        api.close();
        open();
        client.patch(
                GADGET,
                new Key("default", "a"),
                Patch.merge(JsonObject.of("metadata", JsonText.read("{\"finalizers\":null}"))));
        assertThat(client.get(Types.CUSTOM_RESOURCE_DEFINITION, DEFINITION)).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsNotAccepted() {
        client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gadgets"));
        Resource second = client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gizmos"));
        assertThat(condition(second, "NamesAccepted")).isEqualTo("False");
        assertThat(condition(second, "Established")).isEqualTo("False");
    }

    @Test
    void statusAndSpecAreWrittenApart() {
        client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition("gadgets"));
        Resource made =
                client.create(GADGET, gadget("a").with("status", JsonText.read("{\"n\":1}")));
        assertThat(made.tree().has("status")).isFalse();
        Resource seen =
                client.updateStatus(
                        GADGET,
                        made.with("status", JsonText.read("{\"n\":2}"))
                                .withAt(Json.of("blue"), "spec", "color"));
        assertThat(seen.tree().whole("status", "n")).contains(2L);
        assertThat(seen.tree().text("spec", "color")).contains("red");
        assertThat(seen.generation()).isEqualTo(1);
        assertThat(
                        client.update(GADGET, seen.withAt(Json.of("blue"), "spec", "color"))
                                .generation())
                .isEqualTo(2);
    }

    private static WatchEvent next(Watch watch) throws InterruptedException {
        return watch.next(Duration.ofSeconds(10)).orElseThrow();
    }

    private static String condition(Resource resource, String type) {
        return resource.status().array("conditions").objects().stream()
                .filter(it -> it.text("type").filter(type::equals).isPresent())
                .findFirst()
                .flatMap(it -> it.text("status"))
                .orElse("");
    }

    private static Resource gadget(String name) {
        return Resource.of(GADGET, "default", name).with("spec", JsonText.read("{\"size\":1}"));
    }

    private static Resource definition(String plural) {
        return new Resource(
                JsonText.read(
                                """
                                {"apiVersion":"apiextensions.k8s.io/v1",
                                 "kind":"CustomResourceDefinition",
                                 "metadata":{"name":"%s.example.com"},
                                 "spec":{"group":"example.com","scope":"Namespaced",
                                  "names":{"kind":"Gadget","plural":"%s"},
                                  "versions":[{"name":"v1","served":true,"storage":true,
                                   "subresources":{"status":{}},
                                   "schema":{"openAPIV3Schema":{"type":"object","properties":{
                                    "spec":{"type":"object","properties":{
                                     "size":{"type":"integer"},
                                     "color":{"type":"string","default":"red"}}},
                                    "status":{"type":"object","properties":{
                                     "n":{"type":"integer"}}}}}}}]}}
                                """
                                        .formatted(plural, plural))
                        .object()
                        .orElseThrow());
    }
}
