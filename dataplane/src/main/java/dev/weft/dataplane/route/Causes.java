package dev.weft.dataplane.route;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every cause that an answer in Weft's own name can carry: the one list, of which {@code
 * docs/reference/causes.md} is written. Any thread.
 */
public final class Causes {
    /** A word, the statuses that it comes with, what it means, and what helps. */
    private record Cause(String word, String statuses, String meaning, String remedy) {}

    private static final List<Cause> ALL =
            List.of(
                    new Cause(
                            "answer-timeout",
                            "504",
                            "The endpoint did not begin its answer in time.",
                            "Look at the endpoint; raise `timeouts.answer`."),
                    new Cause(
                            "body-timeout",
                            "408",
                            "The caller sent nothing of its body for too long.",
                            "Send it faster."),
                    new Cause(
                            "body-too-large",
                            "413",
                            "The body is longer than the route or the listener takes.",
                            "Send less, or raise the limit."),
                    new Cause(
                            "buffers-exhausted",
                            "503",
                            "Weft has as many bytes under way as it has memory for.",
                            "Come again after `Retry-After`; bound the callers, or give it more."),
                    new Cause(
                            "connect-refused",
                            "502",
                            "No connection to the endpoint could be made.",
                            "See whether the process listens on its port."),
                    new Cause(
                            "connect-timeout",
                            "504",
                            "No connection to the endpoint stood in time.",
                            "See whether the address can be reached."),
                    new Cause(
                            "connections-exhausted",
                            "503",
                            "The endpoint has all the connections that it may have.",
                            "Add endpoints, or raise the pool's bound."),
                    new Cause(
                            "descriptors-exhausted",
                            "503",
                            "The process has no file descriptor left for a connection.",
                            "Raise `ulimit -n`, or bound the callers."),
                    new Cause(
                            "external-name",
                            "501",
                            "A Service of type ExternalName is not served.",
                            "Use a Service with endpoints."),
                    new Cause(
                            "fail-fast",
                            "503",
                            "The Service has had no endpoint that can be asked for a while, so"
                                    + " nobody waits for one.",
                            "Look at its endpoints' failures."),
                    new Cause(
                            "fault-injected",
                            "400 to 599",
                            "The route lets requests fail on purpose.",
                            "Take the fault from the route."),
                    new Cause(
                            "foreign-host",
                            "403",
                            "The console was asked under a name that is not its own.",
                            "Use the address that `weft up` prints."),
                    new Cause(
                            "foreign-origin",
                            "403",
                            "A page of another site asked the console.",
                            "Open the console itself."),
                    new Cause(
                            "grpc-timeout",
                            "504",
                            "The gRPC call was not answered within the time that its caller gave.",
                            "Give it more (`grpc-timeout`), or look at the endpoint."),
                    new Cause(
                            "handler-failed",
                            "500",
                            "A part of Weft that answers here failed.",
                            "Read the log; this is a defect."),
                    new Cause(
                            "head-timeout",
                            "408",
                            "The caller did not finish its head in time.",
                            "Send it faster."),
                    new Cause(
                            "internal",
                            "500",
                            "Something failed here that should not.",
                            "Read the log; this is a defect."),
                    new Cause(
                            "invalid-backend",
                            "500",
                            "A backend of the route is not of a kind that can be served, or may not"
                                    + " be referred to.",
                            "Read the route's status."),
                    new Cause(
                            "invalid-credentials",
                            "401",
                            "User or password are wrong.",
                            "Log in again."),
                    new Cause(
                            "listener-full",
                            "closed",
                            "The listener has all the connections that it may have.",
                            "Raise its bound, or have callers keep fewer connections."),
                    new Cause(
                            "login-needed",
                            "401",
                            "Who comes from afar must log in.",
                            "Log in as admin."),
                    new Cause(
                            "loop-detected",
                            "508",
                            "The request has passed through Weft too often.",
                            "See whether two routes lead to each other."),
                    new Cause(
                            "malformed-request",
                            "400",
                            "The request could be read in two ways, or in none.",
                            "Mend the client; the body says what is wrong."),
                    new Cause(
                            "misdirected",
                            "421",
                            "The host is served with another certificate than this connection was"
                                    + " made with.",
                            "Ask on a connection of its own."),
                    new Cause(
                            "no-authority",
                            "500, 503",
                            "Whom the endpoint's certificate must be signed by is not known.",
                            "Read the BackendTLSPolicy's status."),
                    new Cause(
                            "no-backend-port",
                            "500, 503",
                            "A backend does not have the port that the route names.",
                            "Read the route's status."),
                    new Cause(
                            "no-backends",
                            "500",
                            "The route says nowhere where to.",
                            "Give it a backend."),
                    new Cause(
                            "no-endpoints",
                            "503",
                            "The Service has no endpoint that is ready.",
                            "See its pods: `weft get pods`."),
                    new Cause(
                            "no-ports", "404, 503", "The Service has no TCP port.", "Give it one."),
                    new Cause(
                            "no-route",
                            "404",
                            "No route takes this host and path.",
                            "The body names routes that are near."),
                    new Cause(
                            "no-such-backend",
                            "500, 503",
                            "A backend that the route names does not exist.",
                            "Make it, or mend the name."),
                    new Cause(
                            "no-weight",
                            "500, 503",
                            "Every backend has weight 0.",
                            "Give one a weight."),
                    new Cause(
                            "not-http",
                            "421",
                            "The port is not declared as HTTP.",
                            "Use the Service's own address."),
                    new Cause(
                            "not-started",
                            "503",
                            "The part of Weft that answers here is not started.",
                            "Wait, or read the log."),
                    new Cause(
                            "not-switched",
                            "502",
                            "A WebSocket was asked for over HTTP/2, and the endpoint answered an"
                                    + " ordinary request.",
                            "Look whether the endpoint serves WebSockets at this path."),
                    new Cause(
                            "outbound-address",
                            "403",
                            "The name leads to an address within a machine or a private network.",
                            "List the address itself in an OutboundPolicy, where that is meant."),
                    new Cause(
                            "outbound-busy",
                            "503",
                            "As many hosts outside are asked for as the outbound proxy keeps"
                                    + " apart.",
                            "Come again later."),
                    new Cause(
                            "outbound-name",
                            "502, 504",
                            "The address of a host outside is not known, or was not found in time.",
                            "Mend the name; look at the machine's name servers."),
                    new Cause(
                            "outbound-not-listed",
                            "403",
                            "No OutboundPolicy lists the host and port for this caller.",
                            "The body says what to list."),
                    new Cause(
                            "queue-full",
                            "503",
                            "As many requests wait as may.",
                            "Come again later; add endpoints."),
                    new Cause(
                            "queue-timeout",
                            "503",
                            "The request waited too long for another to end.",
                            "Come again later; add endpoints."),
                    new Cause(
                            "rate-limited",
                            "429",
                            "More requests came than the route's limit admits.",
                            "Come again after `Retry-After`."),
                    new Cause("read-only", "405", "The console only reads.", "Use GET."),
                    new Cause(
                            "request-refused",
                            "4xx, 5xx",
                            "The request is well formed, and is not served here.",
                            "The body says why."),
                    new Cause(
                            "request-stalled",
                            "504",
                            "The endpoint took nothing of the request's body for too long.",
                            "Look at the endpoint."),
                    new Cause(
                            "request-timeout",
                            "504",
                            "The request with all its tries took too long.",
                            "Raise `timeouts.request`, or the caller's own deadline."),
                    new Cause("stopping", "503", "This server is being stopped.", "Come again."),
                    new Cause(
                            "stream-refused",
                            "502, 503",
                            "The endpoint refused the HTTP/2 stream.",
                            "Look at the endpoint's limits."),
                    new Cause(
                            "tls-expected",
                            "400",
                            "The port speaks TLS, and the caller did not.",
                            "Ask by `https://`."),
                    new Cause(
                            "too-many-streams",
                            "503",
                            "As many pages of the console are open as may be.",
                            "Close one."),
                    new Cause(
                            "trace-ends-here",
                            "405",
                            "A TRACE whose Max-Forwards is 0 is not answered.",
                            "Ask with a larger one, or not at all."),
                    new Cause(
                            "try-timeout",
                            "504",
                            "One try took too long.",
                            "Raise `timeouts.backendRequest`."),
                    new Cause(
                            "unknown-host",
                            "404",
                            "The console does not serve this host.",
                            "Use the address that `weft up` prints."),
                    new Cause(
                            "unsupported-protocol",
                            "500",
                            "The Service's port is declared to speak TLS, and nobody says whose"
                                    + " certificate to believe; it is not asked in clear.",
                            "Write a BackendTLSPolicy for the Service, or mend `appProtocol`."),
                    new Cause(
                            "unsupported-value",
                            "500",
                            "The rule asks for what is not carried out here.",
                            "Read the route's status."),
                    new Cause(
                            "upstream-closed",
                            "502",
                            "The endpoint closed before it answered.",
                            "Look at the endpoint's log."),
                    new Cause(
                            "upstream-malformed",
                            "502",
                            "The endpoint's answer is not well formed.",
                            "Mend the endpoint; the body says what is wrong."),
                    new Cause(
                            "upstream-protocol",
                            "502",
                            "The endpoint does not speak HTTP/2, or takes no WebSockets over it.",
                            "Mend the port's appProtocol, or the endpoint."),
                    new Cause(
                            "upstream-reset",
                            "502",
                            "The endpoint ended the HTTP/2 stream before it answered.",
                            "Look at the endpoint's log."),
                    new Cause(
                            "upstream-tls",
                            "502",
                            "TLS with the endpoint failed.",
                            "Look at its certificate and the BackendTLSPolicy."));

    private static final Set<String> WORDS =
            ALL.stream().map(Cause::word).collect(Collectors.toUnmodifiableSet());

    private Causes() {}

    public static boolean lists(String word) {
        return WORDS.contains(word);
    }

    /** The lines of the reference's table. */
    public static List<String> table() {
        return ALL.stream()
                .map(
                        it ->
                                "| `%s` | %s | %s | %s |"
                                        .formatted(it.word, it.statuses, it.meaning, it.remedy))
                .toList();
    }
}
