package dev.weft.dataplane.log;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.OwnThread;
import dev.weft.foundation.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes lines from the event loops and hands them to a sink on a thread of its own, so that no
 * request waits for a disk. When so many lines or bytes wait already, a line is dropped and
 * counted, and the log says how many are missing. Any thread.
 */
public final class AccessWriter implements AutoCloseable {
    private static final int LINES_MAX = 16_384;
    private static final long BYTES_MAX = 8L << 20;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final System.Logger LOG = LateLogger.of(AccessWriter.class);

    private final Faults faults;
    private final Clock clock;
    private final ArrayBlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LINES_MAX);
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable AccessSink sink;
    private volatile @Nullable OwnThread thread;

    // the writing thread only
    private long told;
    private boolean fails;

    public AccessWriter(Faults faults, Clock clock) {
        this.faults = faults;
        this.clock = clock;
    }

    /** Says who keeps the lines; before that they are dropped. */
    public void to(AccessSink keeper) {
        sink = keeper;
    }

    /** The time that lines carry. */
    Instant now() {
        return clock.now();
    }

    /** Never waits. */
    public void offer(byte[] line) {
        AccessSink keeper = sink;
        if (keeper == null || waiting.get() + line.length > BYTES_MAX || !lines.offer(line)) {
            dropped.incrementAndGet();
        } else {
            waiting.addAndGet(line.length);
            if (thread == null) {
                start(keeper);
            }
        }
    }

    /** With the first line: most platforms keep no access log. */
    private synchronized void start(AccessSink keeper) {
        if (thread == null) {
            thread = OwnThread.start("weft-access-log", faults, () -> run(keeper));
        }
    }

    /** How many lines were dropped so far. */
    public long dropped() {
        return dropped.get();
    }

    private static void close(AccessSink keeper) {
        try {
            keeper.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The access log cannot be closed", e);
        }
    }

    private void run(AccessSink keeper) {
        boolean ends = false;
        while (!ends) {
            byte[] line;
            try {
                line = lines.take();
            } catch (InterruptedException e) {
                line = lines.poll();
                ends = true;
            }
            while (line != null) {
                write(keeper, line);
                line = lines.poll();
            }
        }
        close(keeper);
    }

    /** Writes a line and what waits behind it, up to a bound. */
    private void write(AccessSink keeper, byte[] first) {
        var batch = new ByteArrayOutputStream(BATCH_BYTES);
        long missing = dropped.get() - told;
        if (missing > 0) {
            told += missing;
            batch.writeBytes(
                    ("{\"dropped\":" + missing + "}\n").getBytes(StandardCharsets.US_ASCII));
        }
        int count = 0;
        byte[] line = first;
        while (line != null) {
            batch.writeBytes(line);
            waiting.addAndGet(-line.length);
            count++;
            line = batch.size() < BATCH_BYTES ? lines.poll() : null;
        }
        try {
            keeper.append(batch.toByteArray());
            fails = false;
        } catch (IOException e) {
            dropped.addAndGet(count);
            if (!fails) {
                LOG.log(System.Logger.Level.WARNING, "The access log cannot be written", e);
            }
            fails = true;
        }
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() {
        OwnThread writing = thread;
        if (writing != null) {
            writing.interrupt();
            if (!writing.ended(PATIENCE)) {
                faults.report(
                        "the access log did not end in " + PATIENCE,
                        new IllegalStateException("still writing"));
            }
        }
    }
}
