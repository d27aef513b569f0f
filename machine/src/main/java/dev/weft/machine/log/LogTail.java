package dev.weft.machine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds the last lines of a file from its end, without reading what comes before them. */
final class LogTail {
    private static final int CHUNK = 64 << 10;

    private final FileChannel file;
    private final ByteBuffer tag = ByteBuffer.allocate(1);
    private long found;
    private long lineStart;
    private boolean open;

    LogTail(FileChannel file) {
        this.file = file;
    }

    /** How many lines the last search found, at most as many as were asked for. */
    long found() {
        return found;
    }

    /** Where the last so many lines begin; a line kept in several pieces counts once. */
    long startOf(long lines) throws IOException {
        found = 0;
        open = false;
        long end = file.size();
        lineStart = end;
        if (lines <= 0 || end == 0) {
            return end;
        }
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        long chunkEnd = end;
        while (chunkEnd > 0) {
            long chunkStart = Math.max(0, chunkEnd - CHUNK);
            bytes.clear().limit((int) (chunkEnd - chunkStart));
            int read = file.read(bytes, chunkStart);
            for (int i = read - 1; i >= 0; i--) {
                long after = chunkStart + i + 1;
                if (bytes.get(i) == '\n' && after < end && piece(after, lines)) {
                    return lineStart;
                }
            }
            chunkEnd = chunkStart;
        }
        if (piece(0, lines)) {
            return lineStart;
        }
        found += open ? 1 : 0;
        return 0;
    }

    /** Takes in the piece of a line that begins there; whether enough lines were found before. */
    private boolean piece(long start, long lines) throws IOException {
        boolean endsLine = file.read(tag.clear(), start + LogLine.TAG_AT) > 0 && tag.get(0) == 'F';
        if (endsLine && open) {
            // The line after this piece began where the scan stood before it.
            found++;
            if (found >= lines) {
                return true;
            }
        }
        open = true;
        lineStart = start;
        return false;
    }
}
