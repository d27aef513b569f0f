package dev.weft.machine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked examples, and the cases at the edges. */
class SizesTest {
    @ParameterizedTest
    @CsvSource({
        // replicas, maxSurge, maxUnavailable, least, most
        "10, 25%, 25%, 8, 13",
        "1, 25%, 25%, 1, 2",
        "4, 0, 0, 3, 4",
        "3, 1, 100%, 0, 4",
        "3, 0, 5, 0, 3",
        "0, 25%, 25%, 0, 0",
        "0, 2, 0, 0, 2",
        "2, 0%, 10%, 1, 2",
        "7, 30%, 0, 7, 10"
    })
    void surgeIsRoundedUpAndUnavailabilityDown(
            int replicas, String surge, String unavailable, int least, int most) {
        Resource deployment =
                Manifests.deployment(replicas)
                        .withAt(amount(surge), "spec", "strategy", "rollingUpdate", "maxSurge")
                        .withAt(
                                amount(unavailable),
                                "spec",
                                "strategy",
                                "rollingUpdate",
                                "maxUnavailable");
        Bounds bounds = Bounds.of(new Deployment(deployment));
        assertThat(bounds.least()).isEqualTo(least);
        assertThat(bounds.most()).isEqualTo(most);
    }

    @Test
    void recreateHasNeitherSurgeNorSlack() {
        Resource deployment =
                Manifests.deployment(4)
                        .withAt(JsonObject.of("type", Json.of("Recreate")), "spec", "strategy");
        assertThat(Bounds.of(new Deployment(deployment))).isEqualTo(new Bounds(4, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        // all, current, expected; 10 wanted, 13 at most
        "10, 0, 3",
        "11, 3, 5",
        "13, 5, 5",
        "14, 5, 5",
        "10, 10, 10",
        "12, 12, 10",
        "0, 0, 10"
    })
    void theCurrentSetGrowsIntoTheRoomThatThereIs(int all, int current, int expected) {
        assertThat(Sizes.ofCurrent(new Bounds(10, 3, 2), all, current)).isEqualTo(expected);
    }

    @Test
    void oldSetsShrinkByWhatIsNotMissed() {
        var bounds = new Bounds(10, 3, 2);
        // 13 pods, 8 needed, 3 new ones not ready: 2 may go.
        assertThat(ofOld(bounds, 3, 3, set("a", 10, 10))).isEqualTo(Map.of("a", 8));
        // The new ones are ready: 8 + 3 - 8 = 3 may go.
        assertThat(ofOld(bounds, 3, 0, set("a", 8, 8))).isEqualTo(Map.of("a", 5));
        // What is not available goes first, from whichever set.
        assertThat(ofOld(bounds, 5, 0, set("a", 4, 4), set("b", 4, 1)))
                .isEqualTo(Map.of("b", 1, "a", 2));
        // Nothing may go while too few are there.
        assertThat(ofOld(bounds, 5, 5, set("a", 8, 8))).isEmpty();
        assertThat(ofOld(bounds, 10, 0, set("a", 0, 0))).isEmpty();
    }

    @Test
    void aChangeOfSizeIsSharedInProportion() {
        var bounds = new Bounds(20, 5, 0);
        assertThat(shared(bounds, noting(set("a", 8, 8), 13), noting(set("b", 5, 5), 13)))
                .isEqualTo(Map.of("a", 15, "b", 10));
        // Down: 15 wanted with no surge, of 10 and 10, chosen for 20.
        assertThat(
                        shared(
                                new Bounds(15, 0, 0),
                                noting(set("a", 10, 10), 20),
                                noting(set("b", 10, 10), 20)))
                .satisfies(
                        it ->
                                assertThat(it.values().stream().mapToInt(v -> v).sum())
                                        .isEqualTo(15));
        // To nothing: surge is not for a Deployment that wants no pods.
        assertThat(
                        shared(
                                new Bounds(0, 5, 0),
                                noting(set("a", 8, 8), 13),
                                noting(set("b", 5, 5), 13)))
                .isEqualTo(Map.of("a", 0, "b", 0));
    }

    @Test
    void whatRoundingLeavesGoesToTheLargest() {
        assertThat(
                        shared(
                                new Bounds(11, 0, 0),
                                noting(set("a", 5, 5), 10),
                                noting(set("b", 3, 3), 10),
                                noting(set("c", 2, 2), 10)))
                .satisfies(
                        it -> {
                            assertThat(it.values().stream().mapToInt(v -> v).sum()).isEqualTo(11);
                            assertThat(it.get("a")).isEqualTo(6);
                        });
    }

    private static Json amount(String text) {
        return text.endsWith("%") ? Json.of(text) : Json.of(Long.parseLong(text));
    }

    private static Map<String, Integer> ofOld(
            Bounds bounds, int wanted, int unavailable, ReplicaSet... old) {
        return named(Sizes.ofOld(bounds, List.of(old), wanted, unavailable));
    }

    private static Map<String, Integer> shared(Bounds bounds, ReplicaSet... sets) {
        return named(Sizes.inProportion(bounds, List.of(sets), 0));
    }

    private static Map<String, Integer> named(Map<ReplicaSet, Integer> sizes) {
        return sizes.entrySet().stream()
                .collect(
                        Collectors.toMap(it -> it.getKey().resource().name(), Map.Entry::getValue));
    }

    private static ReplicaSet set(String name, int replicas, int available) {
        return new ReplicaSet(
                Manifests.resource(
                        """
                        {'metadata': {'name': '%s', 'creationTimestamp': '2026-01-01T00:00:00Z'},
                         'spec': {'replicas': %d}, 'status': {'availableReplicas': %d}}
                        """
                                .formatted(name, replicas, available)));
    }

    private static ReplicaSet noting(ReplicaSet set, int most) {
        return new ReplicaSet(set.resource().withAnnotation(Sizes.MOST, Integer.toString(most)));
    }
}
