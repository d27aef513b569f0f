package dev.weft.app.console;

import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.JsonObject;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Overviews of what the API holds now. Any thread. The API is read at most twice a second, however
 * many pages are open, and not at all while none is.
 */
public final class Overviews implements Function<String, JsonObject> {
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();

    private final ResourceClient client;
    private final Clock clock;
    private final Overview overview;
    private @Nullable World world;
    private long readAt;

    public Overviews(ResourceClient client, Clock clock, Overview overview) {
        this.client = client;
        this.clock = clock;
        this.overview = overview;
    }

    @Override
    public JsonObject apply(String search) {
        return overview.of(current(), search, clock.now());
    }

    private synchronized World current() {
        long now = clock.nanos();
        World known = world;
        if (known != null && now - readAt < FRESH_NANOS) {
            return known;
        }
        World read = World.read(client);
        world = read;
        readAt = now;
        return read;
    }
}
