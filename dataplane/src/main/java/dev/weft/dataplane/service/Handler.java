package dev.weft.dataplane.service;

import java.io.IOException;

/**
 * Blocking code that answers one request, on a virtual thread of its own. The other word for work
 * is {@link Service}, which never blocks. A handler that returns without an answer, or throws
 * before one was begun, is answered for with 500; one that throws later cuts the connection, so
 * that an answer cut short never looks complete.
 */
@FunctionalInterface
public interface Handler {
    void handle(Call call) throws IOException;
}
