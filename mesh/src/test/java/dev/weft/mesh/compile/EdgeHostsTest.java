package dev.weft.mesh.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.VirtualHost.Ordering;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EdgeHostsTest {
    private static Route route(String name, String prefix) {
        Match match = prefix.isEmpty() ? Match.everything() : Match.prefix(prefix);
        return Route.toOne(name, name, new Backend.Local(name)).withMatch(match);
    }

    private static VirtualHost asked(String name, Ordering ordering) {
        List<Route> routes =
                List.of(route("wide", "/a"), route("narrow", "/a/b"), route("rest", "/c"));
        return new VirtualHost(Set.of(name), routes, ordering, false);
    }

    private static final VirtualHost SERVICE =
            new VirtualHost(
                    Set.of("web.shop"),
                    List.of(route("service", ""), route("path", "/path")),
                    Ordering.MOST_SPECIFIC,
                    false);

    private static final List<Route> OWN =
            List.of(
                    route("face", ""),
                    route("functions", "/function"),
                    route("one", "/function/one"));

    private static VirtualHost host(String name, Ordering ordering) {
        var hosts = new EdgeHosts(Map.of(name, asked(name, ordering)), new Kept());
        hosts.add(SERVICE);
        return hosts.all(OWN).stream()
                .filter(it -> it.names().contains(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(VirtualHost host) {
        return host.routes().stream().map(Route::name).toList();
    }

    @Test
    void aListCountsForANameOfItsOwn() {
        VirtualHost host = host("shop.example", Ordering.LIST);
        assertThat(host.ordering()).isEqualTo(Ordering.LIST);
        assertThat(names(host)).containsExactly("wide", "narrow", "rest");
    }

    @Test
    void aListCountsForAServicesNameBeforeWhatTheServiceServes() {
        VirtualHost host = host("web.shop", Ordering.LIST);
        assertThat(host.ordering()).isEqualTo(Ordering.LIST);
        assertThat(names(host)).containsExactly("wide", "narrow", "rest", "path", "service");
        assertThat(host("web.shop", Ordering.MOST_SPECIFIC).ordering())
                .isEqualTo(Ordering.MOST_SPECIFIC);
    }

    @Test
    void aListForEveryNameStandsBetweenThePlatformsOwnPathsAndTheRest() {
        VirtualHost host = host(VirtualHost.ANY, Ordering.LIST);
        assertThat(host.ordering()).isEqualTo(Ordering.LIST);
        assertThat(names(host))
                .containsExactly("one", "functions", "wide", "narrow", "rest", "face");
        assertThat(host(VirtualHost.ANY, Ordering.MOST_SPECIFIC).ordering())
                .isEqualTo(Ordering.MOST_SPECIFIC);
    }
}
