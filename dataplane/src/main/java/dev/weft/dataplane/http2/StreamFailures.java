package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Failure;

/** What can go wrong on a stream to an endpoint whose connection is well, in words. Any thread. */
final class StreamFailures {
    private StreamFailures() {}

    /** The endpoint says that it has not begun: the request may be sent again, whatever it is. */
    static Failure refused(Upstream upstream, Terms terms) {
        return new Failure(
                new Refusal(
                        503,
                        "stream-refused",
                        terms.object(),
                        "The endpoint "
                                + upstream.address()
                                + " takes no more requests on this connection."),
                false,
                true);
    }

    /** What the endpoint says is not HTTP/2; it has been asked for nothing. */
    static Failure notSpoken(Upstream upstream, Terms terms) {
        return failure(
                "upstream-protocol",
                terms,
                "The endpoint " + upstream.address() + " does not speak HTTP/2.",
                true);
    }

    /** Another endpoint may be of another kind, but of the same Service hardly is. */
    static Failure noWebSocket(Upstream upstream, Terms terms) {
        return failure(
                "upstream-protocol",
                terms,
                "The endpoint "
                        + upstream.address()
                        + " takes no WebSocket over HTTP/2 (it does not enable CONNECT with a"
                        + " protocol).",
                false);
    }

    private static Failure failure(String cause, Terms terms, String sentence, boolean again) {
        return new Failure(new Refusal(502, cause, terms.object(), sentence), false, again);
    }

    static Failure reset(Upstream upstream, Terms terms, int code) {
        if (code == ErrorCode.REFUSED_STREAM) {
            return refused(upstream, terms);
        }
        return new Failure(
                new Refusal(
                        502,
                        "upstream-reset",
                        terms.object(),
                        "The endpoint "
                                + upstream.address()
                                + " ended the stream before it answered (error "
                                + code
                                + ")."),
                true,
                true);
    }
}
