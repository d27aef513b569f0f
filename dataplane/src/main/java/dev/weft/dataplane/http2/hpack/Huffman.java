package dev.weft.dataplane.http2.hpack;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The fixed code of RFC 7541, appendix B. It is canonical: the lengths of the codes tell the codes.
 * Read four bits at a time. Constants and pure functions; any thread.
 */
final class Huffman {
    /** One letter for each symbol, the last for the end of a string: A is five bits, B six. */
    private static final String LENGTHS =
            "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCC"
                    + "CCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQ"
                    + "RSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQ"
                    + "RQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

    private static final int END = 256;
    private static final int SYMBOLS = 257;
    private static final int[] CODES = new int[SYMBOLS];
    private static final byte[] BITS = new byte[SYMBOLS];

    // what four bits lead to from a state: the next state, and perhaps a symbol
    private static final int EMITS = 1 << 16;
    private static final int FAILS = 1 << 17;
    private static final int SYMBOL_SHIFT = 8;
    private static final int STATE_MASK = 0xff;
    private static final int[] STEPS = new int[256 * 16];
    private static final boolean[] MAY_END = new boolean[256];

    static {
        for (int i = 0; i < SYMBOLS; i++) {
            BITS[i] = (byte) (LENGTHS.charAt(i) - 'A' + 5);
        }
        int code = 0;
        for (int length = 5; length <= 30; length++) {
            code <<= 1;
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                if (BITS[symbol] == length) {
                    CODES[symbol] = code++;
                }
            }
        }
        buildSteps();
    }

    private Huffman() {}

    /** A tree whose inner nodes are the states; a leaf stands as the complement of its symbol. */
    private static void buildSteps() {
        int[][] tree = new int[256][2];
        for (int[] node : tree) {
            Arrays.fill(node, Integer.MIN_VALUE);
        }
        int nodes = 1;
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            int node = 0;
            for (int bit = BITS[symbol] - 1; bit > 0; bit--) {
                int way = CODES[symbol] >>> bit & 1;
                if (tree[node][way] < 0) {
                    tree[node][way] = nodes++;
                }
                node = tree[node][way];
            }
            tree[node][CODES[symbol] & 1] = ~symbol;
        }
        for (int state = 0; state < 256; state++) {
            for (int nibble = 0; nibble < 16; nibble++) {
                STEPS[state << 4 | nibble] = step(tree, state, nibble);
            }
        }
        // what is left at the end must be ones, and less than a byte
        int node = 0;
        for (int ones = 0; ones < 8; ones++) {
            MAY_END[node] = true;
            node = tree[node][1];
        }
    }

    private static int step(int[][] tree, int from, int nibble) {
        int node = from;
        int emitted = 0;
        for (int bit = 3; bit >= 0; bit--) {
            node = tree[node][nibble >>> bit & 1];
            if (node < 0) {
                int symbol = ~node;
                if (symbol >= END) {
                    return FAILS;
                }
                emitted = EMITS | symbol << SYMBOL_SHIFT;
                node = 0;
            }
        }
        return emitted | node;
    }

    /** The most bytes that so many encoded ones can become. */
    static int decodedMax(int length) {
        return length * 8 / 5;
    }

    /** Returns where the decoded string ends in the target, or -1 when the code is broken. */
    static int decode(byte[] from, int start, int end, byte[] to, int at) {
        int state = 0;
        int out = at;
        for (int i = start; i < end; i++) {
            int step = STEPS[state << 4 | (from[i] >>> 4 & 15)];
            if ((step & EMITS) != 0) {
                to[out++] = (byte) (step >>> SYMBOL_SHIFT);
            }
            int second = STEPS[(step & STATE_MASK) << 4 | (from[i] & 15)];
            if ((second & EMITS) != 0) {
                to[out++] = (byte) (second >>> SYMBOL_SHIFT);
            }
            if (((step | second) & FAILS) != 0) {
                return -1;
            }
            state = second & STATE_MASK;
        }
        return MAY_END[state] ? out : -1;
    }

    /** How many bytes the code of a string takes. */
    static int encodedLength(byte[] from, int start, int end) {
        long bits = 0;
        for (int i = start; i < end; i++) {
            bits += BITS[from[i] & 0xff];
        }
        return (int) (bits + 7 >>> 3);
    }

    static void encode(byte[] from, int start, int end, ByteBuf to) {
        long pending = 0;
        int count = 0;
        for (int i = start; i < end; i++) {
            int symbol = from[i] & 0xff;
            pending = pending << BITS[symbol] | CODES[symbol];
            count += BITS[symbol];
            while (count >= 8) {
                count -= 8;
                to.writeByte((int) (pending >>> count));
            }
        }
        if (count > 0) {
            to.writeByte((int) (pending << 8 - count | 0xff >>> count));
        }
    }
}
