package dev.weft.api.client;

import java.time.Duration;
import java.util.Optional;

/** A stream of changes. Belongs to the thread that takes from it; any thread may close it. */
public interface Watch extends AutoCloseable {
    /**
     * Waits for the next change.
     *
     * @return nothing where none came in that time
     * @throws ApiException with {@code Expired} where events were lost, so that the caller must
     *     list anew, and with {@code Closed} where the watch has ended and may be begun again
     */
    Optional<WatchEvent> next(Duration patience) throws InterruptedException;

    @Override
    void close();
}
