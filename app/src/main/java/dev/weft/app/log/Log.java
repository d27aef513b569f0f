package dev.weft.app.log;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.OwnThread;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log of this process. Any thread writes, and never waits: lines go through a bounded queue to
 * the one thread that owns the files, and are counted where the queue is full. Until it is opened,
 * lines wait in the queue; a command that never opens it drops them.
 */
public final class Log implements AutoCloseable {
    private static final Log PROCESS = new Log(Clock.system());
    private static final int QUEUE_MAX = 4096;
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final Clock clock;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private volatile System.Logger.Level least = System.Logger.Level.INFO;
    private volatile boolean closing;
    private @Nullable OwnThread writer;

    Log(Clock clock) {
        this.clock = clock;
    }

    static Log ofProcess() {
        return PROCESS;
    }

    /** A logger of the process's log, without the JDK's search for who gives loggers. */
    public static System.Logger logger(String name) {
        return new LineLogger(name, PROCESS);
    }

    /** Lets the process's log write into files of this folder, until it is closed. */
    public static Log open(Path folder, System.Logger.Level least) throws IOException {
        PROCESS.begin(folder, least);
        return PROCESS;
    }

    void begin(Path folder, System.Logger.Level least) throws IOException {
        this.least = least;
        var file = new RotatedFile(folder, "weft.log");
        // What goes wrong with the log itself cannot be logged; the next lines say how many lack.
        writer = OwnThread.start("weft-log", new Unlogged(), () -> run(file));
    }

    /** A line of the process as a whole. */
    public void line(String message) {
        write(System.Logger.Level.INFO, "weft", message, null);
    }

    boolean wants(System.Logger.Level level) {
        return level.getSeverity() >= least.getSeverity();
    }

    void write(System.Logger.Level level, String name, String message, @Nullable Throwable thrown) {
        var line = new StringBuilder(160);
        line.append(clock.now()).append(' ').append(level).append(' ').append(name);
        line.append(": ").append(message).append('\n');
        if (thrown != null) {
            var trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            line.append(trace);
        }
        if (!queue.offer(line.toString())) {
            dropped.incrementAndGet();
        }
    }

    private void run(RotatedFile file) {
        try (file) {
            while (!closing || !queue.isEmpty()) {
                String line = queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (line != null) {
                    append(file, line);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            closing = true;
        }
    }

    private void append(RotatedFile file, String line) {
        try {
            long lost = dropped.getAndSet(0);
            if (lost > 0) {
                file.append((lost + " lines were dropped here\n").getBytes(StandardCharsets.UTF_8));
            }
            file.append(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            dropped.incrementAndGet(); // a full disk must not end what runs
        }
    }

    /** Writes what is left. */
    @Override
    public void close() {
        closing = true;
        boolean woken = queue.offer("");
        OwnThread thread = writer;
        if (thread != null) {
            if (!woken) {
                thread.interrupt();
            }
            thread.ended(LAST_LINES);
        }
    }

    /** Nowhere to report to. */
    private static final class Unlogged implements Faults {
        @Override
        public void report(String what, Throwable cause) {}

        @Override
        public void fatal(String what, Throwable cause) {}
    }
}
