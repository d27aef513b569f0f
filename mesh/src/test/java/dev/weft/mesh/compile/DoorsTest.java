package dev.weft.mesh.compile;

import static dev.weft.mesh.compile.Objects.key;
import static dev.weft.mesh.compile.Objects.slice;
import static dev.weft.mesh.compile.Objects.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.Opening;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Target;
import dev.weft.mesh.intent.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Hosts behind Gateways' listeners, change after change. */
final class DoorsTest {
    private static final Front FRONT = new Front("127.0.0.1", 8080);

    private static Opening opening(String section, int port, String hostname) {
        return new Opening(
                new Source("Gateway", key("edge"), Instant.EPOCH),
                section,
                List.of(),
                port,
                Opening.Protocol.HTTP,
                hostname,
                Opening.Terminal.none());
    }

    private static HttpRule rule(String name, String host, String path, String to) {
        return new HttpRule(
                new Source("HTTPRoute", key(name), Instant.EPOCH),
                "",
                path.hashCode(), // the rules of one route have places of their own
                List.of(
                        new Place.Door(key("edge"), "http", Set.of(host)),
                        new Place.Door(key("edge"), "other", Set.of(host))),
                Match.prefix(path),
                Policy.usual(),
                new HttpRule.Sharing(
                        List.of(
                                new HttpRule.Part(
                                        1,
                                        new Target.Port(key(to), 80, false),
                                        Changes.none(),
                                        List.of())),
                        List.of()),
                Optional.empty());
    }

    private static void put(Compiler compiler, String kind, String name, List<Intent> intents) {
        compiler.putIntents(new Source.Kinded(kind, key(name)), intents);
    }

    private static Compiler compiler() {
        var compiler = new Compiler(List.of(), FRONT);
        compiler.putService(web("blue"));
        compiler.putSlice(slice("blue-1", "blue", 8080, "127.1.0.1"));
        return compiler;
    }

    private static VirtualHost host(Snapshot snapshot, String name) {
        return snapshot.hosts().stream()
                .filter(it -> it.names().contains(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void hostsWhoseRoutesDidNotChangeStayTheSameObjects() {
        var compiler = compiler();
        put(
                compiler,
                "Gateway",
                "edge",
                List.of(opening("http", 8080, ""), opening("other", 9090, "")));
        put(compiler, "HTTPRoute", "a", List.of(rule("a", "a.example", "/", "blue")));
        put(compiler, "HTTPRoute", "b", List.of(rule("b", "b.example", "/", "blue")));
        Snapshot before = compiler.compile().snapshot();
        put(compiler, "HTTPRoute", "a", List.of(rule("a", "a.example", "/new", "blue")));
        Snapshot after = compiler.compile().snapshot();
        assertThat(host(after, "b.example")).isSameAs(host(before, "b.example"));
        assertThat(host(after, "a.example").routes().getFirst().match())
                .isEqualTo(Match.prefix("/new"));
        compiler.putSlice(slice("blue-1", "blue", 8080, "127.1.0.2"));
        Snapshot moved = compiler.compile().snapshot();
        assertThat(host(moved, "b.example")).isNotSameAs(host(before, "b.example"));
        assertThat(host(moved, "b.example").routes().getFirst().backends().getFirst().backend())
                .as("endpoints are one value for all who name them")
                .isSameAs(
                        host(moved, "a.example")
                                .routes()
                                .getFirst()
                                .backends()
                                .getFirst()
                                .backend());
    }

    private static Terms terms(String name, String section, UnaryOperator<Entrance> asked) {
        return new Terms(
                new Source("TrafficPolicy", key(name), Instant.EPOCH),
                new Source.Kinded("Gateway", key("edge")),
                section,
                new Terms.Asked(
                        name, it -> it, it -> it, asked, new Terms.OfRules(Set.of(), false)));
    }

    @Test
    void whatIsAskedOfConnectionsHoldsForTheEdgeAndForListenersTheNarrowestFirst() {
        var compiler = compiler();
        put(
                compiler,
                "Gateway",
                "edge",
                List.of(
                        opening("http", 8080, ""),
                        opening("other", 9090, ""),
                        opening("beside", 9090, "a.example")));
        assertThat(compiler.compile().snapshot().edge()).isEqualTo(Entrance.usual());
        Duration age = Duration.ofMinutes(10);
        put(
                compiler,
                "TrafficPolicy",
                "whole",
                List.of(terms("whole", "", it -> it.withConnectionsMax(50).withAge(age))));
        put(
                compiler,
                "TrafficPolicy",
                "part",
                List.of(terms("part", "other", it -> it.withConnectionsMax(5))));
        Snapshot asked = compiler.compile().snapshot();
        assertThat(asked.edge()).isEqualTo(Entrance.usual().withConnectionsMax(50).withAge(age));
        assertThat(asked.listeners().getFirst().entrance())
                .as("the strictest of those that share an address")
                .isEqualTo(Entrance.usual().withConnectionsMax(5).withAge(age));
        put(compiler, "TrafficPolicy", "whole", List.of());
        put(compiler, "TrafficPolicy", "part", List.of());
        Snapshot after = compiler.compile().snapshot();
        assertThat(after.edge()).isEqualTo(Entrance.usual());
        assertThat(after.listeners().getFirst().entrance()).isEqualTo(Entrance.usual());
    }

    @Test
    void whatIsServedDoesNotDependOnTheWayThere() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.Logger log = System.getLogger("test");
        log.log(System.Logger.Level.INFO, "repeat with -Dseed={0}", Long.toString(seed));
        var random = new Random(seed);
        var compiler = compiler();
        var world = new TreeMap<String, List<Intent>>();
        for (int step = 0; step < 200; step++) {
            change(random, world, compiler);
            if (random.nextInt(3) > 0) {
                compiler.compile();
            }
            Snapshot fresh = fromScratch(world).compile().snapshot();
            Snapshot now = compiler.compile().snapshot();
            assertThat(new HashSet<>(now.hosts()))
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(new HashSet<>(fresh.hosts()));
            assertThat(served(now)).isEqualTo(served(fresh));
        }
    }

    private static Map<String, Set<VirtualHost>> served(Snapshot snapshot) {
        var served = new TreeMap<String, Set<VirtualHost>>();
        for (Listener listener : snapshot.listeners()) {
            if (listener instanceof Listener.Http http) {
                served.put(http.address().toString(), new HashSet<>(http.hosts()));
            }
        }
        return served;
    }

    private static void change(Random random, Map<String, List<Intent>> world, Compiler compiler) {
        List<Intent> wanted = new ArrayList<>();
        String kind = random.nextInt(5) == 0 ? "Gateway" : "HTTPRoute";
        String name = kind.equals("Gateway") ? "edge" : "r" + random.nextInt(6);
        if (kind.equals("Gateway")) {
            wanted.add(opening("http", 8080, random.nextBoolean() ? "" : "h1.example"));
            if (random.nextBoolean()) {
                wanted.add(opening("other", 9090, random.nextBoolean() ? "" : "*.example"));
            }
        } else {
            for (int i = random.nextInt(3); i > 0; i--) {
                wanted.add(
                        rule(
                                name,
                                "h" + random.nextInt(4) + ".example",
                                "/" + name + i + random.nextInt(2),
                                random.nextBoolean() ? "blue" : "green"));
            }
        }
        world.put(kind + " " + name, wanted);
        put(compiler, kind, name, wanted);
    }

    private static Compiler fromScratch(Map<String, List<Intent>> world) {
        var compiler = compiler();
        world.forEach(
                (about, wanted) -> {
                    int space = about.indexOf(' ');
                    put(compiler, about.substring(0, space), about.substring(space + 1), wanted);
                });
        return compiler;
    }
}
