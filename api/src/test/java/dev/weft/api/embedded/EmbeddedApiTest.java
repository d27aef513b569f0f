package dev.weft.api.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.fault.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir private Path directory;
    private EmbeddedApi api;
    private ResourceClient client;

    @BeforeEach
    void open() {
        api = EmbeddedApi.open(Setup.in(directory, new StrictFaults()));
        client = api.client(Identity.admin());
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void theNamespacesOfTheStartAreThere() {
        assertThat(client.list(Types.NAMESPACE, Query.all()).items())
                .extracting(Resource::name)
                .contains("default", "openfaas-fn", "openfaas", "weft-system", "kube-system");
        assertThat(client.get(Types.NAMESPACE, new Key("", "default")).orElseThrow().status())
                .isEqualTo(JsonText.read("{\"phase\":\"Active\"}"));
    }

    @Test
    void anObjectIsGivenItsMetadataAndKeptAcrossARestart() {
        Resource made = client.create(Types.CONFIG_MAP, map("a", "1"));
        assertThat(made.uid()).isNotEmpty();
        assertThat(made.createdAt()).isPresent();
        assertThat(Long.parseLong(made.resourceVersion())).isPositive();
        api.close();
        open();
        assertThat(client.get(Types.CONFIG_MAP, made.key())).contains(made);
    }

    @Test
    void aNameIsTakenOnce() {
        client.create(Types.CONFIG_MAP, map("a", "1"));
        assertThatThrownBy(() -> client.create(Types.CONFIG_MAP, map("a", "2")))
                .hasMessage("configmaps \"a\" already exists");
    }

    @Test
    void namesAreMadeUpOnDemand() {
        Resource unnamed =
                map("x", "1")
                        .withoutAt("metadata", "name")
                        .withAt(Json.of("job-"), "metadata", "generateName");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            names.add(client.create(Types.CONFIG_MAP, unnamed).name());
        }
        assertThat(names).hasSize(20).allMatch(name -> name.matches("job-[a-z0-9]{5}"));
    }

    @Test
    void aNamespaceMustBeThere() {
        assertThatThrownBy(
                        () ->
                                client.create(
                                        Types.CONFIG_MAP,
                                        Resource.of(Types.CONFIG_MAP, "nowhere", "a")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessage("namespaces \"nowhere\" not found");
    }

    @Test
    void anUpdateOfAnOldVersionConflicts() {
        Resource first = client.create(Types.CONFIG_MAP, map("a", "1"));
        client.update(Types.CONFIG_MAP, first.withAt(Json.of("2"), "data", "value"));
        assertThatThrownBy(
                        () ->
                                client.update(
                                        Types.CONFIG_MAP,
                                        first.withAt(Json.of("3"), "data", "value")))
                .hasMessage(
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been"
                            + " modified; please apply your changes to the latest version and try"
                            + " again");
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheVersion() {
        Resource first = client.create(Types.CONFIG_MAP, map("a", "1"));
        assertThat(client.update(Types.CONFIG_MAP, first)).isEqualTo(first);
    }

    @Test
    void onlyAChangedSpecRaisesTheGeneration() {
        Resource made = client.create(Types.DEPLOYMENT, deployment("web"));
        assertThat(made.generation()).isEqualTo(1);
        Resource labelled =
                client.update(Types.DEPLOYMENT, made.withLabels(Map.of("tier", "front")));
        assertThat(labelled.generation()).isEqualTo(1);
        Resource scaled =
                client.patch(
                        Types.DEPLOYMENT,
                        made.key(),
                        merge("{\"spec\":{\"replicas\":3},\"status\":{\"replicas\":9}}"));
        assertThat(scaled.generation()).isEqualTo(2);
        assertThat(scaled.status()).isEqualTo(JsonObject.empty());
        Resource seen =
                client.patchStatus(
                        Types.DEPLOYMENT,
                        made.key(),
                        merge("{\"spec\":{\"replicas\":7},\"status\":{\"replicas\":3}}"));
        assertThat(seen.generation()).isEqualTo(2);
        assertThat(seen.tree().whole("spec", "replicas")).contains(3L);
        assertThat(seen.tree().whole("status", "replicas")).contains(3L);
    }

    @Test
    void finalizersHoldAnObjectUntilTheLastIsTakenAway() {
        Resource held =
                client.create(
                        Types.CONFIG_MAP, map("a", "1").withFinalizers(List.of("weft.dev/held")));
        client.delete(Types.CONFIG_MAP, held.key(), Deletion.background());
        Resource going = client.get(Types.CONFIG_MAP, held.key()).orElseThrow();
        assertThat(going.isDeleting()).isTrue();
        assertThatThrownBy(
                        () ->
                                client.update(
                                        Types.CONFIG_MAP,
                                        going.withFinalizers(
                                                List.of("weft.dev/held", "weft.dev/more"))))
                .hasMessageContaining("no new finalizers can be added");
        client.update(Types.CONFIG_MAP, going.withFinalizers(List.of()));
        assertThat(client.get(Types.CONFIG_MAP, held.key())).isEmpty();
    }

    @Test
    void foregroundAndOrphanLeaveTheirFinalizers() {
        client.create(Types.CONFIG_MAP, map("a", "1"));
        client.create(Types.CONFIG_MAP, map("b", "1"));
        client.delete(
                Types.CONFIG_MAP, new Key("default", "a"), with(Deletion.Propagation.FOREGROUND));
        client.delete(Types.CONFIG_MAP, new Key("default", "b"), with(Deletion.Propagation.ORPHAN));
        assertThat(client.get(Types.CONFIG_MAP, new Key("default", "a")).orElseThrow().finalizers())
                .containsExactly("foregroundDeletion");
        assertThat(client.get(Types.CONFIG_MAP, new Key("default", "b")).orElseThrow().finalizers())
                .containsExactly("orphan");
    }

    @Test
    void aRunningPodIsGivenTimeAndGoesWhenItsAgentSaysSo() {
        Resource pod =
                client.create(Types.POD, pod("p").withAt(Json.of("here"), "spec", "nodeName"));
        client.delete(Types.POD, pod.key(), Deletion.background());
        Resource going = client.get(Types.POD, pod.key()).orElseThrow();
        assertThat(going.isDeleting()).isTrue();
        assertThat(going.tree().whole("metadata", "deletionGracePeriodSeconds")).contains(30L);
        client.delete(Types.POD, pod.key(), Deletion.now());
        assertThat(client.get(Types.POD, pod.key())).isEmpty();
    }

    @Test
    void aPodThatHasEndedGoesAtOnce() {
        Resource pod = client.create(Types.POD, pod("p"));
        client.patchStatus(Types.POD, pod.key(), merge("{\"status\":{\"phase\":\"Succeeded\"}}"));
        client.delete(Types.POD, pod.key(), Deletion.background());
        assertThat(client.get(Types.POD, pod.key())).isEmpty();
    }

    @Test
    void aDeletionMeansTheObjectThatItsCallerSaw() {
        Resource made = client.create(Types.CONFIG_MAP, map("a", "1"));
        assertThatThrownBy(
                        () ->
                                client.delete(
                                        Types.CONFIG_MAP,
                                        made.key(),
                                        Deletion.background().onlyUid("another")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("the UID in the precondition (another)");
    }

    @Test
    void aNamespaceIsEmptiedBeforeItGoes() {
        client.create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", "team"));
        client.delete(Types.NAMESPACE, new Key("", "team"), Deletion.background());
        Resource going = client.get(Types.NAMESPACE, new Key("", "team")).orElseThrow();
        assertThat(going.tree().text("status", "phase")).contains("Terminating");
        assertThatThrownBy(
                        () ->
                                client.create(
                                        Types.CONFIG_MAP,
                                        Resource.of(Types.CONFIG_MAP, "team", "a")))
                .hasMessage(
                        "configmaps \"a\" is forbidden: unable to create new content in namespace"
                                + " team because it is being terminated");
        client.finalizeNamespace(going.withoutAt("spec", "finalizers"));
        assertThat(client.get(Types.NAMESPACE, new Key("", "team"))).isEmpty();
    }

    @Test
    void theDefaultNamespaceStays() {
        assertThatThrownBy(
                        () ->
                                client.delete(
                                        Types.NAMESPACE,
                                        new Key("", "default"),
                                        Deletion.background()))
                .hasMessage(
                        "namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    @Test
    void everyServiceHasAnAddressOfItsOwnAlsoAfterARestart() {
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            addresses.add(address(client.create(Types.SERVICE, service("s" + i))));
        }
        api.close();
        open();
        for (int i = 50; i < 100; i++) {
            addresses.add(address(client.create(Types.SERVICE, service("s" + i))));
        }
        assertThat(addresses)
                .hasSize(100)
                .allMatch(it -> it.matches("127\\.(9[6-9]|10\\d|11[01])\\..*"));
    }

    @Test
    void aGivenAddressIsTakenOnceAndGivenBack() {
        Resource chosen = service("a").withAt(Json.of("127.96.3.4"), "spec", "clusterIP");
        assertThat(address(client.create(Types.SERVICE, chosen))).isEqualTo("127.96.3.4");
        Resource second = service("b").withAt(Json.of("127.96.3.4"), "spec", "clusterIP");
        assertThatThrownBy(() -> client.create(Types.SERVICE, second))
                .hasMessageContaining("provided IP is already allocated");
        client.delete(Types.SERVICE, chosen.key(), Deletion.background());
        assertThat(address(client.create(Types.SERVICE, second))).isEqualTo("127.96.3.4");
        assertThatThrownBy(
                        () ->
                                client.create(
                                        Types.SERVICE,
                                        service("c")
                                                .withAt(Json.of("10.0.0.1"), "spec", "clusterIP")))
                .hasMessageContaining("is not in the valid range");
    }

    @Test
    void aHeadlessServiceHasNoAddressAndAnAddressDoesNotChange() {
        Resource headless = service("h").withAt(Json.of("None"), "spec", "clusterIP");
        assertThat(address(client.create(Types.SERVICE, headless))).isEqualTo("None");
        Resource made = client.create(Types.SERVICE, service("a"));
        Resource without = made.withoutAt("spec", "clusterIP").withoutAt("spec", "clusterIPs");
        assertThat(address(client.update(Types.SERVICE, without))).isEqualTo(address(made));
        assertThatThrownBy(
                        () ->
                                client.update(
                                        Types.SERVICE,
                                        made.withAt(Json.of("127.97.0.1"), "spec", "clusterIP")
                                                .withoutAt("spec", "clusterIPs")))
                .hasMessageContaining("may not change once set");
    }

    @Test
    void textsOfASecretAreKeptAsBytes() {
        Resource secret =
                Resource.of(Types.SECRET, "default", "s")
                        .with("stringData", JsonText.read("{\"a\":\"b\"}"));
        Resource made = client.create(Types.SECRET, secret);
        assertThat(made.tree().text("data", "a")).contains("Yg==");
        assertThat(made.tree().has("stringData")).isFalse();
    }

    @Test
    void listsSelectByLabelsAndFields() {
        client.create(Types.CONFIG_MAP, map("a", "1").withLabels(Map.of("app", "x", "tier", "1")));
        client.create(Types.CONFIG_MAP, map("b", "1").withLabels(Map.of("app", "y")));
        client.create(Types.CONFIG_MAP, map("c", "1"));
        assertThat(names("app")).containsExactly("a", "b");
        assertThat(names("!app")).containsExactly("c");
        assertThat(names("app=x")).containsExactly("a");
        assertThat(names("app!=x")).containsExactly("b", "c");
        assertThat(names("app in (x, y),tier notin (2)")).containsExactly("a", "b");
        assertThat(names("tier>0")).containsExactly("a");
        assertThat(
                        client.list(
                                        Types.CONFIG_MAP,
                                        Query.in("default").withFields("metadata.name=b"))
                                .items())
                .extracting(Resource::name)
                .containsExactly("b");
        assertThatThrownBy(() -> names("a=b c")).isInstanceOf(ApiException.class);
        assertThatThrownBy(
                        () ->
                                client.list(
                                        Types.CONFIG_MAP,
                                        Query.in("default").withFields("spec.x=1")))
                .hasMessage("field label not supported: spec.x");
    }

    @Test
    void pagesShowOneMoment() {
        for (int i = 0; i < 5; i++) {
            client.create(Types.CONFIG_MAP, map("m" + i, "1"));
        }
        Query query = Query.in("default").withLabels("");
        ResourceList first = client.list(Types.CONFIG_MAP, query.page(2, ""));
        client.create(Types.CONFIG_MAP, map("m9", "1"));
        client.delete(Types.CONFIG_MAP, new Key("default", "m3"), Deletion.background());
        ResourceList second = client.list(Types.CONFIG_MAP, query.page(2, first.continueFrom()));
        ResourceList third = client.list(Types.CONFIG_MAP, query.page(2, second.continueFrom()));
        assertThat(first.items()).extracting(Resource::name).containsExactly("m0", "m1");
        assertThat(second.items()).extracting(Resource::name).containsExactly("m2", "m3");
        assertThat(third.items()).extracting(Resource::name).containsExactly("m4");
        assertThat(third.continueFrom()).isEmpty();
        assertThat(third.resourceVersion()).isEqualTo(first.resourceVersion());
    }

    @Test
    void aWatchTellsWhatComesIntoTheSelectionAndWhatLeavesIt() throws InterruptedException {
        Query query = Query.in("default").withLabels("app=x");
        try (Watch watch = client.watch(Types.CONFIG_MAP, query, "")) {
            assertThat(next(watch)).isInstanceOf(WatchEvent.InitialEnd.class);
            Resource made = client.create(Types.CONFIG_MAP, map("a", "1"));
            Resource in = client.update(Types.CONFIG_MAP, made.withLabels(Map.of("app", "x")));
            assertThat(next(watch)).isEqualTo(new WatchEvent.Added(in));
            Resource changed =
                    client.update(Types.CONFIG_MAP, in.withAt(Json.of("2"), "data", "value"));
            assertThat(next(watch)).isEqualTo(new WatchEvent.Modified(changed));
            Resource out = client.update(Types.CONFIG_MAP, changed.withLabels(Map.of("app", "y")));
            WatchEvent left = next(watch);
            assertThat(left).isInstanceOf(WatchEvent.Deleted.class);
            assertThat(left.resourceVersion()).isEqualTo(out.resourceVersion());
        }
    }

    @Test
    void aClosedWatchEndsTheWaitingOfItsReader() throws InterruptedException {
        Watch watch = client.watch(Types.CONFIG_MAP, Query.all(), "");
        next(watch);
        Thread closer = Thread.ofVirtual().start(watch::close);
        assertThatThrownBy(() -> watch.next(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
        closer.join();
    }

    @Test
    void aPartOfWeftMayDoItsWorkAndNoMore() {
        ResourceClient mesh = api.client(Identity.internal("mesh"));
        assertThat(mesh.list(Types.SERVICE, Query.all()).items()).isEmpty();
        assertThatThrownBy(() -> mesh.list(Types.DEPLOYMENT, Query.all()))
                .hasMessage(
                        "deployments.apps is forbidden: User \"system:weft:mesh\" cannot list"
                                + " resource \"deployments\" in API group \"apps\" at the cluster"
                                + " scope");
    }

    private List<String> names(String labels) {
        return client
                .list(Types.CONFIG_MAP, Query.in("default").withLabels(labels))
                .items()
                .stream()
                .map(Resource::name)
                .toList();
    }

    private static WatchEvent next(Watch watch) throws InterruptedException {
        return watch.next(PATIENCE).orElseThrow();
    }

    private static String address(Resource service) {
        return service.tree().text("spec", "clusterIP").orElse("");
    }

    private static Deletion with(Deletion.Propagation propagation) {
        return new Deletion(propagation, java.util.Optional.empty(), "", "");
    }

    private static Patch merge(String body) {
        return Patch.merge((JsonObject) JsonText.read(body));
    }

    private static Resource map(String name, String value) {
        return Resource.of(Types.CONFIG_MAP, "default", name)
                .withAt(Json.of(value), "data", "value");
    }

    private static Resource service(String name) {
        return Resource.of(Types.SERVICE, "default", name)
                .with(
                        "spec",
                        JsonText.read("{\"ports\":[{\"port\":80}],\"selector\":{\"a\":\"b\"}}"));
    }

    private static Resource pod(String name) {
        return Resource.of(Types.POD, "default", name)
                .with("spec", JsonText.read("{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}"));
    }

    private static Resource deployment(String name) {
        return Resource.of(Types.DEPLOYMENT, "default", name)
                .with(
                        "spec",
                        JsonText.read(
                                """
                                {"replicas":1,"selector":{"matchLabels":{"app":"web"}},
                                 "template":{"metadata":{"labels":{"app":"web"}},
                                  "spec":{"containers":[{"name":"c","image":"i"}]}}}
                                """));
    }

    /** Nothing of what is tested here may be a fault. */
    private static final class StrictFaults implements Faults {
        @Override
        public void report(String what, Throwable cause) {
            throw new AssertionError(what, cause);
        }

        @Override
        public void fatal(String what, Throwable cause) {
            throw new AssertionError(what, cause);
        }
    }
}
