package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.BodyLimit;
import dev.weft.dataplane.filter.CrossOrigin;
import dev.weft.dataplane.filter.Edits;
import dev.weft.dataplane.filter.FaultInjection;
import dev.weft.dataplane.filter.FreshHead;
import dev.weft.dataplane.filter.HostRewrite;
import dev.weft.dataplane.filter.Mirroring;
import dev.weft.dataplane.filter.Mirroring.Mirror;
import dev.weft.dataplane.filter.RateLimiting;
import dev.weft.dataplane.filter.Retrying;
import dev.weft.dataplane.filter.Rewrite;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.filter.Timely;
import dev.weft.dataplane.log.AccessLogging;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.route.Marks;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.service.Stack;
import java.util.List;

/** What a request goes through on its route, from top to bottom. Pure. */
final class RouteStack {
    private RouteStack() {}

    /**
     * @param unchosen counts what got no backend
     * @param mirrors who gets copies
     */
    static Stack of(Route route, Series unchosen, Shared own, List<Mirror> mirrors) {
        Policy policy = route.policy();
        Guard guard = policy.guard();
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
                        "access-log",
                        "below the caller's fields, whose trace decides the sample; above whatever"
                                + " may refuse or change",
                        new AccessLogging(policy.log(), route.name(), own.log(), own.clock()))
                .then(
                        "cors",
                        "above whatever may refuse, so that a page can read why; preflight requests"
                                + " go no further and use up no limit",
                        new CrossOrigin(guard.cors()))
                .then(
                        "rate-limit",
                        "before anything that costs: what is refused is cheap",
                        new RateLimiting(guard.limits(), own.limits()))
                .then(
                        "body-limit",
                        "before a body is asked for",
                        new BodyLimit(guard.bodyBytesMax(), route.name()))
                .then(
                        "fault",
                        "below the limits, since it stands for a backend that fails",
                        new FaultInjection(guard.fault(), route.name(), own.chances()))
                .then(
                        "rewrite",
                        "before the request is sent, once for all tries",
                        new Rewrite(policy.path(), route.match().prefix()))
                .then(
                        "host",
                        "beside the path, before fields are edited",
                        new HostRewrite(policy.changes().host()))
                .then(
                        "edits",
                        "after our own fields, so that a route may change those too",
                        new Edits(policy.headers(), policy.answerHeaders()))
                .then(
                        "mirror",
                        "below every change of the route, so that copies are what a backend sees;"
                                + " above the tries, so that there is one copy of each request",
                        new Mirroring(mirrors, own.chances()))
                .then(
                        "retry",
                        "below every change, so that each try sends the same bytes; above the"
                                + " choice, so that each try chooses again",
                        new Retrying(route, own.retries()))
                .then(
                        "try-timeout",
                        "below the retries, so that each try has its own",
                        Timely.tries(policy.timeouts().perTry(), route.name()))
                .then(
                        "fresh-head",
                        "below the tries, so that what one backend changes another does not see",
                        new FreshHead(
                                policy.retry().attempts() > 1
                                        && route.backends().stream()
                                                .anyMatch(it -> changes(it.changes()))));
    }

    private static boolean changes(Changes changes) {
        return !changes.withAnswer(HeaderEdits.none())
                .withMirrors(List.of())
                .equals(Changes.none());
    }

    /** What a request goes through below the choice of one of several backends. */
    static Stack of(WeightedBackend backend, String prefix, Shared own, List<Mirror> mirrors) {
        Changes changes = backend.changes();
        return Stack.begin()
                .then(
                        "rewrite",
                        "after what the route changed",
                        new Rewrite(changes.path(), prefix))
                .then("host", "beside the path", new HostRewrite(changes.host()))
                .then(
                        "edits",
                        "after those of the route, which hold for every backend",
                        new Edits(changes.request(), changes.answer()))
                .then(
                        "mirror",
                        "below every change, so that copies are what the backend sees",
                        new Mirroring(mirrors, own.chances()));
    }
}
