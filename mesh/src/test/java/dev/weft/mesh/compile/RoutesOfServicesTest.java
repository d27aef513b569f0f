package dev.weft.mesh.compile;

import static dev.weft.mesh.compile.Objects.key;
import static dev.weft.mesh.compile.Objects.resource;
import static dev.weft.mesh.compile.Objects.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.PathRoute;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What rules whose place is a Service make of calls to it. */
final class RoutesOfServicesTest {
    private final Compiler compiler = new Compiler(List.of());

    @BeforeEach
    void services() {
        Objects.webs("root", "blue").forEach(compiler::putService);
        compiler.putSlice(slice("root-1", "root", 8080, "127.1.0.1"));
        compiler.putSlice(slice("blue-1", "blue", 8080, "127.1.0.2"));
    }

    @Test
    void aPathToTheServiceFindsWhatTheServiceFinds() {
        put("path", path("/function/root.x"));
        put(
                "rules",
                rule("", Match.prefix("/")),
                rule("", Match.prefix("/a")),
                rule("", Match.of(new Match.Path.Exact("/b"))),
                rule("", Match.of(new Match.Path.Regex(Expression.of("/[0-9]+|/c")))));

        assertThat(host(VirtualHost.ANY).routes())
                .allMatch(
                        it ->
                                it.policy()
                                        .path()
                                        .equals(new PathRewrite.Without("/function/root.x")))
                .extracting(it -> it.match().path().text())
                .containsExactly(
                        "/function/root.x",
                        "/function/root.x/a",
                        "/function/root.x/b",
                        "/function/root\\.x(?:/[0-9]+|/c)");
    }

    @Test
    void whatIsSaidAgainInTheSameWordsCanStillBeTakenBack() {
        put("rules", rule("", Match.prefix("/a")));
        put("rules", rule("", Match.prefix("/a")));
        put("rules", rule("", Match.prefix("/b")));

        assertThat(host("root.shop").routes())
                .extracting(it -> it.match().path().text())
                .containsExactly("/b");
    }

    @Test
    void callersWithRoutesOfTheirOwnComeFirstAndAreServedNothingElse() {
        put("everyone", rule("", Match.prefix("/a/b")));
        put("callers", rule("bank", Match.prefix("/a")));

        VirtualHost host = host("root.shop");

        assertThat(host.ordering()).isEqualTo(VirtualHost.Ordering.LIST);
        assertThat(host.routes())
                .extracting(it -> it.match().path().text(), it -> it.match().from().sources())
                .containsExactly(
                        tuple("/a", Set.of("bank/*")),
                        tuple("/", Set.of("bank/*")),
                        tuple("/a/b", Set.of()));
    }

    @Test
    void whereOnlyCallersHaveRoutesTheServiceServesTheOthers() {
        put("callers", rule("bank", Match.everything()));

        List<Route> routes = host("root.shop").routes();

        assertThat(routes).hasSize(2);
        assertThat(routes.getLast().match()).isEqualTo(Match.everything());
        assertThat(routes.getLast().name()).isEqualTo("Service shop/root");
    }

    @Test
    void podsSayWhoCallsFromWhere() {
        compiler.compile();
        compiler.putPod(pod("website-5d-x", "127.1.7.1", "Running"));
        assertThat(compiler.isCurrent()).isTrue();
        put("callers", rule("bank", Match.everything()));

        assertThat(compiler.compile().snapshot().sources())
                .isEqualTo(Map.of("127.1.7.1", "shop/website"));
        compiler.putPod(pod("website-5d-x", "127.1.7.1", "Failed"));
        assertThat(compiler.isCurrent()).isFalse();
        assertThat(compiler.compile().snapshot().sources()).isEmpty();
    }

    private static dev.weft.api.model.Resource pod(String name, String ip, String phase) {
        return resource(
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"shop","name":"%s",
                 "labels":{"pod-template-hash":"5d"},
                 "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet",
                  "name":"website-5d","uid":"u","controller":true}]},
                 "status":{"podIP":"%s","phase":"%s"}}\
                """
                        .formatted(name, ip, phase));
    }

    private void put(String name, Intent... intents) {
        compiler.putIntents(new Source.Kinded("HTTPRoute", key(name)), List.of(intents));
    }

    private static HttpRule rule(String callers, Match match) {
        return new HttpRule(
                new Source("HTTPRoute", key("r"), Instant.EPOCH),
                "",
                0,
                List.of(new Place.Callee(key("root"), 0, callers)),
                match,
                Policy.usual(),
                new HttpRule.Sharing(
                        List.of(
                                new HttpRule.Part(
                                        1,
                                        new Target.Port(key("blue"), 80, false),
                                        Changes.none(),
                                        List.of())),
                        List.of()),
                Optional.empty());
    }

    private static PathRoute path(String prefix) {
        return new PathRoute(
                new Source("Function", key("root"), Instant.EPOCH),
                prefix,
                key("root"),
                OptionalInt.empty(),
                PathRoute.Stamps.CALL);
    }

    private VirtualHost host(String name) {
        return compiler.compile().snapshot().hosts().stream()
                .filter(it -> it.names().contains(name))
                .findFirst()
                .orElseThrow();
    }
}
