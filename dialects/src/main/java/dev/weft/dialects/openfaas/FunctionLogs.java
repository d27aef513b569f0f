package dev.weft.dialects.openfaas;

import dev.weft.api.model.Key;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;

/** The logs of pods, as the API has them. Any thread. */
@FunctionalInterface
public interface FunctionLogs {
    /**
     * What to read.
     *
     * @param since from when on; from the beginning where absent
     * @param tail how many of the last lines, negative for all
     * @param follow whether to go on as lines are written, until the instance has ended
     */
    record Wanted(Key pod, String container, Optional<Instant> since, int tail, boolean follow) {}

    /**
     * Writes lines, each with its time in RFC 3339 and a blank before it. Returns when all is
     * written; the thread is interrupted when nobody reads any more.
     */
    void write(Wanted wanted, OutputStream out) throws IOException, InterruptedException;
}
