package dev.weft.dataplane.log;

import java.io.IOException;

/** Where lines of the access log are kept. Called by one thread, which may wait here. */
@FunctionalInterface
public interface AccessSink {
    /** Takes whole lines, each with its line end. */
    void append(byte[] lines) throws IOException;

    /** No more comes. */
    default void close() throws IOException {}
}
