package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Backend.Place;
import dev.weft.dataplane.route.Backend.Redirect;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/**
 * Sends callers elsewhere. Any event loop.
 *
 * @param prefix what the route matched, for a place that replaces it
 */
record Redirecting(Redirect redirect, String prefix) implements Service {
    @Override
    public void serve(Exchange exchange) {
        String location =
                switch (redirect.place()) {
                    case Place.Fixed fixed -> fixed.location();
                    case Place.Changed changed -> location(changed, exchange);
                };
        var answer = exchange.answer();
        answer.startAnswer(redirect.status());
        answer.add("location", location);
        answer.bodyLength(0);
        exchange.begin();
        exchange.end();
    }

    private String location(Place.Changed to, Exchange exchange) {
        Head head = exchange.request();
        String own = exchange.peer().encrypted() ? "https" : "http";
        String scheme = to.scheme().isEmpty() ? own : to.scheme();
        var text = new StringBuilder(scheme).append("://");
        text.append(to.host().isEmpty() ? head.host() : to.host());
        int port = port(to, scheme, exchange);
        if (port != 0 && port != usual(scheme)) {
            text.append(':').append(port);
        }
        text.append(path(to.path(), head.path()));
        String query = head.query();
        return query.isEmpty() ? text.toString() : text.append('?').append(query).toString();
    }

    private static int port(Place.Changed to, String scheme, Exchange exchange) {
        if (to.port() != 0) {
            return to.port();
        }
        if (!to.scheme().isEmpty()) {
            return usual(scheme);
        }
        int asked = exchange.request().hostPort();
        return asked != 0 ? asked : exchange.peer().local().getPort();
    }

    private static int usual(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private String path(PathRewrite rewrite, String path) {
        return switch (rewrite) {
            case PathRewrite.Keep() -> path;
            case PathRewrite.Replace(String whole) -> whole;
            case PathRewrite.Without(String front) ->
                    path.length() == front.length() ? "/" : path.substring(front.length());
            case PathRewrite.ReplacePrefix(String replacement) -> {
                String rest = path.substring(prefix.equals("/") ? 0 : prefix.length());
                String front = replacement.equals("/") ? "" : replacement;
                yield front.isEmpty() && rest.isEmpty() ? "/" : front + rest;
            }
        };
    }

    /** For a person. */
    static String text(Place place) {
        return switch (place) {
            case Place.Fixed fixed -> fixed.location();
            case Place.Changed changed ->
                    (changed.scheme().isEmpty() ? "" : changed.scheme() + "://")
                            + (changed.host().isEmpty() ? "the same host" : changed.host())
                            + (changed.port() == 0 ? "" : ":" + changed.port());
        };
    }
}
