package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Match.Field;
import dev.weft.dataplane.route.Match.From;
import dev.weft.dataplane.route.Match.Path;
import dev.weft.dataplane.route.Match.Value;
import dev.weft.dataplane.route.Reach;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.VirtualHost.Ordering;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which of many routes takes a request. A route here answers with its own name. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class, Seeds.class})
class MatchingTest {
    private static final List<String> SEGMENTS = List.of("a", "b", "ab", "c1");
    private static final List<String> EXPRESSIONS =
            List.of(
                    "/a/[ab]+",
                    "/.*",
                    "/a/b/.+",
                    "(/b)+/?",
                    "/a|/b/c1",
                    "/ab?/a",
                    "/c\\d(/.*)?",
                    "/a/b\\b.*",
                    "/a/b/^.*",
                    "/a/b/\\Gc1",
                    "/a/(?i)B");
    private static final List<String> HOSTS = List.of("a.x", "b.x", "*.x", "*.a.x", "a.x:81", "*");
    private static final List<String> ASKED =
            List.of("a.x", "b.x", "c.x", "d.a.x", "e.d.a.x", "x", "A.X:81", "y", "b.x:81");

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private static Route route(String name, Match match) {
        return Route.toOne(name, name, new Backend.Redirect(name, 302, "/" + name))
                .withMatch(match);
    }

    private static VirtualHost host(String name, Route... routes) {
        return new VirtualHost(Set.of(name), List.of(routes));
    }

    private void apply(VirtualHost... hosts) {
        proxy.plane.apply(new Snapshot(List.of(hosts), List.of()));
    }

    /** The name of the route that took a request, or none. */
    private static String taker(RawClient.Answer answer) {
        return answer.status() == 302 ? answer.field("location").substring(1) : "none";
    }

    private String ask(String method, String host, String target, String... fields)
            throws Exception {
        return taker(answer(method, host, target, fields));
    }

    private RawClient.Answer answer(String method, String host, String target, String... fields)
            throws Exception {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return proxy.client().send(head.append("\r\n").toString()).answer();
    }

    private static Field exactly(String name, String value) {
        return new Field(name, new Value.Exact(value));
    }

    @Test
    void anExactPathStandsBeforeAnExpressionBeforeTheLongestPrefix() throws Exception {
        apply(
                host(
                        "*",
                        route("root", Match.everything()),
                        route("prefix", Match.prefix("/a/b")),
                        route("regex", Match.of(new Path.Regex(Expression.of("/a/b/[0-9]+")))),
                        route("exact", Match.of(new Path.Exact("/a/b/7")))));
        assertThat(ask("GET", "h", "/a/b/7?x=1")).isEqualTo("exact");
        assertThat(ask("GET", "h", "/a/b/8")).isEqualTo("regex");
        assertThat(ask("GET", "h", "/a/b/x")).isEqualTo("prefix");
        assertThat(ask("GET", "h", "/a/bc")).isEqualTo("root");
    }

    @Test
    void methodsThenHeadersThenParametersDecideBetweenEqualPaths() throws Exception {
        Match all = Match.everything();
        apply(
                host(
                        "*",
                        route("plain", all),
                        route("query", all.withQuery(List.of(exactly("q", "a b")))),
                        route("one", all.withHeaders(List.of(exactly("x-a", "1")))),
                        route(
                                "two",
                                all.withHeaders(
                                        List.of(
                                                exactly("x-a", "1"),
                                                new Field("x-b", new Value.Present())))),
                        route(
                                "like",
                                all.withHeaders(
                                        List.of(
                                                new Field(
                                                        "x-c",
                                                        new Value.Regex(Expression.of("v[12]")))))),
                        route("post", all.withMethod("POST"))));
        assertThat(ask("GET", "h", "/")).isEqualTo("plain");
        assertThat(ask("GET", "h", "/?r=1&q=a%20b")).isEqualTo("query");
        assertThat(ask("GET", "h", "/?q=a+b", "X-A: 1")).isEqualTo("one");
        assertThat(ask("GET", "h", "/", "X-A: 2", "x-a: 1", "X-B:")).isEqualTo("two");
        assertThat(ask("GET", "h", "/", "X-C: v2")).isEqualTo("like");
        assertThat(ask("GET", "h", "/", "X-C: v3")).isEqualTo("plain");
        assertThat(ask("POST", "h", "/", "X-A: 1", "X-B: 1", "Content-Length: 0"))
                .isEqualTo("post");
    }

    @Test
    void wildcardsTakeWholeLabelsAndTheLongestWins() throws Exception {
        apply(
                host("a.x", route("exact", Match.prefix("/only"))),
                host("*.x", route("x", Match.everything())),
                host("*.a.x", route("ax", Match.everything())),
                host("*", route("any", Match.everything())));
        assertThat(ask("GET", "a.x", "/only")).isEqualTo("exact");
        assertThat(ask("GET", "a.x", "/else")).isEqualTo("x");
        assertThat(ask("GET", "c.b.A.X:90", "/")).isEqualTo("ax");
        assertThat(ask("GET", "ba.x", "/")).isEqualTo("x");
        assertThat(ask("GET", "x", "/")).isEqualTo("any");
    }

    @Test
    void aHostThatStandsAloneOffersItsRequestsToNoOther() throws Exception {
        apply(
                new VirtualHost(
                        Set.of("a.x"),
                        List.of(route("a", Match.prefix("/a"))),
                        Ordering.MOST_SPECIFIC,
                        true),
                host("*", route("any", Match.everything())));
        assertThat(ask("GET", "a.x", "/a")).isEqualTo("a");
        assertThat(ask("GET", "a.x", "/b")).isEqualTo("none");
        assertThat(ask("GET", "b.x", "/b")).isEqualTo("any");
    }

    @Test
    void inListOrderTheFirstWins() throws Exception {
        proxy.plane.apply(
                new Snapshot(
                        List.of(
                                new VirtualHost(
                                        Set.of("*"),
                                        List.of(
                                                route("regex", regex("/a.*")),
                                                route("exact", Match.of(new Path.Exact("/a"))),
                                                route("root", Match.everything()),
                                                route("late", Match.prefix("/b"))),
                                        Ordering.LIST,
                                        false)),
                        List.of()));
        assertThat(ask("GET", "h", "/a")).isEqualTo("regex");
        assertThat(ask("GET", "h", "/b")).isEqualTo("root");
    }

    @Test
    void aRouteCanBeForOneWorkloadAlone() throws Exception {
        Match mine = Match.everything();
        proxy.plane.apply(
                new Snapshot(
                        List.of(
                                host(
                                        "*",
                                        route("others", Match.prefix("/")),
                                        route(
                                                "mine",
                                                mine.withFrom(
                                                                new From(
                                                                        Reach.ANYONE,
                                                                        Set.of(),
                                                                        Set.of("default/web")))
                                                        .withMethod("GET")))),
                        List.of(),
                        Map.of("127.0.0.1", "default/web")));
        assertThat(ask("GET", "h", "/")).isEqualTo("mine");
        proxy.plane.apply(
                new Snapshot(
                        List.of(host("*", route("others", Match.everything()))),
                        List.of(),
                        Map.of("127.0.0.1", "default/other")));
        assertThat(ask("GET", "h", "/")).isEqualTo("others");
    }

    @Test
    void aMissTellsWhatIsNear() throws Exception {
        apply(
                host(
                        "a.x",
                        route("split", Match.prefix("/orders").withMethod("POST")),
                        route("figlet", Match.prefix("/function/figlet")),
                        route(
                                "beta",
                                Match.prefix("/beta")
                                        .withHeaders(List.of(exactly("x-beta", "yes"))))));
        assertThat(answer("GET", "a.x", "/orders/7").body())
                .contains("split takes this path only with the method POST.\n(");
        assertThat(answer("GET", "a.x", "/beta").body())
                .contains("beta takes this path only with the header x-beta: yes.\n(");
        assertThat(answer("GET", "a.x", "/function/figelt/x").body())
                .contains("Was /function/figlet meant?\n(");
        assertThat(answer("GET", "a.x", "/nothing/like/it").body()).contains("(listener edge).\n(");
    }

    @Test
    void anExpressionThatWouldTakeTooLongDoesNotMatch() throws Exception {
        apply(host("*", route("slow", regex("/(a+)+b")), route("else", Match.everything())));
        assertThat(ask("GET", "h", "/" + "a".repeat(200))).isEqualTo("else");
        assertThat(ask("GET", "h", "/aaab")).isEqualTo("slow");
    }

    private static Match regex(String text) {
        return Match.of(new Path.Regex(Expression.of(text)));
    }

    @Test
    void theTablesAgreeWithAMatcherThatLooksAtEveryRoute(Seed seed) throws Exception {
        Chance chance = seed.chance();
        for (int round = 0; round < 8; round++) {
            List<VirtualHost> hosts = hosts(chance);
            proxy.plane.apply(new Snapshot(hosts, List.of()));
            RawClient client = proxy.client();
            for (int i = 0; i < 150; i++) {
                var asked = Asked.some(chance);
                String taker = taker(client.send(asked.text()).answer());
                assertThat(taker)
                        .as("%s, %s among %s", seed, asked, hosts)
                        .isEqualTo(Naive.taker(hosts, asked));
            }
        }
    }

    private static List<VirtualHost> hosts(Chance chance) {
        var hosts = new ArrayList<VirtualHost>();
        for (String name : HOSTS) {
            if (chance.percent(70)) {
                var routes = new ArrayList<Route>();
                var matches = new HashSet<Match>();
                for (int i = chance.below(20); i >= 0; i--) {
                    Match match = match(chance);
                    if (matches.add(match)) {
                        routes.add(route("r" + hosts.size() + "-" + i, match));
                    }
                }
                Ordering ordering = chance.percent(50) ? Ordering.LIST : Ordering.MOST_SPECIFIC;
                hosts.add(new VirtualHost(Set.of(name), routes, ordering, chance.percent(20)));
            }
        }
        return hosts;
    }

    private static Match match(Chance chance) {
        Path path =
                switch (chance.below(4)) {
                    case 0 -> new Path.Exact(path(chance));
                    case 1 -> new Path.Regex(Expression.of(chance.pick(EXPRESSIONS)));
                    default -> {
                        String text = path(chance);
                        boolean bare = text.length() > 1 && text.endsWith("/");
                        yield new Path.Prefix(bare ? text.substring(0, text.length() - 1) : text);
                    }
                };
        Match match = Match.of(path);
        match = chance.percent(30) ? match.withMethod(chance.pick(List.of("GET", "PUT"))) : match;
        if (chance.percent(30)) {
            match = match.withHeaders(List.of(exactly("x-h", "" + chance.below(2))));
        }
        if (chance.percent(20)) {
            match = match.withQuery(List.of(exactly("q", "" + chance.below(2))));
        }
        return match;
    }

    private static String path(Chance chance) {
        var path = new StringBuilder();
        for (int i = chance.below(4); i > 0; i--) {
            path.append('/').append(chance.pick(SEGMENTS));
        }
        return path.isEmpty() || chance.percent(15) ? path.append('/').toString() : path.toString();
    }

    /** A request. */
    private record Asked(String method, String host, String path, String query, String header) {
        static Asked some(Chance chance) {
            return new Asked(
                    chance.pick(List.of("GET", "PUT", "DELETE")),
                    chance.pick(ASKED),
                    MatchingTest.path(chance),
                    chance.percent(40) ? "" + chance.below(2) : "",
                    chance.percent(40) ? "" + chance.below(2) : "");
        }

        String text() {
            return method
                    + " "
                    + path
                    + (query.isEmpty() ? "" : "?q=" + query)
                    + " HTTP/1.1\r\nHost: "
                    + host
                    + "\r\n"
                    + (header.isEmpty() ? "" : "X-H: " + header + "\r\n")
                    + "Content-Length: 0\r\n\r\n";
        }
    }

    /** The rules as they are written, and no more. */
    private static final class Naive {
        static String taker(List<VirtualHost> hosts, Asked asked) {
            String name = asked.host.toLowerCase(java.util.Locale.ROOT);
            String bare = name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
            var names = new ArrayList<String>();
            names.add(hosts.stream().anyMatch(host -> host.names().contains(name)) ? name : bare);
            for (int dot = bare.indexOf('.'); dot > 0; dot = bare.indexOf('.', dot + 1)) {
                names.add("*" + bare.substring(dot));
            }
            names.add("*");
            for (String one : names) {
                for (VirtualHost host : hosts) {
                    if (host.names().contains(one)) {
                        List<Route> all =
                                host.routes().stream()
                                        .filter(route -> takes(route.match(), asked))
                                        .toList();
                        if (!all.isEmpty()) {
                            return host.ordering() == Ordering.LIST
                                    ? all.getFirst().name()
                                    : all.stream().min(specific()).orElseThrow().name();
                        }
                        if (host.alone()) {
                            return "none";
                        }
                    }
                }
            }
            return "none";
        }

        private static boolean takes(Match match, Asked asked) {
            String path = asked.path;
            boolean here =
                    switch (match.path()) {
                        case Path.Exact(String text) -> text.equals(path);
                        case Path.Regex(Expression it) -> path.matches(it.text());
                        case Path.Prefix(String text) ->
                                text.equals("/")
                                        || Arrays.asList(path.split("/"))
                                                .subList(
                                                        0,
                                                        Math.min(
                                                                path.split("/").length,
                                                                text.split("/").length))
                                                .equals(Arrays.asList(text.split("/")));
                    };
            return here
                    && (match.method().isEmpty() || match.method().equals(asked.method))
                    && match.headers().stream()
                            .allMatch(it -> it.value().equals(new Value.Exact(asked.header)))
                    && match.query().stream()
                            .allMatch(it -> it.value().equals(new Value.Exact(asked.query)));
        }

        private static Comparator<Route> specific() {
            return Comparator.comparing(
                    Route::match,
                    Comparator.comparing((Match it) -> !(it.path() instanceof Path.Exact))
                            .thenComparing(it -> it.path() instanceof Path.Prefix)
                            .thenComparing(it -> -it.path().text().length())
                            .thenComparing(it -> it.method().isEmpty())
                            .thenComparing(it -> -it.headers().size())
                            .thenComparing(it -> -it.query().size()));
        }
    }
}
