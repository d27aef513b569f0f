package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Query;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dataplane.http.Headers;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.TaskScope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The lines of all instances of a function, as they come. Any thread. */
final class LogStreams {
    private static final Duration SINCE_USUALLY = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int WAITING_MAX = 1024;

    private final Surroundings surroundings;
    private final FunctionLogs logs;

    LogStreams(Surroundings surroundings, FunctionLogs logs) {
        this.surroundings = surroundings;
        this.logs = logs;
    }

    void stream(Asked asked, Key function) throws IOException {
        Instant since =
                asked.option("since")
                        .map(LogStreams::moment)
                        .orElseGet(() -> surroundings.clock().now().minus(SINCE_USUALLY));
        int tail = asked.option("tail").map(LogStreams::count).orElse(-1);
        boolean follow = asked.option("follow").filter("true"::equals).isPresent();
        var scope = new TaskScope("logs " + function, surroundings.faults(), PATIENCE);
        var stream =
                new Stream(
                        function,
                        asked.option("instance"),
                        since,
                        tail <= 0 ? -1 : tail,
                        follow,
                        scope);
        try (scope) {
            stream.openNew();
            Headers head = Headers.of("content-type", "application/x-ndjson");
            try (OutputStream out = asked.call().stream(200, head)) {
                out.flush();
                stream.copyTo(out, asked);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new FaceException(
                    422, "bad-request", "since: \"%s\" (expected: RFC 3339)".formatted(text));
        }
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new FaceException(
                    422, "bad-request", "tail: \"%s\" (expected: a number)".formatted(text));
        }
    }

    /** One client's stream: a reader for each instance, and one queue into which they all put. */
    private final class Stream {
        private final Key function;
        private final Optional<String> instance;
        private final Instant since;
        private final int tail;
        private final boolean follow;
        private final TaskScope scope;
        private final BlockingQueue<JsonObject> lines = new ArrayBlockingQueue<>(WAITING_MAX);
        private final Set<String> seen = new HashSet<>();
        private final AtomicInteger reading = new AtomicInteger();

        Stream(
                Key function,
                Optional<String> instance,
                Instant since,
                int tail,
                boolean follow,
                TaskScope scope) {
            this.function = function;
            this.instance = instance;
            this.since = since;
            this.tail = tail;
            this.follow = follow;
            this.scope = scope;
        }

        /** Begins to read the instances that were not there before. */
        void openNew() {
            List<Resource> pods =
                    surroundings
                            .client()
                            .list(
                                    Types.POD,
                                    Query.in(function.namespace())
                                            .withLabels(Labels.FUNCTION + "=" + function.name()))
                            .items();
            for (Resource pod : pods) {
                boolean wanted = instance.map(pod.name()::equals).orElse(true);
                String phase = pod.status().text("phase").orElse("Pending");
                if (wanted && !phase.equals("Pending") && seen.add(pod.uid())) {
                    reading.incrementAndGet();
                    scope.start(pod.name(), () -> read(pod));
                }
            }
        }

        private void read(Resource pod) {
            var wanted =
                    new FunctionLogs.Wanted(
                            pod.key(), function.name(), Optional.of(since), tail, follow);
            try (var out = new Lines(line -> lines.put(entry(pod, line)))) {
                logs.write(wanted, out);
            } catch (IOException | ApiException e) {
                // The instance has gone, or the client: either way there is nothing more to read.
                LateLogger.of(LogStreams.class)
                        .log(System.Logger.Level.DEBUG, "log of {0}: {1}", pod.key(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                reading.decrementAndGet();
            }
        }

        private JsonObject entry(Resource pod, String line) {
            int blank = line.indexOf(' ');
            return JsonObject.builder()
                    .put("name", function.name())
                    .put("namespace", function.namespace())
                    .put("instance", pod.name())
                    .put("timestamp", blank < 0 ? line : line.substring(0, blank))
                    .put("text", blank < 0 ? "" : line.substring(blank + 1))
                    .build();
        }

        void copyTo(OutputStream out, Asked asked) throws IOException, InterruptedException {
            while (!asked.call().clientGone()) {
                boolean ended = reading.get() == 0;
                JsonObject line = lines.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                if (line != null) {
                    out.write(JsonText.writeBytes(line));
                    out.write('\n');
                    if (lines.isEmpty()) {
                        out.flush();
                    }
                } else if (follow) {
                    openNew();
                } else if (ended) {
                    return;
                }
            }
        }
    }

    /** Takes a line that is whole. */
    @FunctionalInterface
    private interface LineSink {
        void take(String line) throws InterruptedException;
    }

    /** Cuts what is written into lines. Belongs to the thread that writes. */
    private static final class Lines extends OutputStream {
        private final LineSink sink;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(LineSink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            if (b == '\n') {
                end();
            } else {
                line.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int i = from; i < from + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void close() throws IOException {
            if (line.size() > 0) {
                end();
            }
        }

        private void end() throws IOException {
            try {
                sink.take(line.toString(UTF_8));
                line.reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("nobody reads the log any more");
            }
        }
    }
}
