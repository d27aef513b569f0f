package dev.weft.dataplane.http;

import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.tls.TlsFailure;

/** What can go wrong between Weft and an endpoint, in words. Any thread. */
public final class Failures {
    private Failures() {}

    public static Failure refused(Upstream upstream, Terms terms, Throwable cause) {
        if (isTls(cause)) {
            // after the handshake the request may have had an effect
            boolean reached = !(cause instanceof TlsFailure.Refused);
            return tls(upstream, terms, TlsFailure.of(cause), reached);
        }
        if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
            return exhausted(terms);
        }
        boolean late = cause instanceof io.netty.channel.ConnectTimeoutException;
        return new Failure(
                new Refusal(
                        late ? 504 : 502,
                        late ? "connect-timeout" : "connect-refused",
                        terms.object(),
                        "No connection to the endpoint "
                                + upstream.address()
                                + (late
                                        ? " stood within " + terms.connectMillis() + " ms."
                                        : " could be made.")),
                false,
                true);
    }

    /** With TLS 1.3 a server says only after our handshake what it thinks of us. */
    static boolean isTls(Throwable cause) {
        return TlsFailure.isOne(cause);
    }

    private static Failure tls(Upstream upstream, Terms terms, String why, boolean reached) {
        return new Failure(
                new Refusal(
                        502,
                        "upstream-tls",
                        terms.object(),
                        "No TLS with the endpoint " + upstream.address() + ": " + why + "."),
                reached,
                true);
    }

    /** No fault of the endpoint, and no use to try another. */
    private static Failure exhausted(Terms terms) {
        return new Failure(
                new Refusal(
                        503,
                        "descriptors-exhausted",
                        terms.object(),
                        "Weft has as many files and connections open as it may."),
                false,
                false);
    }

    public static Failure full(Upstream upstream, Terms terms, int max) {
        return busy(upstream, terms, max, " open, and as many requests wait as may.");
    }

    public static Failure noneFree(Upstream upstream, Terms terms, int max) {
        return busy(
                upstream,
                terms,
                max,
                " open, and none was free within " + terms.connectMillis() + " ms.");
    }

    /** Never tried again: more requests are the last thing that helps. */
    private static Failure busy(Upstream upstream, Terms terms, int max, String rest) {
        return new Failure(
                new Refusal(
                        503,
                        "connections-exhausted",
                        terms.object(),
                        "The endpoint "
                                + upstream.address()
                                + " has all the "
                                + max
                                + " connections that it may have"
                                + rest),
                false,
                false);
    }

    public static Failure closed(Upstream upstream, Terms terms) {
        return new Failure(
                new Refusal(
                        502,
                        "upstream-closed",
                        terms.object(),
                        "The endpoint " + upstream.address() + " closed before it answered."),
                true,
                true);
    }

    public static Failure malformed(Upstream upstream, Terms terms, String problem) {
        return new Failure(
                new Refusal(
                        502,
                        "upstream-malformed",
                        terms.object(),
                        "The answer of the endpoint "
                                + upstream.address()
                                + " is not well formed: "
                                + problem
                                + "."),
                true,
                false);
    }

    public static Failure late(Upstream upstream, Terms terms) {
        return new Failure(
                new Refusal(
                        504,
                        "answer-timeout",
                        terms.object(),
                        "The endpoint "
                                + upstream.address()
                                + " did not answer within "
                                + terms.answerNanos() / 1_000_000
                                + " ms."),
                true,
                true);
    }

    public static Failure stalled(Upstream upstream, Terms terms) {
        return new Failure(
                new Refusal(
                        504,
                        "request-stalled",
                        terms.object(),
                        "The endpoint "
                                + upstream.address()
                                + " took none of the request's body for "
                                + terms.idleNanos() / 1_000_000
                                + " ms."),
                true,
                false);
    }
}
