package dev.weft.api.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.FieldValidation;
import dev.weft.api.schema.validation.DefinitionExpressions;
import dev.weft.api.schema.validation.Validations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kinds of the Gateway API and Weft's own, as they come in. */
class ShippedKindsTest {
    private static final String ROUTE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: web, namespace: shop}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - backendRefs: [{name: blue, port: 80}]
            """;

    @Test
    void aRouteIsGivenTheDefaultsThatAClusterGives() {
        JsonObject spec = create(ROUTE).tree().object("spec");

        JsonObject parent = spec.array("parentRefs").objects().getFirst();
        assertThat(parent.text("group")).contains("gateway.networking.k8s.io");
        assertThat(parent.text("kind")).contains("Gateway");
        JsonObject rule = spec.array("rules").objects().getFirst();
        assertThat(rule.array("matches").toString())
                .isEqualTo("[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]");
        JsonObject backend = rule.array("backendRefs").objects().getFirst();
        assertThat(backend.whole("weight")).contains(1L);
        assertThat(backend.text("group")).contains("");
        assertThat(backend.text("kind")).contains("Service");
    }

    @Test
    void aGatewayIsGivenTheDefaultsThatAClusterGives() {
        JsonObject listener =
                create(
                                """
                                apiVersion: gateway.networking.k8s.io/v1
                                kind: Gateway
                                metadata: {name: web, namespace: shop}
                                spec:
                                  gatewayClassName: weft
                                  listeners:
                                  - {name: https, port: 8443, protocol: HTTPS,
                                     tls: {certificateRefs: [{name: cert}]}}
                                """)
                        .tree()
                        .array("spec", "listeners")
                        .objects()
                        .getFirst();

        assertThat(listener.text("allowedRoutes", "namespaces", "from")).contains("Same");
        assertThat(listener.text("tls", "mode")).contains("Terminate");
        assertThat(listener.array("tls", "certificateRefs").toString())
                .isEqualTo("[{\"name\":\"cert\",\"group\":\"\",\"kind\":\"Secret\"}]");
    }

    @Test
    void whatNoClusterWouldTakeIsRefused() {
        Admitted admitted =
                create(
                        ROUTE.replace("name: blue", "name: blue, weight: -1")
                                .replace("name: edge", "name: edge, port: 70000"));

        assertThat(admitted.causes())
                .extracting(Cause::field)
                .containsExactlyInAnyOrder(
                        "spec.parentRefs[0].port", "spec.rules[0].backendRefs[0].weight");
    }

    @Test
    void everyKindCanBeReadInEveryVersionThatIsServed() {
        for (Kind kind : Kinds.builtIn().all()) {
            for (KindVersion version : kind.served()) {
                assertThat(version.schema().properties())
                        .as(kind.groupResource() + " " + version.name())
                        .isNotNull();
            }
        }
        assertThat(Kinds.builtIn().find("gateway.networking.k8s.io", "v1alpha2", "tcproutes"))
                .isPresent();
        assertThat(Kinds.builtIn().find("weft.dev", "v1alpha1", "trafficpolicies")).isPresent();
    }

    @Test
    void aPolicyOfOursNamesItsTargetsAndItsBalancer() {
        String policy =
                """
                apiVersion: weft.dev/v1alpha1
                kind: TrafficPolicy
                metadata: {name: calm, namespace: shop}
                spec:
                  targetRefs: [{kind: Service, name: web}]
                  balancer: {type: Random}
                  timeouts: {connect: 1 minute}
                """;

        assertThat(create(policy).causes())
                .extracting(Cause::field)
                .containsExactlyInAnyOrder("spec.balancer.type", "spec.timeouts.connect", "<nil>");
    }

    @Test
    void everyRuleOfAShippedKindCanBeAsked() {
        int rules = 0;
        for (Kind kind : Kinds.builtIn().all()) {
            for (KindVersion version : kind.served()) {
                if (kind.isCustom()) {
                    var problems = new Causes();
                    DefinitionExpressions.check(version.schema(), "schema", problems);
                    assertThat(problems.all()).as(kind.groupResource()).isEmpty();
                    rules += Validations.of(version.schema()).isEmpty() ? 0 : 1;
                }
            }
        }
        assertThat(rules).isGreaterThan(10);
    }

    @Test
    void rulesOfTheGatewayApiAreTheOnesThatAClusterTells() {
        String wrong =
                ROUTE.replace(
                                "- backendRefs: [{name: blue, port: 80}]",
                                "- matches: [{path: {type: Exact, value: /a//b}}]\n"
                                        + "    backendRefs: [{name: blue}]")
                        .replace("[{name: edge}]", "[{name: edge}, {name: edge}]");

        assertThat(create(wrong).causes())
                .extracting(Cause::text)
                .containsExactlyInAnyOrder(
                        "spec.parentRefs: Invalid value: sectionName or port must be unique when"
                                + " parentRefs includes 2 or more references to the same parent",
                        "spec.rules[0].matches[0].path: Invalid value: must not contain '//' when"
                                + " type one of ['Exact', 'PathPrefix']",
                        "spec.rules[0].backendRefs[0]: Invalid value: Must have port for Service"
                                + " reference");
    }

    @Test
    void aClassKeepsItsController() {
        String yaml =
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: own}
                spec: {controllerName: weft.dev/gateway-controller}
                """;
        Kinds.Found found =
                Kinds.builtIn()
                        .find("gateway.networking.k8s.io", "v1", "gatewayclasses")
                        .orElseThrow();
        Admitted changed =
                Admission.onUpdate(
                        found,
                        create(yaml).tree(),
                        Yaml.readOne(
                                        yaml.replace("weft.dev/", "other.dev/")
                                                .getBytes(StandardCharsets.UTF_8))
                                .value()
                                .object()
                                .orElseThrow(),
                        List.of(),
                        FieldValidation.STRICT);

        assertThat(changed.causes())
                .extracting(Cause::text)
                .containsExactly(
                        "spec.controllerName: Invalid value: \"other.dev/gateway-controller\":"
                                + " Value is immutable");
    }

    @Test
    void aPolicyForTheOutsideNamesHostsAndPorts() {
        String policy =
                """
                apiVersion: weft.dev/v1alpha1
                kind: OutboundPolicy
                metadata: {name: out, namespace: shop}
                spec:
                  allow:
                  - hosts: [api.example, "*.b.example", 10.0.0.0/8, "fd00::1", "*", "A.example", "a..b"]
                    ports: [443, 0]
                  - ports: [80]
                """;

        assertThat(create(policy).causes())
                .extracting(Cause::field)
                .containsExactlyInAnyOrder(
                        "spec.allow[0].hosts[4]",
                        "spec.allow[0].hosts[5]",
                        "spec.allow[0].hosts[6]",
                        "spec.allow[0].ports[1]",
                        "spec.allow[1].hosts");
    }

    private static Admitted create(String yaml) {
        Yaml.Document document = Yaml.readOne(yaml.getBytes(StandardCharsets.UTF_8));
        JsonObject tree = document.value().object().orElseThrow();
        Kinds.Found found =
                Kinds.builtIn()
                        .findByKind(
                                tree.text("apiVersion").orElseThrow(),
                                tree.text("kind").orElseThrow())
                        .orElseThrow();
        return Admission.onCreate(found, tree, List.of(), FieldValidation.STRICT);
    }
}
