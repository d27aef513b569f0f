package dev.weft.machine.workload;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.contract.Adapter;
import dev.weft.api.contract.OnEveryAdapter;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Pod;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** All controllers together, on every adapter of the port. */
@ExtendWith(NothingLeft.class)
class WorkloadsTest {
    static final String WEB =
            """
            {'apiVersion': 'apps/v1', 'kind': 'Deployment',
             'metadata': {'name': 'web', 'namespace': 'default'},
             'spec': {'replicas': 3, 'selector': {'matchLabels': {'app': 'web'}},
               'template': {'metadata': {'labels': {'app': 'web'}},
                            'spec': {'containers': [
                              {'name': 'web', 'image': 'web:1',
                               'ports': [{'name': 'http', 'containerPort': 8080}]}]}}}}
            """;

    static final String SERVICE =
            """
            {'apiVersion': 'v1', 'kind': 'Service',
             'metadata': {'name': 'web', 'namespace': 'default', 'labels': {'team': 'blue'}},
             'spec': {'selector': {'app': 'web'},
                      'ports': [{'name': 'http', 'port': 80, 'targetPort': 'http'}]}}
            """;

    private static final ResourceType WIDGET_TYPE =
            new ResourceType("example.org", "v1", "Widget", "widgets", true);

    private static final String WIDGETS =
            """
            {'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition',
             'metadata': {'name': 'widgets.example.org'},
             'spec': {'group': 'example.org', 'scope': 'Namespaced',
               'names': {'plural': 'widgets', 'singular': 'widget', 'kind': 'Widget',
                         'listKind': 'WidgetList'},
               'versions': [{'name': 'v1', 'served': true, 'storage': true,
                 'schema': {'openAPIV3Schema': {'type': 'object',
                   'x-kubernetes-preserve-unknown-fields': true}}}]}}
            """;

    private static final String WIDGET =
            """
            {'apiVersion': 'example.org/v1', 'kind': 'Widget',
             'metadata': {'name': 'NAME', 'namespace': 'default'}, 'size': 3}
            """;

    private final Platform platform;

    WorkloadsTest(Adapter adapter) {
        platform = new Platform(adapter);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @OnEveryAdapter
    void aDeploymentBecomesReadyPods() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        List<Resource> sets = platform.all(Types.REPLICA_SET);
        assertThat(sets).hasSize(1);
        Resource set = sets.getFirst();
        String hash = Optional.ofNullable(set.labels().get(ReplicaSet.HASH)).orElseThrow();
        assertThat(set.name()).isEqualTo("web-" + hash);
        assertThat(set.annotations())
                .containsEntry(ReplicaSet.REVISION, "1")
                .containsEntry(Sizes.DESIRED, "3")
                .containsEntry(Sizes.MOST, "4");
        for (Pod pod : platform.activePods()) {
            assertThat(pod.resource().name()).startsWith(set.name() + "-");
            assertThat(pod.resource().tree().text("metadata", "generateName"))
                    .contains(set.name() + "-");
            assertThat(pod.resource().labels()).containsEntry(ReplicaSet.HASH, hash);
            assertThat(pod.resource().controller().map(OwnerReference::uid)).contains(set.uid());
        }
        eventually(
                () ->
                        assertThat(reasons())
                                .contains("ScalingReplicaSet", "SuccessfulCreate", "Scheduled"));
    }

    @OnEveryAdapter
    void aNewTemplateRollsOutAndUndoGoesBackToTheOldSet() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        Resource first = platform.all(Types.REPLICA_SET).getFirst();
        image("web:2");
        rolledOut(3);
        assertThat(platform.all(Types.REPLICA_SET)).hasSize(2);
        image("web:1");
        rolledOut(3);
        assertThat(platform.all(Types.REPLICA_SET)).hasSize(2);
        eventually(
                () -> {
                    Resource again = platform.get(Types.REPLICA_SET, first.name());
                    assertThat(again.uid()).isEqualTo(first.uid());
                    assertThat(new ReplicaSet(again).revision()).isEqualTo(3);
                    assertThat(again.annotation("deployment.kubernetes.io/revision-history"))
                            .contains("1");
                    assertThat(
                                    platform.get(Types.DEPLOYMENT, "web")
                                            .annotation(ReplicaSet.REVISION))
                            .contains("3");
                });
    }

    @OnEveryAdapter
    void scalingAndPausingAndResuming() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        platform.edit(Types.DEPLOYMENT, "web", it -> it.withAt(Json.of(5), "spec", "replicas"));
        rolledOut(5);
        platform.edit(Types.DEPLOYMENT, "web", it -> it.withAt(Json.of(true), "spec", "paused"));
        image("web:2");
        platform.edit(Types.DEPLOYMENT, "web", it -> it.withAt(Json.of(2), "spec", "replicas"));
        eventually(
                () -> {
                    assertThat(platform.activePods()).hasSize(2);
                    assertThat(
                                    platform.get(Types.DEPLOYMENT, "web")
                                            .condition("Progressing")
                                            .map(Condition::reason))
                            .contains("DeploymentPaused");
                });
        assertThat(platform.all(Types.REPLICA_SET)).hasSize(1);
        platform.edit(Types.DEPLOYMENT, "web", it -> it.withAt(Json.of(false), "spec", "paused"));
        rolledOut(2);
        assertThat(platform.all(Types.REPLICA_SET)).hasSize(2);
        platform.edit(Types.DEPLOYMENT, "web", it -> it.withAt(Json.of(0), "spec", "replicas"));
        rolledOut(0);
    }

    @OnEveryAdapter
    void whatFailsOrIsDeletedIsReplaced() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        Pod failing = platform.activePods().getFirst();
        platform.client.updateStatus(
                Types.POD,
                failing.resource()
                        .withStatus(failing.resource().status().with("phase", "Failed"))
                        .withoutAt("metadata", "resourceVersion"));
        platform.client.delete(
                Types.POD, platform.activePods().getLast().resource().key(), Deletion.background());
        rolledOut(3);
        assertThat(platform.activePods())
                .extracting(it -> it.resource().name())
                .doesNotContain(failing.resource().name());
    }

    @OnEveryAdapter
    void aPodThatLosesItsLabelsIsReleasedAndAnOrphanThatMatchesIsAdopted() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        String name = platform.activePods().getFirst().resource().name();
        platform.edit(Types.POD, name, it -> it.withLabels(Map.of("app", "freed")));
        eventually(
                () -> {
                    assertThat(platform.get(Types.POD, name).owners()).isEmpty();
                    assertThat(platform.activePods()).hasSize(4);
                });
        String hash = platform.all(Types.REPLICA_SET).getFirst().labels().get(ReplicaSet.HASH);
        platform.edit(
                Types.POD,
                name,
                it -> it.withLabels(Map.of("app", "web", ReplicaSet.HASH, String.valueOf(hash))));
        eventually(() -> assertThat(platform.activePods()).hasSize(3));
    }

    @OnEveryAdapter
    void deletingADeploymentTakesItsSetsAndPods() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        platform.client.delete(Types.DEPLOYMENT, new Key("default", "web"), Deletion.background());
        eventually(
                () -> {
                    assertThat(platform.all(Types.REPLICA_SET)).isEmpty();
                    assertThat(platform.all(Types.POD)).isEmpty();
                });
    }

    @OnEveryAdapter
    void foregroundDeletionKeepsTheOwnerUntilWhatItOwnsIsGone() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        Key key = new Key("default", "web");
        platform.client.delete(
                Types.DEPLOYMENT,
                key,
                new Deletion(Deletion.Propagation.FOREGROUND, Optional.empty(), "", ""));
        eventually(
                () -> {
                    boolean gone = platform.client.get(Types.DEPLOYMENT, key).isEmpty();
                    List<Resource> sets = platform.all(Types.REPLICA_SET);
                    assertThat(gone && !sets.isEmpty()).as("went before its sets").isFalse();
                    assertThat(gone).isTrue();
                });
        assertThat(platform.all(Types.POD)).isEmpty();
    }

    @OnEveryAdapter
    void orphansStayAndAreAdoptedByADeploymentOfTheSameTemplate() {
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        Set<String> before = podNames();
        platform.client.delete(
                Types.DEPLOYMENT,
                new Key("default", "web"),
                new Deletion(Deletion.Propagation.ORPHAN, Optional.empty(), "", ""));
        eventually(
                () -> {
                    assertThat(platform.all(Types.DEPLOYMENT)).isEmpty();
                    assertThat(platform.all(Types.REPLICA_SET).getFirst().owners()).isEmpty();
                });
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        assertThat(platform.all(Types.REPLICA_SET)).hasSize(1);
        assertThat(podNames()).isEqualTo(before);
    }

    @OnEveryAdapter
    void aServiceFollowsItsPods() {
        platform.apply(Types.SERVICE, SERVICE);
        eventually(
                () -> {
                    EndpointSlice empty = slice();
                    assertThat(empty.endpoints()).isEmpty();
                    assertThat(empty.resource().labels())
                            .containsEntry(EndpointSlice.SERVICE_NAME, "web")
                            .containsEntry(EndpointSlice.MANAGED_BY, Slices.WRITER)
                            .containsEntry("team", "blue");
                });
        platform.apply(Types.DEPLOYMENT, WEB);
        rolledOut(3);
        eventually(
                () -> {
                    assertThat(slice().endpoints())
                            .hasSize(3)
                            .allMatch(EndpointSlice.Endpoint::isReady);
                    assertThat(slice().ports())
                            .extracting(it -> it.name() + it.number() + it.protocol())
                            .containsExactly("http8080TCP");
                });
        platform.agent.keepThemFromStarting();
        Pod pod = platform.activePods().getFirst();
        platform.client.updateStatus(
                Types.POD,
                pod.resource()
                        .withStatus(World.podStatus("Running", false, Instant.EPOCH))
                        .withoutAt("metadata", "resourceVersion"));
        eventually(
                () ->
                        assertThat(slice().endpoints())
                                .filteredOn(it -> !it.isReady())
                                .extracting(EndpointSlice.Endpoint::podName)
                                .containsExactly(pod.resource().name()));
        platform.client.delete(Types.SERVICE, new Key("default", "web"), Deletion.background());
        eventually(() -> assertThat(platform.all(Types.ENDPOINT_SLICE)).isEmpty());
    }

    @OnEveryAdapter
    void aNamespaceIsEmptiedOfEveryKindAndGoes() {
        platform.client.create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", "shop"));
        platform.client.create(
                Types.DEPLOYMENT, Manifests.resource(WEB.replace("'default'", "'shop'")));
        platform.client.create(
                Types.SERVICE, Manifests.resource(SERVICE.replace("'default'", "'shop'")));
        platform.client.create(Types.CONFIG_MAP, Resource.of(Types.CONFIG_MAP, "shop", "settings"));
        eventually(
                () ->
                        assertThat(platform.client.list(Types.POD, Query.in("shop")).items())
                                .hasSize(3)
                                .allMatch(it -> new Pod(it).isReady()));
        platform.client.delete(Types.NAMESPACE, new Key("", "shop"), Deletion.background());
        eventually(
                () ->
                        assertThat(platform.client.get(Types.NAMESPACE, new Key("", "shop")))
                                .isEmpty());
        for (var type : List.of(Types.POD, Types.DEPLOYMENT, Types.SERVICE, Types.CONFIG_MAP)) {
            assertThat(platform.client.list(type, Query.in("shop")).items()).isEmpty();
        }
    }

    @OnEveryAdapter
    void objectsOfCustomKindsOwnAndAreOwned() {
        platform.client.create(Types.CUSTOM_RESOURCE_DEFINITION, Manifests.resource(WIDGETS));
        Resource owner = eventuallyCreated(Manifests.resource(WIDGET.replace("NAME", "owner")));
        Resource map =
                platform.client.create(
                        Types.CONFIG_MAP,
                        Resource.of(Types.CONFIG_MAP, "default", "owned")
                                .withOwner(OwnerReference.controlledBy(owner)));
        platform.client.create(
                WIDGET_TYPE,
                Manifests.resource(WIDGET.replace("NAME", "owned"))
                        .withOwner(OwnerReference.controlledBy(map)));
        platform.client.delete(WIDGET_TYPE, owner.key(), Deletion.background());
        eventually(
                () -> {
                    assertThat(platform.all(WIDGET_TYPE)).isEmpty();
                    assertThat(platform.client.get(Types.CONFIG_MAP, map.key())).isEmpty();
                });
        platform.client.create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", "lab"));
        platform.client.create(
                WIDGET_TYPE,
                Manifests.resource(WIDGET.replace("NAME", "a").replace("'default'", "'lab'")));
        platform.client.delete(Types.NAMESPACE, new Key("", "lab"), Deletion.background());
        eventually(
                () ->
                        assertThat(platform.client.get(Types.NAMESPACE, new Key("", "lab")))
                                .isEmpty());
    }

    @OnEveryAdapter
    void whatAnotherOwnerKeepsIsOnlyLetGoOf() {
        Resource one = platform.client.create(Types.CONFIG_MAP, configMap("one"));
        Resource two = platform.client.create(Types.CONFIG_MAP, configMap("two"));
        Resource shared =
                configMap("shared")
                        .withOwner(owning(one))
                        .withOwner(owning(two))
                        .withOwner(
                                new OwnerReference(
                                        "v1", "ConfigMap", "never", "no-such-uid", false, false));
        platform.client.create(Types.CONFIG_MAP, shared);
        platform.client.delete(Types.CONFIG_MAP, one.key(), Deletion.background());
        eventually(
                () ->
                        assertThat(platform.get(Types.CONFIG_MAP, "shared").owners())
                                .extracting(OwnerReference::name)
                                .containsExactly("two"));
    }

    @OnEveryAdapter
    void theMachineIsANodeThatIsReady() {
        eventually(
                () -> {
                    List<Resource> nodes = platform.client.list(Types.NODE, Query.all()).items();
                    assertThat(nodes).hasSize(1);
                    Resource node = nodes.getFirst();
                    assertThat(node.condition("Ready").filter(Condition::isTrue)).isPresent();
                    assertThat(node.status().text("capacity", "cpu")).isPresent();
                    assertThat(node.status().text("nodeInfo", "kernelVersion")).isPresent();
                    assertThat(
                                    platform.client.get(
                                            Types.LEASE,
                                            new Key(NodeReconciler.LEASES, node.name())))
                            .isPresent();
                });
    }

    @OnEveryAdapter
    void aPodThatNoNodeSuitsWaitsAndSaysWhy() {
        platform.apply(
                Types.POD,
                """
                {'apiVersion': 'v1', 'kind': 'Pod',
                 'metadata': {'name': 'picky', 'namespace': 'default'},
                 'spec': {'nodeSelector': {'disk': 'ssd'},
                          'containers': [{'name': 'a', 'image': 'a'}]}}
                """);
        eventually(
                () -> {
                    Condition scheduled =
                            platform.get(Types.POD, "picky")
                                    .condition("PodScheduled")
                                    .orElseThrow();
                    assertThat(scheduled.isFalse()).isTrue();
                    assertThat(scheduled.reason()).isEqualTo("Unschedulable");
                    assertThat(reasons()).contains("FailedScheduling");
                });
        eventually(
                () ->
                        assertThat(platform.client.list(Types.NODE, Query.all()).items())
                                .isNotEmpty());
        String node = platform.client.list(Types.NODE, Query.all()).items().getFirst().name();
        platform.client.patch(
                Types.NODE,
                new Key("", node),
                Patch.merge(
                        JsonObject.empty().withAt(Json.of("ssd"), "metadata", "labels", "disk")));
        eventually(
                () ->
                        assertThat(new Pod(platform.get(Types.POD, "picky")).nodeName())
                                .isEqualTo(node));
    }

    private void image(String image) {
        platform.edit(
                Types.DEPLOYMENT,
                "web",
                it -> {
                    JsonObject container =
                            it.tree()
                                    .array("spec", "template", "spec", "containers")
                                    .objects()
                                    .getFirst();
                    return it.withAt(
                            JsonArray.of(container.with("image", image)),
                            "spec",
                            "template",
                            "spec",
                            "containers");
                });
    }

    /** As {@code kubectl rollout status} sees it. */
    private void rolledOut(int replicas) {
        eventually(
                () -> {
                    var web = new Deployment(platform.get(Types.DEPLOYMENT, "web"));
                    assertThat(web.observedGeneration()).isEqualTo(web.resource().generation());
                    assertThat(web.resource().status().whole("replicas").orElse(0L))
                            .isEqualTo(replicas);
                    assertThat(web.updatedReplicas()).isEqualTo(replicas);
                    assertThat(web.availableReplicas()).isEqualTo(replicas);
                    assertThat(web.resource().condition("Progressing").map(Condition::reason))
                            .contains("NewReplicaSetAvailable");
                    assertThat(platform.activePods()).hasSize(replicas).allMatch(Pod::isReady);
                });
    }

    private Resource eventuallyCreated(Resource resource) {
        return Eventually.value(
                "the kind is served",
                () -> {
                    try {
                        return Optional.of(platform.client.create(WIDGET_TYPE, resource));
                    } catch (ApiException e) {
                        return Optional.empty();
                    }
                });
    }

    private static Resource configMap(String name) {
        return Resource.of(Types.CONFIG_MAP, "default", name);
    }

    private static OwnerReference owning(Resource owner) {
        return new OwnerReference(
                owner.apiVersion(), owner.kind(), owner.name(), owner.uid(), false, false);
    }

    private EndpointSlice slice() {
        List<Resource> slices = platform.all(Types.ENDPOINT_SLICE);
        assertThat(slices).hasSize(1);
        return new EndpointSlice(slices.getFirst());
    }

    private Set<String> podNames() {
        return platform.activePods().stream()
                .map(it -> it.resource().name())
                .collect(Collectors.toSet());
    }

    private Set<String> reasons() {
        return platform.all(Types.EVENT).stream()
                .map(it -> it.tree().text("reason").orElse(""))
                .collect(Collectors.toSet());
    }
}
