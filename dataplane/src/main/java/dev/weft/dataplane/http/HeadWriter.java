package dev.weft.dataplane.http;

import io.netty.buffer.ByteBuf;

/** Puts heads on the wire: runs of lines that stay are copied whole. Its event loop. */
final class HeadWriter {
    private HeadWriter() {}

    /** Writes start line and fields, without the empty line that ends a head. */
    static void write(Head head, ByteBuf out) {
        byte[] bytes = head.bytes;
        int runStart = head.startLine;
        int runEnd = head.startLineEnd;
        for (int i = 0, span = 0; i < head.count; i++, span += Head.STRIDE) {
            if (head.ids[i] == Head.DROPPED) {
                continue;
            }
            int start = head.spans[span];
            if (start != runEnd) {
                out.writeBytes(bytes, runStart, runEnd - runStart);
                runStart = start;
            }
            runEnd = head.spans[span + 4];
        }
        out.writeBytes(bytes, runStart, runEnd - runStart);
    }

    /** An upper bound of what {@link #write} writes. */
    static int size(Head head) {
        return head.limit + 2;
    }
}
