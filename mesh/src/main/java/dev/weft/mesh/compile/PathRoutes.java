package dev.weft.mesh.compile;

import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Marks;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.mesh.intent.PathRoute;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Puts a Service's routes under a path of the edge: {@code /function/echo/a} finds the route that
 * {@code /a} finds at the Service, which does not see the front of the path. Pure.
 */
final class PathRoutes {
    private PathRoutes() {}

    static List<Route> under(PathRoute intent, List<Route> routes) {
        var byMatch = new LinkedHashMap<Match, Route>();
        for (Route route : routes) {
            Route moved = moved(intent, route);
            byMatch.putIfAbsent(moved.match(), moved);
        }
        return List.copyOf(byMatch.values());
    }

    private static Route moved(PathRoute intent, Route route) {
        Match match = route.match().withPath(path(intent.prefix(), route.match().path()));
        Policy policy = route.policy();
        List<WeightedBackend> backends = route.backends();
        if (backends.stream().anyMatch(it -> !(it.changes().path() instanceof PathRewrite.Keep))) {
            backends =
                    backends.stream()
                            .map(it -> it.withChanges(stripped(it.changes(), intent.prefix())))
                            .toList();
        } else if (backends.stream().noneMatch(it -> it.backend() instanceof Backend.Redirect)) {
            policy = policy.withChanges(stripped(policy.changes(), intent.prefix()));
        }
        return new Route(
                intent.source().toString(),
                route.service(),
                match,
                policy.withMarks(marks(intent.stamps())),
                backends);
    }

    /** What replaces a path or its beginning already takes the front away. */
    private static Changes stripped(Changes changes, String front) {
        return changes.path() instanceof PathRewrite.Keep
                ? changes.withPath(new PathRewrite.Without(front))
                : changes;
    }

    private static Match.Path path(String front, Match.Path path) {
        return switch (path) {
            case Match.Path.Exact(String text) -> new Match.Path.Exact(front + text);
            case Match.Path.Prefix(String text) ->
                    new Match.Path.Prefix(text.equals("/") ? front : front + text);
            case Match.Path.Regex(Expression expression) ->
                    new Match.Path.Regex(
                            Expression.of(
                                    front.replace(".", "\\.") + "(?:" + expression.text() + ")"));
        };
    }

    private static Marks marks(PathRoute.Stamps stamps) {
        return switch (stamps) {
            case NONE -> Marks.NONE;
            case CALL -> Marks.CALL;
        };
    }
}
