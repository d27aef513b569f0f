package dev.weft.api.codec;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes as a writer with a buffer of its own gives them: each piece is kept as it came, so that
 * nothing is made larger and copied on the way. Belongs to one thread.
 */
final class Pieces extends OutputStream {
    private final List<byte[]> pieces = new ArrayList<>(2);
    private int length;

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        pieces.add(Arrays.copyOfRange(bytes, offset, offset + count));
        length += count;
    }

    /** All of them; nothing may be written after. */
    byte[] bytes() {
        if (pieces.size() == 1) {
            return pieces.getFirst();
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }
}
