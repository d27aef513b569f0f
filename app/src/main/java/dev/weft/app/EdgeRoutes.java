package dev.weft.app;

import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Reach;
import dev.weft.dataplane.route.Route;
import dev.weft.dialects.openfaas.Face;
import java.util.List;

/**
 * What the edge serves whatever is applied, for hosts that are no Service's: the faces of other
 * systems. Administrative paths exist for callers on this machine only.
 */
final class EdgeRoutes {
    private EdgeRoutes() {}

    static List<Route> all() {
        Route face = Route.toOne("OpenFaaS", "weft/openfaas", new Backend.Local(Face.NAME));
        return List.of(
                face,
                face.withMatch(new Match("/system", Reach.LOOPBACK)),
                face.withMatch(new Match("/ui", Reach.LOOPBACK)));
    }
}
