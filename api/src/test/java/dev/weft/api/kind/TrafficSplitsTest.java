package dev.weft.api.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficSplitsTest {
    private static final Kind KIND =
            Kinds.builtIn().byResource("split.smi-spec.io", "trafficsplits").orElseThrow();

    @Test
    void quantitiesBecomeWholeNumbersInTheSameProportion() {
        JsonObject stored =
                Conversions.toStored(
                        KIND,
                        split("v1alpha1", "[{service: a, weight: 500m}, {service: b, weight: 1}]"));

        assertThat(stored.text("apiVersion")).contains("split.smi-spec.io/v1alpha4");
        assertThat(stored.array("spec", "backends").objects())
                .extracting(it -> it.whole("weight").orElse(-1L))
                .containsExactly(500L, 1000L);
    }

    @Test
    void everyVersionReadsBackWhatItWrote() {
        for (String version : List.of("v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4")) {
            String weights =
                    version.equals("v1alpha1")
                            ? "[{service: a, weight: 0.5}, {service: b, weight: 900m}]"
                            : "[{service: a, weight: 5}, {service: b, weight: 95}]";
            JsonObject split = split(version, weights);

            assertThat(through(split, version)).as(version).isEqualTo(split);
        }
    }

    @Test
    void anOlderClientThatWritesBackLosesNoMatches() {
        JsonObject stored =
                split("v1alpha4", "[{service: a, weight: 5}]")
                        .withAt(
                                Yaml.read("[{kind: HTTPRouteGroup, name: x}]").getFirst().value(),
                                "spec",
                                "matches");
        for (String version : List.of("v1alpha1", "v1alpha2", "v1alpha3")) {
            JsonObject shown =
                    Conversions.toVersion(KIND, KIND.version(version).orElseThrow(), stored);

            assertThat(Conversions.toStored(KIND, shown)).as(version).isEqualTo(stored);
        }
    }

    @Test
    void aWeightThatWasChangedInANewerVersionIsShownInTheOldest() {
        JsonObject stored =
                Conversions.toStored(KIND, split("v1alpha1", "[{service: a, weight: 500m}]"));
        JsonObject changed =
                stored.withAt(
                        Yaml.read("[{service: a, weight: 250}]").getFirst().value(),
                        "spec",
                        "backends");
        JsonObject shown =
                Conversions.toVersion(KIND, KIND.version("v1alpha1").orElseThrow(), changed);

        assertThat(shown.array("spec", "backends").objects().getFirst().text("weight"))
                .contains("250m");
        assertThat(shown.at("metadata", "annotations")).isEmpty();
    }

    @Test
    void eventsReadAlikeInBothTheirGroups() {
        Kind core = Kinds.builtIn().byResource("", "events").orElseThrow();
        Kind other = Kinds.builtIn().byResource("events.k8s.io", "events").orElseThrow();
        JsonObject event =
                Yaml.read(
                                "{apiVersion: v1, kind: Event, metadata: {name: e}, involvedObject:"
                                        + " {kind: Pod}, message: m, count: 2, reason: r,"
                                        + " reportingComponent: c}")
                        .getFirst()
                        .value()
                        .object()
                        .orElseThrow();
        JsonObject shown = Conversions.toVersion(other, other.stored(), event);

        assertThat(shown.text("note")).contains("m");
        assertThat(shown.text("regarding", "kind")).contains("Pod");
        assertThat(Conversions.toStored(other, shown)).isEqualTo(event);
        assertThat(core.storageKey()).isEqualTo(other.storageKey());
    }

    private static JsonObject through(JsonObject split, String version) {
        return Conversions.toVersion(
                KIND, KIND.version(version).orElseThrow(), Conversions.toStored(KIND, split));
    }

    private static JsonObject split(String version, String backends) {
        String yaml =
                "{apiVersion: split.smi-spec.io/%s, kind: TrafficSplit, metadata: {name: x}, spec: {service: s, backends: %s}}"
                        .formatted(version, backends);
        return Yaml.read(yaml).getFirst().value().object().orElseThrow();
    }
}
