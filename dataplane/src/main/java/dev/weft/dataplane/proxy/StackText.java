package dev.weft.dataplane.proxy;

import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Balancer.Choosing;
import dev.weft.dataplane.route.upstream.Balancer.HashKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Tells a person what a request to a host goes through, from top to bottom. Pure. */
final class StackText {
    private final Function<Route, List<String>> layers;

    /**
     * @param layers the filters of a route that have something to do, each with why it stands there
     */
    StackText(Function<Route, List<String>> layers) {
        this.layers = layers;
    }

    /** Nothing where no host of that name is served. */
    Optional<String> write(Snapshot snapshot, String hostName) {
        return snapshot.hosts().stream()
                .filter(host -> host.names().contains(hostName))
                .findFirst()
                .map(host -> write(snapshot, host));
    }

    private String write(Snapshot snapshot, VirtualHost host) {
        var text = new StringBuilder();
        for (String name : host.names().stream().sorted().toList()) {
            text.append("host      ").append(name).append('\n');
        }
        for (Listener listener : snapshot.listeners()) {
            if (listener instanceof Listener.Http http
                            && !http.routes().isEmpty()
                            && services(host).contains(http.routes().getFirst().service())
                    || listener instanceof Listener.Tcp tcp
                            && services(host).contains(tcp.route().service())
                    || listener instanceof Listener.Detect detect
                            && services(host).contains(detect.otherwise().service())) {
                text.append("address   ").append(listener.address()).append('\n');
            }
        }
        for (Route route : host.routes()) {
            write(route, text);
        }
        return text.toString();
    }

    private static List<String> services(VirtualHost host) {
        return host.routes().stream().map(Route::service).toList();
    }

    private void write(Route route, StringBuilder text) {
        text.append("route     ").append(route.match().prefix());
        text.append("  (").append(route.name()).append(")\n");
        for (String layer : layers.apply(route)) {
            text.append("  ").append(layer).append('\n');
        }
        long sum = route.backends().stream().mapToLong(WeightedBackend::weight).sum();
        if (route.backends().size() > 1) {
            text.append("  split: below the filters, so that each request falls once\n");
        }
        for (WeightedBackend weighted : route.backends()) {
            write(weighted, sum, route.backends().size() > 1, text);
        }
    }

    private static void write(
            WeightedBackend weighted, long sum, boolean split, StringBuilder text) {
        String indent = split ? "    " : "  ";
        text.append(indent);
        if (split) {
            text.append(weighted.weight()).append(" of ").append(sum).append(" to ");
        }
        switch (weighted.backend()) {
            case Backend.Endpoints it -> {
                text.append("endpoints of ").append(it.name()).append(", ").append(chosen(it));
                text.append(it.ready().isEmpty() ? ": none is ready\n" : ":\n");
                for (Address address : it.ready()) {
                    text.append(indent).append("  ").append(address).append('\n');
                }
            }
            case Backend.Local it ->
                    text.append("answered within Weft by ").append(it.name()).append('\n');
            case Backend.Redirect it ->
                    text.append("redirect ")
                            .append(it.status())
                            .append(" to ")
                            .append(Redirecting.text(it.place()))
                            .append('\n');
            case Backend.Fail it ->
                    text.append("refused with ")
                            .append(it.refusal().status())
                            .append(", ")
                            .append(it.refusal().cause())
                            .append('\n');
        }
    }

    /** By what one of the endpoints is chosen. */
    private static String chosen(Backend.Endpoints endpoints) {
        return switch (endpoints.terms().balancer().choosing()) {
            case Choosing.PeakEwma ewma -> "of two drawn the one that is quicker and less busy";
            case Choosing.LeastRequest least -> "of two drawn the one with fewer requests at work";
            case Choosing.RoundRobin turns -> "in turn";
            case Choosing.ConsistentHash(HashKey key) ->
                    switch (key) {
                        case HashKey.Header(String name) -> "by the header " + name;
                        case HashKey.Cookie(String name, var ttl) -> "by the cookie " + name;
                        case HashKey.Query(String name) -> "by the query parameter " + name;
                        case HashKey.Source() -> "by the caller's address";
                    };
        };
    }
}
