package dev.weft.machine.sandbox;

import dev.weft.foundation.log.LateLogger;
import dev.weft.machine.log.LogWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The file that a process writes to, for as long as it lives and whether a platform is there or
 * not. What has been moved into the log is given back to the disk from the file's beginning, while
 * the process goes on writing at its end: nothing is ever cut off under it. One thread.
 */
final class Spool implements AutoCloseable {
    private static final Logger LOG = LateLogger.of(Spool.class);
    private static final long GIVE_BACK = 4 << 20;

    private final Path path;
    private final Source source;
    private final Reclaim reclaim;
    private @Nullable FileChannel file;
    private @Nullable LogWriter log;
    private long givenBack;
    private boolean failing;

    /** Opens the log where it was left. */
    @FunctionalInterface
    interface Source {
        LogWriter open() throws IOException;
    }

    Spool(Path path, Source source, Reclaim reclaim) {
        this.path = path;
        this.source = source;
        this.reclaim = reclaim;
    }

    /** Moves whole lines. A disk that is full is tried again with the next change. */
    void move(Instant now) {
        try {
            FileChannel from = opened();
            LogWriter to = writer();
            if (from.size() > to.taken()) {
                to.take(from, writtenBy(now));
                giveBack(to.taken());
            }
            failing = false;
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Moves the rest; whether that was possible. */
    boolean finish(Instant now) {
        try {
            writer().finish(opened(), writtenBy(now));
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    @Override
    public void close() {
        try (FileChannel from = file;
                LogWriter to = log) {
            file = null;
            log = null;
        } catch (IOException e) {
            failed(e);
        }
    }

    private FileChannel opened() throws IOException {
        if (file == null) {
            file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
        }
        return file;
    }

    private LogWriter writer() throws IOException {
        if (log == null) {
            log = source.open();
            givenBack = log.taken() / GIVE_BACK * GIVE_BACK;
        }
        return log;
    }

    /** When the last of it was written: earlier than now where the platform was away. */
    private Instant writtenBy(Instant now) throws IOException {
        Instant modified = Files.getLastModifiedTime(path).toInstant();
        return modified.isBefore(now) ? modified : now;
    }

    private void giveBack(long taken) throws IOException {
        long whole = taken / GIVE_BACK * GIVE_BACK;
        if (whole > givenBack) {
            givenBack = whole;
            reclaim.upTo(path, whole);
        }
    }

    /** Gives the beginning of a file back to the disk, where that can be done. */
    @FunctionalInterface
    interface Reclaim {
        void upTo(Path file, long bytes) throws IOException;
    }

    private void failed(IOException e) {
        if (!failing && !Thread.currentThread().isInterrupted()) {
            LOG.log(Level.WARNING, "cannot move output of {0} into its log: {1}", path, e);
        }
        failing = true;
    }
}
