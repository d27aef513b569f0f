package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Edits;
import dev.weft.dataplane.filter.Retrying;
import dev.weft.dataplane.filter.Rewrite;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.filter.Timely;
import dev.weft.dataplane.route.Marks;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Stack;

/** What a request goes through on its route, from top to bottom. Pure. */
final class RouteStack {
    private RouteStack() {}

    static Stack of(Route route, Series unchosen, OwnFields own) {
        Policy policy = route.policy();
        return Stack.begin()
                .then(
                        "telemetry",
                        "first, so that it times and counts whatever happens below",
                        new Telemetry(unchosen))
                .then(
                        "request-timeout",
                        "above all that can take time, so that it holds for all of it",
                        Timely.request(policy.timeouts().request(), route.name()))
                .then(
                        "caller-fields",
                        "before anything of ours is added: drops what callers claim",
                        own.caller())
                .then(
                        "marks",
                        "beside the caller's own fields, before a route may change them",
                        next -> policy.marks() == Marks.NONE ? next : own.marks().over(next))
                .then(
                        "rewrite",
                        "before the request is sent, once for all tries",
                        new Rewrite(policy.path(), route.match().prefix()))
                .then(
                        "edits",
                        "after our own fields, so that a route may change those too",
                        new Edits(policy.headers(), policy.answerHeaders()))
                .then(
                        "retry",
                        "below every change, so that each try sends the same bytes; above the"
                                + " choice, so that each try chooses again",
                        new Retrying(route, own.retries()))
                .then(
                        "try-timeout",
                        "below the retries, so that each try has its own",
                        Timely.tries(policy.timeouts().perTry(), route.name()));
    }
}
