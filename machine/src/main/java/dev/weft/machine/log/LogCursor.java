package dev.weft.machine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A place in a log that moves on from file to file, also when the file it reads is set aside
 * meanwhile. Belongs to the thread that reads.
 */
final class LogCursor implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Segments segments;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private @Nullable FileChannel file;

    /** Where in the spool the open file begins: files that were set aside up to there are done. */
    private long start;

    private long at;

    private LogCursor(Segments segments) {
        this.segments = segments;
    }

    /** At the first line, or so many lines before the last. */
    static LogCursor open(Segments segments, OptionalLong tailLines) throws IOException {
        var cursor = new LogCursor(segments);
        if (tailLines.isPresent()) {
            cursor.seekTail(tailLines.getAsLong());
        }
        return cursor;
    }

    /** The bytes that {@link #read} read. */
    byte[] bytes() {
        return chunk.array();
    }

    /** Reads on; 0 or less where nothing more is there yet. */
    int read() throws IOException {
        while (true) {
            if (file == null && !openNext()) {
                return 0;
            }
            int read = fill();
            if (read > 0) {
                return read;
            }
            long end = endOfCurrent();
            if (end < 0) {
                return 0;
            }
            // Set aside: what was added before that must be read before going on.
            read = fill();
            if (read > 0) {
                return read;
            }
            close();
            start = end;
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
        at = 0;
    }

    private int fill() throws IOException {
        if (file == null) {
            return 0;
        }
        int read = file.read(chunk.clear(), at);
        if (read > 0) {
            at += read;
        }
        return read;
    }

    /** Where the open file ends if it has been set aside, negative while it is written. */
    private long endOfCurrent() throws IOException {
        return segments.ends().stream().filter(end -> end > start).findFirst().orElse(-1L);
    }

    private boolean openNext() throws IOException {
        while (true) {
            List<Long> before = segments.ends();
            Path next =
                    before.stream()
                            .filter(end -> end > start)
                            .findFirst()
                            .map(segments::setAside)
                            .orElse(segments.current());
            boolean writing = next.equals(segments.current());
            try {
                file = FileChannel.open(next);
            } catch (NoSuchFileException e) {
                if (writing && segments.ends().equals(before)) {
                    return false;
                }
                continue;
            }
            at = 0;
            if (!writing || segments.ends().equals(before)) {
                return true;
            }
            close();
        }
    }

    private void seekTail(long lines) throws IOException {
        long left = lines;
        List<Long> ends = segments.ends();
        for (int i = ends.size(); i >= 0; i--) {
            boolean writing = i == ends.size();
            Path path = writing ? segments.current() : segments.setAside(ends.get(i));
            start = i == 0 ? 0 : ends.get(i - 1);
            close();
            try {
                file = FileChannel.open(path);
            } catch (NoSuchFileException e) {
                if (writing) {
                    continue;
                }
                return;
            }
            var tail = new LogTail(file);
            at = tail.startOf(left);
            left -= tail.found();
            if (left <= 0) {
                return;
            }
        }
    }
}
