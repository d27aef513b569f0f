package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.Upstream.Terms;
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

    static Failure reset(Upstream upstream, Terms terms, int code) {
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
