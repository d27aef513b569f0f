package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.testkit.NothingLeft;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What routes keep of their own where they share what serves them. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class LaneTest {
    private ProxyFixture proxy;
    private Origin origin;
    private Backend.Endpoints backend;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
        origin = proxy.named("f");
        backend = ProxyFixture.endpoints("default/f", origin.address());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private Route route(String name, String prefix, Policy policy) {
        return Route.toOne(name, "default/" + name, backend)
                .withMatch(Match.prefix(prefix))
                .withPolicy(policy);
    }

    private void ask(String path) throws Exception {
        assertThat(
                        proxy.client()
                                .send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                .answer()
                                .body())
                .isEqualTo("f");
    }

    @Test
    void matchesOfOneRuleTakeAwayTheirOwnPrefix() throws Exception {
        Policy strip = Policy.usual().withPath(PathRewrite.strip());
        proxy.apply(route("r", "/a", strip), route("r", "/b/c", strip), route("r", "/", strip));
        for (String path : List.of("/a/x", "/b/c/y", "/b/z")) {
            ask(path);
        }
        assertThat(origin.requests())
                .extracting(request -> request.line().split(" ")[1])
                .containsExactly("/x", "/y", "/b/z");
    }

    @Test
    void routesOfTheSamePolicyAreCountedApart() throws Exception {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // two matches of each
            routes.add(route("r" + i, "/" + i, Policy.usual()));
            routes.add(route("r" + i, "/also/" + i, Policy.usual()));
        }
        proxy.apply(routes.toArray(Route[]::new));
        for (int i = 0; i < 20; i++) {
            for (int times = 0; times <= i; times++) {
                ask(times % 2 == 0 ? "/" + i : "/also/" + i);
            }
        }
        for (int i = 0; i < 20; i++) {
            String name = "r" + i;
            assertThat(proxy.plane.figures().series())
                    .filteredOn(it -> it.name().route().equals(name))
                    .extracting(Reading::successes)
                    .as(name)
                    .containsExactly(i + 1L);
        }
    }

    @Test
    void aRouteThatChangesAloneIsServedAnew() throws Exception {
        Route kept = route("r", "/a", Policy.usual());
        proxy.apply(kept, route("r", "/b", Policy.usual()));
        ask("/a/1");
        ask("/b/1");
        Policy whole = Policy.usual().withPath(new PathRewrite.Replace("/whole"));
        proxy.apply(kept, route("r", "/b", whole));
        ask("/a/2");
        ask("/b/2");
        proxy.apply(route("r", "/b", Policy.usual()), kept);
        ask("/a/3");
        ask("/b/3");
        assertThat(origin.requests())
                .extracting(request -> request.line().split(" ")[1])
                .containsExactly("/a/1", "/b/1", "/a/2", "/whole", "/a/3", "/b/3");
    }
}
