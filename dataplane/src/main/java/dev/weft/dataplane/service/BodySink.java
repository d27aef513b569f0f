package dev.weft.dataplane.service;

/** Where a body goes. Called on one event loop. */
public interface BodySink {
    /**
     * Takes some bytes.
     *
     * @return whether more may come at once; after false nothing comes until the source is told to
     *     resume
     */
    boolean bytes(Chunk chunk);

    /** The body is complete. */
    void end();

    /** No more comes in this turn: what waits is put on the wire. */
    void flush();
}
