package dev.weft.app;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.api.request.PodLogs;
import dev.weft.dialects.openfaas.FunctionLogs;
import dev.weft.foundation.task.TaskScope;
import dev.weft.machine.log.LogQuery;
import dev.weft.machine.pod.PodOutput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What pods have written, in the words of each port that asks for it: the API writes it into an
 * answer, the OpenFaaS face reads it as a stream. Any thread.
 */
final class PodOutputs implements PodLogs, FunctionLogs {
    private static final int PIPE_BYTES = 64 * 1024;

    private final PodOutput output;
    private final ResourceClient client;
    private final TaskScope scope;

    PodOutputs(PodOutput output, ResourceClient client, TaskScope scope) {
        this.output = output;
        this.client = client;
        this.scope = scope;
    }

    @Override
    public void write(Resource pod, Wish wish, OutputStream out)
            throws IOException, InterruptedException {
        var query = new LogQuery(wish.tail(), wish.since(), wish.timestamps(), wish.bytesMax());
        output.write(
                pod,
                new PodOutput.Wish(wish.container(), wish.follow(), wish.previous(), query),
                out);
    }

    @Override
    public InputStream open(Wanted wanted) throws IOException {
        Resource pod =
                client.get(Types.POD, wanted.pod())
                        .orElseThrow(() -> new IOException("there is no pod " + wanted.pod()));
        var tail = wanted.tail() < 0 ? OptionalLong.empty() : OptionalLong.of(wanted.tail());
        var wish =
                new Wish(
                        wanted.container(),
                        wanted.follow(),
                        false,
                        true,
                        tail,
                        wanted.since(),
                        OptionalLong.empty());
        var stream = new LineStream(new PipedInputStream(PIPE_BYTES));
        var out = new PipedOutputStream(stream.pipe);
        scope.start("logs/" + wanted.pod(), () -> stream.fill(() -> write(pod, wish, out), out));
        return stream;
    }

    /** What fills a stream, waiting where the reader is slow. */
    @FunctionalInterface
    private interface Filling {
        void run() throws IOException, InterruptedException;
    }

    /** The reading end; closing it ends the thread that fills it, which may wait for lines. */
    private static final class LineStream extends FilterInputStream {
        private final PipedInputStream pipe;
        private final AtomicReference<@Nullable Thread> filler = new AtomicReference<>();
        private volatile boolean closed;
        private volatile Optional<IOException> failure = Optional.empty();

        LineStream(PipedInputStream pipe) {
            super(pipe);
            this.pipe = pipe;
        }

        void fill(Filling filling, OutputStream out) {
            filler.set(Thread.currentThread());
            try (out) {
                if (!closed) {
                    filling.run();
                }
            } catch (ApiException e) {
                failure = Optional.of(new IOException(e.getMessage(), e));
            } catch (IOException e) {
                failure = Optional.of(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                filler.set(null);
            }
        }

        @Override
        public int read() throws IOException {
            return ended(super.read());
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            return ended(super.read(into, from, count));
        }

        /** An end that is a failure must not look like one that is not. */
        private int ended(int got) throws IOException {
            if (got < 0 && failure.isPresent() && !closed) {
                throw failure.get();
            }
            return got;
        }

        @Override
        public void close() throws IOException {
            closed = true;
            Thread thread = filler.get();
            if (thread != null) {
                thread.interrupt();
            }
            super.close();
        }
    }
}
