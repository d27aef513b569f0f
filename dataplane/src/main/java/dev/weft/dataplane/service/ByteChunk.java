package dev.weft.dataplane.service;

/** A chunk over bytes in memory that nobody changes any more. Any thread. */
public record ByteChunk(byte[] bytes, int from, int length) implements Chunk.Held {
    public static ByteChunk of(byte[] bytes) {
        return new ByteChunk(bytes, 0, bytes.length);
    }

    @Override
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, from, target, offset, length);
    }

    @Override
    public Held hold() {
        return this;
    }

    @Override
    public void release() {}
}
