package dev.weft.foundation.task;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A value that is made on a thread of its own while its owner does something else. Any thread may
 * ask for it; whoever asks waits until it is there.
 */
public final class Meanwhile<T> {
    private final FutureTask<T> task;

    /** How the value is made. */
    @FunctionalInterface
    public interface Making<T> {
        T make() throws IOException;
    }

    private Meanwhile(FutureTask<T> task) {
        this.task = task;
    }

    /** Begins at once. What goes wrong is told to whoever asks for the value. */
    public static <T> Meanwhile<T> start(String name, Making<T> making) {
        var task = new FutureTask<>(making::make);
        Thread unused = Thread.ofPlatform().name(name).daemon().start(task);
        return new Meanwhile<>(task);
    }

    /**
     * @throws IOException as the making did
     */
    public T value() throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw asThrown(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException asThrown(ExecutionException e) throws IOException {
        switch (e.getCause()) {
            case IOException io -> throw io;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(e);
        }
    }
}
