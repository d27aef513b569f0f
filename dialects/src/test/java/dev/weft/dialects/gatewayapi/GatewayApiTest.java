package dev.weft.dialects.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dataplane.route.Policy;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.World;
import dev.weft.testkit.Golden;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What manifests of the Gateway API want, and what is said of them. */
final class GatewayApiTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    private static final String THREE_RULES =
            """
            {apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: c},
             spec: {controllerName: %s}}
            ---
            {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway,
             metadata: {name: g, namespace: shop},
             spec: {gatewayClassName: c, listeners: [{name: web, port: 80, protocol: HTTP}]}}
            ---
            {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute,
             metadata: {name: r, namespace: shop}, spec: {parentRefs: [{name: g}], rules: [
             {matches: [{path: {type: PathPrefix, value: /a}}],
              filters: [{type: RequestHeaderModifier,
                         requestHeaderModifier: {set: [{name: x-note, value: one}]}}],
              backendRefs: [{name: s, port: 80}]},
             {matches: [{path: {type: PathPrefix, value: /b}}],
              filters: [{type: RequestHeaderModifier,
                         requestHeaderModifier: {set: [{name: x-note, value: one}]}}],
              backendRefs: [{name: s, port: 80}]},
             {matches: [{path: {type: PathPrefix, value: /c}}],
              filters: [{type: RequestHeaderModifier,
                         requestHeaderModifier: {set: [{name: x-note, value: two}]}}],
              backendRefs: [{name: t, port: 80}]}]}}
            """
                    .formatted(Words.CONTROLLER);

    private record Manifests(List<Resource> all) implements World {
        static Manifests read(String golden) {
            return of(Golden.read(golden));
        }

        static Manifests of(String yaml) {
            return new Manifests(
                    Yaml.read(yaml).stream()
                            .map(it -> new Resource(it.value().object().orElseThrow()))
                            .toList());
        }

        @Override
        public Optional<Resource> find(ResourceType type, Key key) {
            return all(type).stream().filter(it -> it.key().equals(key)).findFirst();
        }

        @Override
        public List<Resource> all(ResourceType type) {
            return all.stream().filter(it -> it.kind().equals(type.kind())).toList();
        }
    }

    @Test
    void manifestsBecomeIntentsAndStatuses() {
        Golden.assertMatches("gatewayapi/shop.txt", said(Manifests.read("gatewayapi/shop.yaml")));
    }

    @Test
    void statusesSayWhatTheBookWants() {
        Golden.assertMatches("gatewayapi/book.txt", said(Manifests.read("gatewayapi/book.yaml")));
    }

    @Test
    void whoPicksAClassCanReadWhatItDoes() {
        Resource ours = Manifests.read("gatewayapi/book.yaml").all(Types.GATEWAY_CLASS).getFirst();

        JsonObject status = ClassStatus.of(ours, NOW);

        assertThat(status.array("conditions").objects())
                .extracting(it -> it.text("type").orElse(""))
                .containsExactly("Accepted", "SupportedVersion");
        assertThat(status.array("supportedFeatures").objects())
                .extracting(it -> it.text("name").orElse(""))
                .contains("HTTPRouteBackendProtocolH2C", "GatewayStaticAddresses")
                .isSorted();
    }

    private static String said(Manifests world) {
        Map<Source.Kinded, Translated> wanted = new GatewayApi().translate(world);
        Gateways gateways = Gateways.of(world);
        var text = new StringBuilder();
        for (Resource resource : world.all()) {
            var about = new Source.Kinded(resource.kind(), resource.key());
            text.append("## ").append(about.kind()).append(' ').append(about.key()).append('\n');
            for (Intent intent : wanted.getOrDefault(about, Translated.nothing()).intents()) {
                text.append(said(intent)).append('\n');
            }
            JsonObject status = status(resource, gateways, world);
            if (!status.isEmpty()) {
                text.append(Yaml.write(status)).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void whatDidNotChangeIsNotReadAgain() {
        Manifests world = Manifests.read("gatewayapi/shop.yaml");
        var translation = new GatewayApi();
        var route = new Source.Kinded("HTTPRoute", new Key("shop", "full"));

        Map<Source.Kinded, Translated> first = translation.translate(world);
        Map<Source.Kinded, Translated> again = translation.translate(world);

        assertThat(again).isEqualTo(first);
        assertThat(again.get(route)).isSameAs(first.get(route));
        assertThat(first.keySet().stream().filter(it -> it.kind().equals("Gateway")))
                .isNotEmpty()
                .allSatisfy(it -> assertThat(again.get(it)).isSameAs(first.get(it)));
    }

    @Test
    void rulesThatAskForTheSameShareIt() {
        List<HttpRule> rules =
                new GatewayApi()
                        .translate(Manifests.of(THREE_RULES)).values().stream()
                                .flatMap(it -> it.intents().stream())
                                .filter(HttpRule.class::isInstance)
                                .map(HttpRule.class::cast)
                                .toList();

        assertThat(rules).extracting(it -> it.match().prefix()).containsExactly("/a", "/b", "/c");
        assertThat(rules.get(1).policy()).isSameAs(rules.get(0).policy());
        assertThat(rules.get(1).sharing()).isSameAs(rules.get(0).sharing());
        assertThat(rules.get(2).policy()).isNotEqualTo(rules.get(0).policy());
        assertThat(rules.get(2).sharing()).isNotEqualTo(rules.get(0).sharing());
    }

    @Test
    void namesInCommonAreTheNarrowerOnes() {
        assertThat(Hostnames.common("", List.of())).isEqualTo(Set.of("*"));
        assertThat(Hostnames.common("*.a.io", List.of("x.a.io", "a.io", "*.b.a.io", "b.io")))
                .isEqualTo(Set.of("x.a.io", "*.b.a.io"));
        assertThat(Hostnames.common("x.a.io", List.of("*.io", "*.a.io")))
                .isEqualTo(Set.of("x.a.io"));
        assertThat(Hostnames.common("x.a.io", List.of("*.x.a.io"))).isEmpty();
    }

    private static JsonObject status(Resource resource, Gateways gateways, World world) {
        for (RouteSort sort : RouteSort.values()) {
            if (sort.kind().equals(resource.kind())) {
                return RouteStatus.of(resource, sort, gateways, world, NOW);
            }
        }
        return switch (resource.kind()) {
            case "Gateway" ->
                    new GatewayStatus(resource, gateways, world, DoorStates.unknown(), NOW).make();
            case "BackendTLSPolicy" -> TlsPolicies.status(resource, gateways, world, NOW);
            default -> JsonObject.empty();
        };
    }

    /** Names in an order that stays. */
    private static String said(Place place) {
        return switch (place) {
            case Place.Door door ->
                    "%s:%s for %s"
                            .formatted(
                                    door.gateway(),
                                    door.section(),
                                    new TreeSet<>(door.hostnames()));
            case Place.Callee callee -> callee.toString();
        };
    }

    /** Only what is other than usual. */
    private static String said(Intent intent) {
        if (!(intent instanceof HttpRule rule)) {
            return intent.toString();
        }
        Policy usual = Policy.usual();
        var text = new StringBuilder();
        text.append(rule.order()).append(' ').append(rule.rule()).append('\n');
        rule.places().forEach(it -> text.append("  at ").append(said(it)).append('\n'));
        text.append("  when ").append(rule.match()).append('\n');
        if (!rule.policy().changes().equals(usual.changes())) {
            text.append("  changes ").append(rule.policy().changes()).append('\n');
        }
        if (!rule.policy().timeouts().equals(usual.timeouts())) {
            text.append("  timeouts ").append(rule.policy().timeouts()).append('\n');
        }
        if (!rule.policy().retry().equals(usual.retry())) {
            text.append("  retry ").append(rule.policy().retry()).append('\n');
        }
        rule.elsewhere().ifPresent(it -> text.append("  elsewhere ").append(it).append('\n'));
        rule.sharing()
                .parts()
                .forEach(
                        it ->
                                text.append("  ")
                                        .append(it.weight())
                                        .append(" to ")
                                        .append(it.target())
                                        .append('\n'));
        return text.toString();
    }

    @Test
    void theTypesThatAreReadAreThoseThatAreServed() {
        assertThat(new GatewayApi().types()).contains(Types.HTTP_ROUTE, Types.GATEWAY);
    }
}
