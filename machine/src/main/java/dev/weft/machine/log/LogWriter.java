package dev.weft.machine.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/**
 * Moves what a process wrote into log files. Belongs to one thread at a time.
 *
 * <p>How far it came is not written down anywhere: it follows from the files themselves, since
 * every byte that was taken from the spool stands in exactly one of them. So a platform killed
 * between any two instructions neither loses nor repeats a line.
 */
public final class LogWriter implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Segments segments;
    private final LogBounds bounds;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private FileChannel file;
    private long fileBytes;
    private long taken;
    private Instant latest = Instant.EPOCH;

    private LogWriter(Segments segments, LogBounds bounds, FileChannel file, long taken)
            throws IOException {
        this.segments = segments;
        this.bounds = bounds;
        this.file = file;
        this.fileBytes = file.size();
        this.taken = taken;
    }

    /** Goes on where the files end; a line that was cut off is taken from the spool again. */
    public static LogWriter open(Path directory, int attempt, LogBounds bounds) throws IOException {
        Files.createDirectories(directory);
        var segments = new Segments(directory, attempt);
        List<Long> ends = segments.ends();
        long start = ends.isEmpty() ? 0 : ends.getLast();
        FileChannel file = openFile(segments.current());
        return new LogWriter(segments, bounds, file, start + recover(file));
    }

    /** Up to which offset the spool's content is in the files. */
    public long taken() {
        return taken;
    }

    /**
     * Takes what the spool holds beyond {@link #taken}, except for a last line without end.
     *
     * @return how many bytes were taken
     */
    public long take(FileChannel spool, Instant now) throws IOException {
        long before = taken;
        while (takeChunk(spool, now, false)) {
            // until nothing whole is left
        }
        return taken - before;
    }

    /** Takes the rest, also a last line without end; nothing more will come. */
    public void finish(FileChannel spool, Instant now) throws IOException {
        while (takeChunk(spool, now, true)) {
            // until nothing is left
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private boolean takeChunk(FileChannel spool, Instant now, boolean last) throws IOException {
        chunk.clear();
        int read = spool.read(chunk, taken);
        if (read <= 0) {
            return false;
        }
        if (now.isAfter(latest)) {
            latest = now;
        }
        byte[] bytes = chunk.array();
        byte[] time = LogLine.time(latest).getBytes(StandardCharsets.US_ASCII);
        var lines = new ByteArrayOutputStream(read + read / 4 + 256);
        int from = 0;
        while (from < read) {
            int end = lineEnd(bytes, from, read);
            boolean whole = end < read && bytes[end] == '\n';
            boolean full = end - from == LogLine.TEXT_MAX;
            if (!whole && !full && !(last && read < CHUNK)) {
                break;
            }
            line(lines, time, bytes, from, end, !whole && full);
            from = whole ? end + 1 : end;
        }
        if (from == 0) {
            return false;
        }
        write(lines.toByteArray());
        taken += from;
        return true;
    }

    /** Where the text that begins there ends: at a line feed, at the longest, or at the limit. */
    private static int lineEnd(byte[] bytes, int from, int limit) {
        int most = Math.min(limit, from + LogLine.TEXT_MAX);
        int at = from;
        while (at < most && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static void line(
            ByteArrayOutputStream out, byte[] time, byte[] bytes, int from, int to, boolean on) {
        out.writeBytes(time);
        out.writeBytes((on ? " stdout P " : " stdout F ").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes, from, to - from);
        out.write('\n');
    }

    private void write(byte[] lines) throws IOException {
        if (fileBytes > 0 && fileBytes + lines.length > bounds.fileBytesMax()) {
            setAside();
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines);
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes, fileBytes + bytes.position());
            }
        } catch (IOException e) {
            // Half a line must not stay: the same bytes will be taken again.
            file.truncate(fileBytes);
            throw e;
        }
        fileBytes += lines.length;
    }

    private void setAside() throws IOException {
        file.close();
        Files.move(segments.current(), segments.setAside(taken));
        file = openFile(segments.current());
        fileBytes = 0;
        List<Long> ends = segments.ends();
        for (int i = 0; i <= ends.size() - bounds.filesMax(); i++) {
            Files.deleteIfExists(segments.setAside(ends.get(i)));
        }
    }

    private static FileChannel openFile(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Cuts off a line without end and tells how many bytes of the spool the others stand for. */
    private static long recover(FileChannel file) throws IOException {
        long stoodFor = 0;
        long lineStart = 0;
        long at = 0;
        byte tag = 'F';
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        while (file.read(bytes.clear(), at) > 0) {
            for (int i = 0; i < bytes.position(); i++) {
                long column = at + i - lineStart;
                byte here = bytes.get(i);
                if (column == LogLine.TAG_AT) {
                    tag = here;
                }
                if (here == '\n') {
                    stoodFor += Math.max(0, column - LogLine.TEXT_AT) + (tag == 'F' ? 1 : 0);
                    lineStart = at + i + 1;
                }
            }
            at += bytes.position();
        }
        file.truncate(lineStart);
        return stoodFor;
    }
}
