package dev.weft.dataplane.http;

import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Peer;

/**
 * What carries one exchange between Weft and its caller, and knows the protocol's bytes: an HTTP/1
 * connection, or a stream of an HTTP/2 connection. {@link ServerExchange} is the same over either.
 * Its event loop.
 */
public interface Wire {
    Peer peer();

    byte[] callerIp();

    /** The exchange takes of the request's body, or goes on taking. */
    void takeBody();

    /** Tells a caller who waits for it to send the body. */
    void continueBody();

    /** Sends the informational head that stands in the exchange's answer. */
    void inform();

    /** Sends the head that stands in the exchange's answer, framed as the protocol wants it. */
    void head();

    /** Sends bytes of the answer's body; returns whether more may come at once. */
    boolean bytes(Chunk chunk);

    /**
     * Ends the answer, with the trailers that stand in the exchange; the exchange counts as
     * answered when this is called. An answer that is shorter than it said is cut.
     *
     * @return whether it was ended; false when it was cut
     */
    boolean end();

    /** The exchange is answered: the last call for it. */
    void answered();

    /** Sends the head in the exchange's answer; bytes pass as they are from then on. */
    void tunnel();

    /** No more comes in this turn. */
    void flush();

    /** Ends the exchange so that the caller sees that something is missing. */
    void cut();

    /**
     * Puts an answer that is made up into a shape of its own, all of it in the exchange's answer;
     * false where the usual one will do.
     */
    default boolean shapes(Refusal refusal) {
        return false;
    }

    /**
     * Says why an answer that was begun ends here, in the fields behind it; the end is still to
     * come. False where the protocol has no word for it.
     */
    default boolean tells(Refusal refusal) {
        return false;
    }

    /** Takes note of an answer that was made up. */
    void refused(Refusal refusal);
}
