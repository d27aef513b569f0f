package dev.weft.dataplane.service;

import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.route.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One request and its answer, as blocking code sees them. Belongs to the virtual thread that runs
 * the handler. Bodies are bounded pipes: reading waits for the client, writing waits until the
 * client has taken enough.
 */
public interface Call {
    String method();

    /** The path as it came, percent-encoded, without the query. Begins with a slash. */
    String path();

    /** What follows the question mark, as it came; empty where there is none. */
    String query();

    Headers headers();

    Peer peer();

    InputStream body();

    /** Sends a whole answer. */
    void answer(int status, Headers headers, byte[] body) throws IOException;

    /** Refuses: counted by its cause, and told in the caller's language (gRPC, JSON or text). */
    void refuse(Refusal why) throws IOException;

    /**
     * Sends the head of an answer at once, and gives the stream for its body. {@code flush} puts
     * what was written on the wire; {@code close} ends the answer. A stream that is not closed
     * leaves the answer visibly cut short.
     */
    OutputStream stream(int status, Headers headers) throws IOException;

    /** Whether the client has closed its connection or its stream. */
    boolean clientGone();

    /** Runs once when the client goes away before the answer ended, at once if it has gone. */
    void onClientGone(Runnable action);
}
