package dev.weft.machine.sandbox;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.OwnThread;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one platform thread that starts processes: what the kernel ties to a parent it ties to the
 * thread that spawned, and starting one keeps its thread for about a millisecond. Any thread may
 * ask.
 */
final class Spawner implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Order(ProcessBuilder program, CompletableFuture<Process> started) {}

    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final OwnThread thread;
    private volatile boolean closed;

    Spawner(Faults faults) {
        thread = OwnThread.start("spawn", faults, this::serve);
    }

    /** Waits until it has been started. */
    Process start(ProcessBuilder program) throws IOException {
        var order = new Order(program, new CompletableFuture<>());
        orders.add(order);
        if (closed) {
            order.started().completeExceptionally(new IOException("the sandbox is closed"));
        }
        try {
            return order.started().get();
        } catch (InterruptedException e) {
            // Whether it was started must be known; starting takes no time to speak of.
            Thread.currentThread().interrupt();
            return uninterrupted(order);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static Process uninterrupted(Order order) throws IOException {
        try {
            return order.started().join();
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private static IOException failure(Exception e) {
        return e.getCause() instanceof IOException cause
                ? cause
                : new IOException(String.valueOf(e.getMessage()), e);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        thread.ended(PATIENCE);
        orders.forEach(
                it -> it.started().completeExceptionally(new IOException("the sandbox is closed")));
    }

    private void serve() {
        while (!closed) {
            try {
                Order order = orders.take();
                try {
                    order.started().complete(order.program().start());
                } catch (IOException | RuntimeException e) {
                    order.started().completeExceptionally(e);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
