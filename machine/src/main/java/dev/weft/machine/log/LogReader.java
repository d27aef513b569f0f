package dev.weft.machine.log;

import dev.weft.foundation.task.Pause;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Reads the log of one run, also while it is being written. Any thread; holds one buffer however
 * long the log is.
 */
public final class LogReader {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(40);

    private final Segments segments;

    public LogReader(Path directory, int attempt) {
        this.segments = new Segments(directory, attempt);
    }

    public boolean exists() throws IOException {
        return segments.exists();
    }

    /** Removes all of it. Whoever reads it goes on with what he has opened. */
    public void delete() throws IOException {
        segments.delete();
    }

    /** Writes what the log holds now. */
    public void read(LogQuery query, OutputStream out) throws IOException {
        try (var cursor = LogCursor.open(segments, query.tailLines())) {
            var lines = new LogLines(query, out);
            pass(cursor, lines);
            out.flush();
        }
    }

    /**
     * Writes what the log holds and what is added to it, until the run has ended or the bound is
     * reached.
     *
     * @throws IOException also where the one who reads has gone
     */
    public void follow(LogQuery query, OutputStream out, BooleanSupplier ended)
            throws IOException, InterruptedException {
        try (var cursor = LogCursor.open(segments, query.tailLines())) {
            var lines = new LogLines(query, out);
            while (true) {
                boolean last = ended.getAsBoolean();
                boolean moved = pass(cursor, lines);
                if (moved) {
                    out.flush();
                }
                if (last || lines.isFull()) {
                    return;
                }
                Pause.of(LOOK_AGAIN);
            }
        }
    }

    private static boolean pass(LogCursor cursor, LogLines lines) throws IOException {
        boolean moved = false;
        while (!lines.isFull()) {
            int read = cursor.read();
            if (read <= 0) {
                return moved;
            }
            moved = true;
            lines.accept(cursor.bytes(), read);
        }
        return moved;
    }
}
