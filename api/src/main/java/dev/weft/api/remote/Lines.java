package dev.weft.api.remote;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Cuts a stream of bytes into lines. Belongs to one thread at a time. */
final class Lines {
    /** Far above the largest object that an API takes. */
    private static final int LINE_MOST = 16 << 20;

    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    List<byte[]> add(List<ByteBuffer> buffers) {
        List<byte[]> lines = new ArrayList<>();
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    take(lines);
                } else if (begun.size() == LINE_MOST) {
                    throw new ApiException(
                            Reason.TOO_LARGE, "an event of the watch is over " + LINE_MOST);
                } else {
                    begun.write(next);
                }
            }
        }
        return lines;
    }

    private void take(List<byte[]> lines) {
        if (begun.size() > 0) {
            lines.add(begun.toByteArray());
            begun.reset();
        }
    }
}
