package dev.weft.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that a test has started. Any thread. Closing it ends it and all its children. */
public final class Running implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final List<String> words;
    private final Process process;
    private final Output out = new Output();
    private final Output err = new Output();

    Running(List<String> words, Process process) {
        this.words = words;
        this.process = process;
        // Threads of their own: a read from a pipe holds the carrier of a virtual one.
        Thread.ofPlatform()
                .daemon()
                .name("out of " + words.getFirst())
                .start(() -> out.drain(process.getInputStream()));
        Thread.ofPlatform()
                .daemon()
                .name("err of " + words.getFirst())
                .start(() -> err.drain(process.getErrorStream()));
    }

    public Output out() {
        return out;
    }

    public Output err() {
        return err;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end, and for the output to be read. */
    public int awaitExit(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(
                        String.join(" ", words)
                                + " did not end within "
                                + limit
                                + "\n"
                                + out.text()
                                + err.text());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + words, e);
        }
        // A child of the command may hold its output open for longer: that is not waited for.
        long soon = Math.min(deadline, System.nanoTime() + Duration.ofSeconds(2).toNanos());
        out.awaitEnd(soon);
        err.awaitEnd(soon);
        return process.exitValue();
    }

    /** Sends a signal: TERM, INT, KILL, STOP, CONT. */
    public void signal(String name) {
        Command.of("kill", "-" + name, pid()).run().expectSuccess();
    }

    /** Ends the process at once, as a crash would; its children stay. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(GRACE);
    }

    @Override
    public void close() {
        List<ProcessHandle> children;
        // Stopped, it starts no child between this look and its end.
        nudge("STOP");
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            children = descendants.toList();
        }
        process.destroy();
        nudge("CONT");
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void nudge(String signal) {
        if (!process.isAlive()) {
            return;
        }
        try {
            var unused =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                            .redirectErrorStream(true)
                            .start()
                            .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
