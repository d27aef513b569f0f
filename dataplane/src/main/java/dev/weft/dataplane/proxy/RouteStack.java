package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.Filters;
import dev.weft.dataplane.filter.Filters.Mirror;
import dev.weft.dataplane.filter.Retrying;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.filter.Timely;
import dev.weft.dataplane.log.AccessLogging;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.route.Marks;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.service.Stack;
import java.util.List;

/** What a request goes through on its route, from top to bottom. Pure. */
final class RouteStack {
    private RouteStack() {}

    /**
     * @param mirrors who gets copies
     */
    static Stack of(Route route, Shared own, List<Mirror> mirrors) {
        return tries(
                changes(guards(notes(route, own), route, own), route, own, mirrors), route, own);
    }

    /**
     * What is left of a route for connections whose bytes pass as they are: who gets them, how long
     * they may take, and how often another endpoint is tried while none stands.
     *
     * @param plain whether nothing is put around the bytes, whatever is said of the endpoints' TLS
     */
    static Route forConnections(Route route, boolean plain) {
        Policy policy = route.policy();
        Timeouts asked = policy.timeouts();
        var timeouts =
                new Timeouts(
                        asked.connect(),
                        asked.answer(),
                        asked.idle(),
                        Timeouts.NONE,
                        Timeouts.NONE,
                        asked.lasting());
        Retry retry =
                policy.retry()
                        .withAttempts(Math.max(CONNECTION_ATTEMPTS, policy.retry().attempts()))
                        .withOn(Retry.On.failed())
                        .withBackoff(Retry.Backoff.none());
        return new Route(
                route.name(),
                route.service(),
                route.match(),
                Policy.usual().withTimeouts(timeouts).withRetry(retry),
                route.backends().stream().map(it -> forConnections(it, plain)).toList());
    }

    private static WeightedBackend forConnections(WeightedBackend backend, boolean plain) {
        return new WeightedBackend(backend.weight(), forBytes(backend.backend(), plain))
                .withOwn(new WeightedBackend.Own(Guard.none(), backend.own().timeouts()));
    }

    private static Backend forBytes(Backend backend, boolean plain) {
        if (!(backend instanceof Backend.Endpoints endpoints) || endpoints.terms().tls() == null) {
            return backend;
        }
        Cluster terms = endpoints.terms().withProtocol(Cluster.Protocol.BYTES);
        return endpoints.withTerms(plain ? terms.withTls(null) : terms);
    }

    private static final int CONNECTION_ATTEMPTS = 3;

    /**
     * Whether the stack is made of the route's policy alone, and so is the same for many routes.
     */
    static boolean isCommon(Route route) {
        Policy policy = route.policy();
        return policy.guard().equals(Guard.none())
                && policy.changes().equals(Changes.none())
                && policy.timeouts().request().isZero()
                && policy.timeouts().perTry().isZero()
                && policy.log().equals(AccessLog.none())
                && !differ(route);
    }

    private static Stack notes(Route route, Shared own) {
        Policy policy = route.policy();
        return Stack.begin()
                .then(
                        "telemetry",
                        "first, so that it times and counts whatever happens below",
                        new Telemetry(own.sources(), own.tunnels()))
                .then(
                        "request-timeout",
                        "above all that can take time, so that it holds for all of it",
                        Timely.request(policy.timeouts().request(), route.name()))
                .then(
                        "lasting",
                        "beside it, for streams, which may last longer than requests",
                        new Lasting(policy.timeouts().lasting().stream(), own.chances()))
                .then(
                        "caller-fields",
                        "before anything of ours is added: drops what callers claim",
                        own.caller().tracing(policy.notes().traced()))
                .then(
                        "marks",
                        "beside the caller's own fields, before a route may change them",
                        next -> policy.marks() == Marks.NONE ? next : own.marks().over(next))
                .then(
                        "access-log",
                        "below the caller's fields, whose trace decides the sample; above whatever"
                                + " may refuse or change",
                        new AccessLogging(policy.log(), route.name(), own.log()));
    }

    private static Stack guards(Stack above, Route route, Shared own) {
        Guard guard = route.policy().guard();
        return above.then(
                        "cors",
                        "above whatever may refuse, so that a page can read why; preflight requests"
                                + " go no further and use up no limit",
                        Filters.cors(guard.cors()))
                .then(
                        "rate-limit",
                        "before anything that costs: what is refused is cheap",
                        Filters.rateLimit(guard.limits(), own.limits()))
                .then(
                        "body-limit",
                        "before a body is asked for",
                        Filters.bodyLimit(guard.bodyBytesMax(), route.name()))
                .then(
                        "fault",
                        "below the limits, since it stands for a backend that fails",
                        Filters.fault(guard.fault(), route.name(), own.chances()));
    }

    private static Stack changes(Stack above, Route route, Shared own, List<Mirror> mirrors) {
        Changes changes = route.policy().changes();
        return above.then(
                        "rewrite",
                        "before the request is sent, once for all tries",
                        Filters.path(changes, route.match().prefix()))
                .then("host", "beside the path, before fields are edited", Filters.host(changes))
                .then(
                        "edits",
                        "after our own fields, so that a route may change those too",
                        Filters.edits(changes))
                .then(
                        "mirror",
                        "below every change of the route, so that copies are what a backend sees;"
                                + " above the tries, so that there is one copy of each request",
                        Filters.mirrors(mirrors, own.chances()));
    }

    private static Stack tries(Stack above, Route route, Shared own) {
        Policy policy = route.policy();
        return above.then(
                        "retry",
                        "below every change, so that each try sends the same bytes; above the"
                                + " choice, so that each try chooses again",
                        new Retrying(policy.retry(), policy.timeouts().request(), own.retries()))
                .then(
                        "try-timeout",
                        "below the retries, so that each try has its own",
                        Timely.tries(policy.timeouts().perTry(), route.name()))
                .then(
                        "fresh-head",
                        "below the tries, so that what one backend changes another does not see",
                        Filters.freshHead(differ(route)));
    }

    /** Whether the tries of a request may have to begin with different heads. */
    private static boolean differ(Route route) {
        return route.policy().retry().attempts() > 1
                && route.backends().stream().anyMatch(it -> changesRequest(it.changes()));
    }

    private static boolean changesRequest(Changes changes) {
        return !changes.host().isEmpty()
                || !(changes.path() instanceof PathRewrite.Keep)
                || !changes.request().equals(HeaderEdits.none());
    }

    /** What a request goes through below the choice of one of several backends. */
    static Stack of(WeightedBackend backend, String prefix, Shared own, List<Mirror> mirrors) {
        Changes changes = backend.changes();
        return guards(backend, own)
                .then("rewrite", "after what the route changed", Filters.path(changes, prefix))
                .then("host", "beside the path", Filters.host(changes))
                .then(
                        "edits",
                        "after those of the route, which hold for every backend",
                        Filters.edits(changes))
                .then(
                        "mirror",
                        "below every change, so that copies are what the backend sees",
                        Filters.mirrors(mirrors, own.chances()));
    }

    /** What only requests that go to this backend must pass; what is refused is not tried again. */
    private static Stack guards(WeightedBackend backend, Shared own) {
        Guard guard = backend.own().guard();
        Timeouts timeouts = backend.own().timeouts();
        String name = "Service " + backend.backend().name();
        return Stack.begin()
                .then(
                        "rate-limit",
                        "before anything that costs",
                        Filters.rateLimit(guard.limits(), own.limits()))
                .then(
                        "body-limit",
                        "before a body is asked for",
                        Filters.bodyLimit(guard.bodyBytesMax(), name))
                .then(
                        "try-timeout",
                        "above all that can take time",
                        Timely.tries(timeouts == null ? Timeouts.NONE : timeouts.perTry(), name))
                .then(
                        "fault",
                        "below the limits, since it stands for this backend when it fails",
                        Filters.fault(guard.fault(), name, own.chances()));
    }
}
