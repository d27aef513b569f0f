package dev.weft.machine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import dev.weft.machine.network.PodSockets;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which endpoints stand in which slices. */
@ExtendWith(Seeds.class)
class SlicesTest {
    private final Service web = new Service(Manifests.resource(WorkloadsTest.SERVICE));
    private final Map<String, Resource> slices = new LinkedHashMap<>();
    private Chance chance = new Chance(1);

    @Test
    void podsOnWhichANamedPortDiffersStandInDifferentSlices() {
        apply(List.of(pod(1, 8080, true), pod(2, 9090, true), pod(3, 8080, true)));
        assertThat(slices.values())
                .extracting(it -> new EndpointSlice(it).ports().getFirst().number())
                .containsExactlyInAnyOrder(8080, 9090);
        assertThat(names()).containsExactly("p1", "p2", "p3");
        apply(List.of(pod(1, 8080, true)));
        assertThat(slices).hasSize(1);
        assertThat(names()).containsExactly("p1");
    }

    @Test
    void noSliceHoldsMoreThanAHundredAndFewMove() {
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            pods.add(pod(i, 8080, true));
        }
        apply(pods);
        assertThat(slices.values())
                .extracting(it -> new EndpointSlice(it).endpoints().size())
                .containsExactlyInAnyOrder(100, 100, 50);
        pods.set(120, pod(120, 8080, false));
        assertThat(apply(pods)).isEqualTo(1);
        pods.removeFirst();
        assertThat(apply(pods)).isEqualTo(1);
        pods.add(pod(900, 8080, true));
        assertThat(apply(pods)).isEqualTo(1);
        assertThat(apply(pods)).isZero();
    }

    @Test
    void whateverCameBeforeTheSlicesShowExactlyThePods(Seed seed) {
        chance = seed.chance();
        for (int round = 0; round < 200; round++) {
            List<Pod> pods = new ArrayList<>();
            Set<String> expected = new TreeSet<>();
            int count = chance.below(240);
            for (int i = 0; i < count; i++) {
                if (chance.percent(70)) {
                    pods.add(pod(i, 8080 + chance.below(2), chance.percent(80)));
                    expected.add("p" + i);
                }
            }
            apply(pods);
            assertThat(new TreeSet<>(names())).isEqualTo(expected);
            assertThat(names()).doesNotHaveDuplicates();
            assertThat(slices).isNotEmpty();
            assertThat(slices.values())
                    .allMatch(it -> new EndpointSlice(it).endpoints().size() <= 100);
            assertThat(apply(pods)).isZero();
        }
    }

    @Test
    void aPodOnItsWayOutServesButIsNotReady() {
        Pod leaving =
                new Pod(
                        pod(1, 8080, true)
                                .resource()
                                .withAt(
                                        Json.of("2026-01-01T00:00:00Z"),
                                        "metadata",
                                        "deletionTimestamp"));
        apply(List.of(leaving));
        EndpointSlice.Endpoint endpoint = endpoints().getFirst();
        assertThat(endpoint.isReady()).isFalse();
        assertThat(endpoint.isServing()).isTrue();
        assertThat(endpoint.isTerminating()).isTrue();
    }

    @Test
    void whatIsNotReadyIsPublishedAsReadyWhereAskedFor() {
        var eager =
                new Service(
                        web.resource()
                                .withAt(Json.of(true), "spec", "publishNotReadyAddresses")
                                .withAt(Json.of("None"), "spec", "clusterIP"));
        execute(new Slices(eager, () -> chance.letters(5)).plan(List.of(pod(1, 80, false)), all()));
        assertThat(endpoints().getFirst().isReady()).isTrue();
        assertThat(endpoints().getFirst().isServing()).isFalse();
        assertThat(slices.values().iterator().next().labels())
                .containsKey("service.kubernetes.io/headless");
    }

    @Test
    void endedPodsAndThoseWithoutAddressAreLeftOut() {
        Resource ended = pod(1, 8080, true).resource();
        ended = ended.withStatus(ended.status().with("phase", "Succeeded"));
        Resource early = pod(2, 8080, false).resource();
        early = early.withStatus(early.status().without("podIP"));
        apply(List.of(new Pod(ended), new Pod(early)));
        assertThat(endpoints()).isEmpty();
        assertThat(slices).hasSize(1);
    }

    @Test
    void aServiceWithoutSelectorIsLeftToItsUser() {
        apply(List.of(pod(1, 8080, true)));
        var manual = new Service(web.resource().withoutAt("spec", "selector"));
        execute(new Slices(manual, () -> chance.letters(5)).plan(List.of(), all()));
        assertThat(slices).isEmpty();
    }

    @Test
    void aPodBehindASocketIsNamedWithItsPath() {
        var sockets = Optional.of(new PodSockets(Path.of("/data/pods")));
        Pod plain = pod(1, 8080, true);
        Pod behind =
                new Pod(
                        pod(2, 8080, true)
                                .resource()
                                .withAnnotation(PodSockets.ANNOTATION, "http"));
        List<Pod> pods = List.of(plain, behind);
        execute(new Slices(web, () -> chance.letters(5), sockets).plan(pods, all()));
        assertThat(all())
                .singleElement()
                .satisfies(
                        it ->
                                assertThat(it.resource().annotation(EndpointSlice.SOCKETS))
                                        .contains("{\"127.1.0.2:8080\":\"/data/pods/u2/io/s\"}"));
        assertThat(execute(new Slices(web, () -> chance.letters(5), sockets).plan(pods, all())))
                .as("changes when nothing has changed")
                .isZero();
        execute(new Slices(web, () -> chance.letters(5), sockets).plan(List.of(plain), all()));
        assertThat(all().getFirst().resource().annotation(EndpointSlice.SOCKETS)).isEmpty();
    }

    @Test
    void aSocketWhosePathIsTooLongIsObjectedTo() {
        var sockets = new PodSockets(Path.of("/" + "d".repeat(120)));
        Pod behind =
                new Pod(
                        pod(2, 8080, true)
                                .resource()
                                .withAnnotation(PodSockets.ANNOTATION, "8080"));
        assertThat(sockets.objection(behind).orElse(""))
                .contains("expected: at most 107")
                .contains("--data");
        assertThat(sockets.objection(pod(1, 8080, true))).isEmpty();
        Pod wrong =
                new Pod(pod(3, 8080, true).resource().withAnnotation(PodSockets.ANNOTATION, "web"));
        assertThat(sockets.objection(wrong).orElse("")).contains("the annotation");
    }

    private int apply(List<Pod> pods) {
        return execute(new Slices(web, () -> chance.letters(5)).plan(pods, all()));
    }

    private List<EndpointSlice> all() {
        return slices.values().stream().map(EndpointSlice::new).toList();
    }

    private int execute(Plan plan) {
        for (Action action : plan.actions()) {
            switch (action) {
                case Action.Create it -> slices.put(it.resource().name(), it.resource());
                case Action.Update it -> slices.put(it.resource().name(), it.resource());
                case Action.Delete it -> slices.remove(it.key().name());
                case Action.UpdateStatus it -> throw new AssertionError(it);
                case Action.Change it -> throw new AssertionError(it);
                case Action.FinalizeNamespace it -> throw new AssertionError(it);
                case Action.Tell it -> throw new AssertionError(it);
            }
        }
        return plan.actions().size();
    }

    private List<EndpointSlice.Endpoint> endpoints() {
        return all().stream().flatMap(it -> it.endpoints().stream()).toList();
    }

    private List<String> names() {
        return endpoints().stream().map(EndpointSlice.Endpoint::podName).sorted().toList();
    }

    private static Pod pod(int number, int port, boolean ready) {
        Resource pod =
                Manifests.resource(
                        """
                        {'metadata': {'name': 'p%d', 'namespace': 'default', 'uid': 'u%d'},
                         'spec': {'nodeName': 'here', 'containers': [
                           {'name': 'a', 'ports': [{'name': 'http', 'containerPort': %d}]}]}}
                        """
                                .formatted(number, number, port));
        return new Pod(
                pod.with("apiVersion", Json.of(Types.POD.apiVersion()))
                        .withStatus(
                                World.podStatus("Running", ready, Instant.EPOCH)
                                        .with(
                                                "podIP",
                                                "127.1." + number / 250 + "." + number % 250)));
    }
}
