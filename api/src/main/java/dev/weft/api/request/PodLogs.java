package dev.weft.api.request;

import dev.weft.api.model.Resource;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the output of pods is read. Any thread; supplied by whoever runs the pods. */
@FunctionalInterface
public interface PodLogs {
    /**
     * Which part of a pod's output is wanted.
     *
     * @param container empty for the only one
     * @param follow go on until the container has ended
     * @param previous of the run before the current one
     * @param tail only so many of the last lines
     * @param since nothing older
     * @param bytesMax nothing beyond so many bytes
     */
    record Wish(
            String container,
            boolean follow,
            boolean previous,
            boolean timestamps,
            OptionalLong tail,
            Optional<Instant> since,
            OptionalLong bytesMax) {}

    /**
     * Writes what is wanted, and flushes when a reader should see it. Returns when all is written;
     * the thread is interrupted when the reader has gone.
     *
     * @throws dev.weft.api.client.ApiException before anything is written, where there is no such
     *     container or no such output
     */
    void write(Resource pod, Wish wish, OutputStream out) throws IOException, InterruptedException;
}
