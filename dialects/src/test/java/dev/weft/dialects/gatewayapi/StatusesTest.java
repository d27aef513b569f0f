package dev.weft.dialects.gatewayapi;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.Deletion;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import dev.weft.api.contract.Adapter;
import dev.weft.api.contract.OnEveryAdapter;
import dev.weft.api.contract.Weft;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.testkit.NothingLeft;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** How objects of the Gateway API are said to have been taken, on every adapter of the port. */
@ExtendWith(NothingLeft.class)
final class StatusesTest {
    private static final Map<String, ResourceType> KINDS =
            Map.of(
                    "Service", Types.SERVICE,
                    "Gateway", Types.GATEWAY,
                    "HTTPRoute", Types.HTTP_ROUTE,
                    "ReferenceGrant", Types.REFERENCE_GRANT);
    private static final String EDGE = "{name: edge, namespace: weft-system}";

    private final Weft weft;

    StatusesTest(Adapter adapter) {
        weft = Weft.open(adapter);
        weft.createNamespace("shop");
        weft.createNamespace("bank");
        new Statuses(weft.surroundings(), DoorStates.unknown(), OptionalInt.of(8080)).start();
    }

    @AfterEach
    void close() {
        weft.close();
    }

    @OnEveryAdapter
    void theEdgeIsThereFromTheStartAndComesBack() {
        programmed(Words.EDGE);
        Resource first = find(Types.GATEWAY, Words.EDGE);
        assertThat(accepted(Types.GATEWAY_CLASS, new Key("", "weft")).isTrue()).isTrue();

        weft.direct().delete(Types.GATEWAY, Words.EDGE, Deletion.background());

        eventually(
                () -> assertThat(find(Types.GATEWAY, Words.EDGE).uid()).isNotEqualTo(first.uid()));
        programmed(Words.EDGE);
    }

    @OnEveryAdapter
    void aRouteIsAcceptedOnceItsBackendIsThere() {
        apply(route("web", EDGE, "{name: blue, port: 80}"));
        told("web", "Accepted", "True", "Accepted");
        told("web", "ResolvedRefs", "False", "BackendNotFound");

        apply(service("blue"));
        told("web", "ResolvedRefs", "True", "ResolvedRefs");
        eventually(
                () ->
                        assertThat(
                                        find(Types.GATEWAY, Words.EDGE)
                                                .status()
                                                .array("listeners")
                                                .objects()
                                                .getFirst()
                                                .whole("attachedRoutes"))
                                .contains(1L));
    }

    @OnEveryAdapter
    void eachReasonForNotAttachingHasItsName() {
        apply(route("nobody", "{name: none}", "{name: blue, port: 80}"));
        apply(route("section", EDGE.replace("}", ", sectionName: x}"), "{name: blue, port: 80}"));
        apply(gateway("private", "hostname: a.example"));
        apply(route("far", "{name: private, namespace: bank}", "{name: blue, port: 80}"));

        told("nobody", "Accepted", "False", "NoMatchingParent");
        told("section", "Accepted", "False", "NoMatchingParent");
        told("far", "Accepted", "False", "NotAllowedByListeners");
    }

    @OnEveryAdapter
    void aServiceElsewhereNeedsAGrant() {
        apply(service("vault").replace("namespace: shop", "namespace: bank"));
        apply(route("web", EDGE, "{name: vault, namespace: bank, port: 80}"));
        told("web", "ResolvedRefs", "False", "RefNotPermitted");

        apply(
                """
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: {name: shop, namespace: bank}
                spec:
                  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
                  to: [{group: "", kind: Service}]
                """);
        told("web", "ResolvedRefs", "True", "ResolvedRefs");
    }

    @OnEveryAdapter
    void aListenerThatIsInTheWayOfAnOlderOneIsNotOpened() {
        programmed(Words.EDGE);
        apply(gateway("second", "").replace("port: 18080", "port: 8080"));

        eventually(
                () -> {
                    Resource gateway = find(Types.GATEWAY, new Key("bank", "second"));
                    JsonObject listener = gateway.status().array("listeners").objects().getFirst();
                    assertThat(condition(listener, "Accepted").reason())
                            .isEqualTo("PortUnavailable");
                    assertThat(gateway.condition("Programmed").map(Condition::isFalse))
                            .contains(true);
                });
    }

    private void programmed(Key gateway) {
        eventually(
                () ->
                        assertThat(
                                        find(Types.GATEWAY, gateway)
                                                .condition("Programmed")
                                                .map(Condition::isTrue))
                                .contains(true));
    }

    private Condition accepted(ResourceType type, Key key) {
        eventually(() -> assertThat(find(type, key).condition("Accepted")).isPresent());
        return find(type, key).condition("Accepted").orElseThrow();
    }

    private void told(String route, String type, String status, String reason) {
        eventually(
                () -> {
                    List<JsonObject> parents =
                            find(Types.HTTP_ROUTE, new Key("shop", route))
                                    .status()
                                    .array("parents")
                                    .objects();
                    assertThat(parents).hasSize(1);
                    Condition condition = condition(parents.getFirst(), type);
                    assertThat(condition.reason()).isEqualTo(reason);
                    assertThat(condition.status()).isEqualTo(status);
                });
    }

    private static Condition condition(JsonObject tree, String type) {
        return tree.array("conditions").objects().stream()
                .map(Condition::new)
                .filter(it -> it.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " in " + tree));
    }

    private Resource find(ResourceType type, Key key) {
        return weft.direct()
                .get(type, key)
                .orElseThrow(() -> new AssertionError("no " + type.kind() + " " + key));
    }

    private void apply(String yaml) {
        var resource = new Resource(Yaml.read(yaml).getFirst().value().object().orElseThrow());
        ResourceType type = KINDS.get(resource.kind());
        assertThat(type).isNotNull();
        weft.direct().create(type, resource);
    }

    private static String route(String name, String parent, String backend) {
        return """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %s, namespace: shop}
        spec:
          parentRefs: [%s]
          rules:
          - backendRefs: [%s]
        """
                .formatted(name, parent, backend);
    }

    private static String service(String name) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec:
          ports: [{port: 80}]
        """
                .formatted(name);
    }

    private static String gateway(String name, String more) {
        return """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: %s, namespace: bank}
        spec:
          gatewayClassName: weft
          listeners:
          - {name: http, port: 18080, protocol: HTTP%s}
        """
                .formatted(name, more.isEmpty() ? "" : ", " + more);
    }
}
