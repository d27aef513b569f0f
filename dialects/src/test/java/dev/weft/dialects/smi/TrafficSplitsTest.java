package dev.weft.dialects.smi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Split;
import dev.weft.mesh.intent.Translated;
import org.junit.jupiter.api.Test;

/** What a TrafficSplit means, and what is said where it means nothing that can be done. */
final class TrafficSplitsTest {
    @Test
    void weightsAreNumbersOrQuantities() {
        Translated translated =
                translate(
                        """
                        "service":"root","backends":[
                          {"service":"blue","weight":"500m"},{"service":"green","weight":2},
                          {"service":"red","weight":"1.5"},{"service":"off","weight":0}]\
                        """);

        assertThat(translated.remarks()).isEmpty();
        Split split = (Split) translated.intents().getFirst();
        assertThat(split.root()).isEqualTo(new Key("shop", "root"));
        assertThat(split.shares())
                .extracting(share -> share.service().name(), Split.Share::weightMilli)
                .containsExactly(
                        tuple("blue", 500L),
                        tuple("green", 2000L),
                        tuple("red", 1500L),
                        tuple("off", 0L));
    }

    @Test
    void rootMayBeWrittenAsDnsHasIt() {
        for (String name :
                new String[] {
                    "root", "root.shop", "root.shop.svc", "root.shop.svc.cluster.local"
                }) {
            Translated translated =
                    translate(
                            "\"service\":\"%s\",\"backends\":[{\"service\":\"b\",\"weight\":1}]"
                                    .formatted(name));
            assertThat(((Split) translated.intents().getFirst()).root())
                    .isEqualTo(new Key("shop", "root"));
        }
    }

    @Test
    void whatCannotBeMeantIsSaidAndNotApplied() {
        assertThat(
                        reasons(
                                "\"service\":\"root.other\",\"backends\":[{\"service\":\"b\",\"weight\":1}]"))
                .containsExactly("OtherNamespace");
        assertThat(reasons("\"service\":\"\",\"backends\":[{\"service\":\"b\",\"weight\":1}]"))
                .containsExactly("InvalidService");
        assertThat(
                        reasons(
                                "\"service\":\"root\",\"backends\":[{\"service\":\"b\",\"weight\":\"half\"}]"))
                .containsExactly("InvalidWeight");
        assertThat(reasons("\"service\":\"root\",\"backends\":[{\"service\":\"b\",\"weight\":-1}]"))
                .containsExactly("InvalidWeight");
        assertThat(reasons("\"service\":\"root\",\"backends\":[{\"service\":\"b\"}]"))
                .containsExactly("InvalidWeight");
        assertThat(reasons("\"service\":\"root\",\"backends\":[]")).containsExactly("NoBackends");
        assertThat(
                        reasons(
                                "\"service\":\"root\",\"backends\":[{\"service\":\"b\",\"weight\":1}],"
                                    + "\"matches\":[{\"kind\":\"HTTPRouteGroup\",\"name\":\"x\"}]"))
                .containsExactly("MatchesNotSupported");
    }

    @Test
    void splitMarkedToBeSkippedIsSkipped() {
        Resource split =
                resource("\"service\":\"root\",\"backends\":[{\"service\":\"b\",\"weight\":1}]")
                        .withAnnotation("smi.linkerd.io/skip", "true");

        assertThat(new TrafficSplits().translate(split).intents()).isEmpty();
    }

    private static java.util.List<String> reasons(String spec) {
        Translated translated = translate(spec);
        assertThat(translated.intents()).isEmpty();
        return translated.remarks().stream().map(Remark::reason).toList();
    }

    private static Translated translate(String spec) {
        return new TrafficSplits().translate(resource(spec));
    }

    private static Resource resource(String spec) {
        return new Resource(
                JsonText.read(
                                """
                                {"apiVersion":"split.smi-spec.io/v1alpha4","kind":"TrafficSplit",
                                 "metadata":{"namespace":"shop","name":"s"},"spec":{%s}}\
                                """
                                        .formatted(spec))
                        .object()
                        .orElseThrow());
    }
}
