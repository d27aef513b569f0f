package dev.weft.dataplane.service;

/**
 * Bytes of a body, on their way. Good only until the call that hands it over returns: whoever wants
 * them longer copies them, or takes a {@link Held} reference. Belongs to its event loop.
 */
public interface Chunk {
    int length();

    void copyTo(byte[] target, int offset);

    /** The same bytes without a copy, until they are released. */
    Held hold();

    /** Bytes that are kept and counted; released exactly once. */
    interface Held extends Chunk {
        void release();
    }
}
