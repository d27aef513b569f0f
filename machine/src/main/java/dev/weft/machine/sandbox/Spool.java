package dev.weft.machine.sandbox;

import dev.weft.machine.log.LogWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The file that a process writes to, for as long as it lives and whether a platform is there or
 * not. What has been moved into the log is given back to the disk from the file's beginning, while
 * the process goes on writing at its end: nothing is ever cut off under it. One thread.
 */
final class Spool {
    private static final Logger LOG = System.getLogger(Spool.class.getName());
    private static final long GIVE_BACK = 4 << 20;

    private final Path path;
    private final FileChannel file;
    private final LogWriter log;
    private final Toolbox tools;
    private long givenBack;
    private boolean failing;

    Spool(Path path, FileChannel file, LogWriter log, Toolbox tools) {
        this.path = path;
        this.file = file;
        this.log = log;
        this.tools = tools;
        this.givenBack = log.taken() / GIVE_BACK * GIVE_BACK;
    }

    /** Moves whole lines. A disk that is full is tried again with the next change. */
    void move(Instant now) {
        try {
            if (file.size() > log.taken()) {
                log.take(file, writtenBy(now));
                giveBack();
            }
            failing = false;
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Moves the rest; whether that was possible. */
    boolean finish(Instant now) {
        try {
            log.finish(file, writtenBy(now));
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    /** When the last of it was written: earlier than now where the platform was away. */
    private Instant writtenBy(Instant now) throws IOException {
        Instant modified = Files.getLastModifiedTime(path).toInstant();
        return modified.isBefore(now) ? modified : now;
    }

    private void giveBack() throws IOException {
        long whole = log.taken() / GIVE_BACK * GIVE_BACK;
        if (whole <= givenBack || tools.fallocate().isEmpty()) {
            return;
        }
        givenBack = whole;
        new ProcessBuilder(
                        tools.fallocate().get().toString(),
                        "--punch-hole",
                        "--offset",
                        "0",
                        "--length",
                        Long.toString(whole),
                        path.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void failed(IOException e) {
        if (!failing && !Thread.currentThread().isInterrupted()) {
            LOG.log(Level.WARNING, "cannot move output of {0} into its log: {1}", path, e);
        }
        failing = true;
    }
}
