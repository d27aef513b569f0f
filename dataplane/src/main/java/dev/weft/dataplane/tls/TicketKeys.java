package dev.weft.dataplane.tls;

import dev.weft.foundation.time.Clock;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What session tickets are sealed with: a key for so long, and the one before it, so that a client
 * may come back within that time at least. Outlives certificates, so that replacing one costs no
 * full handshakes; never outlives the trust in clients, since a session that is taken up again is
 * not checked again. Any thread.
 */
final class TicketKeys {
    private static final Duration KEPT = Duration.ofHours(6);

    private final Clock clock;
    private final SecureRandom random;
    private OpenSslSessionTicketKey current;
    private @Nullable OpenSslSessionTicketKey previous;
    private volatile long dueNanos;
    private volatile int generation;

    TicketKeys(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
        current = fresh();
        dueNanos = clock.nanos() + KEPT.toNanos();
    }

    private OpenSslSessionTicketKey fresh() {
        return new OpenSslSessionTicketKey(
                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Changes whenever there are other keys. */
    int generation() {
        if (clock.nanos() - dueNanos >= 0) {
            rotate();
        }
        return generation;
    }

    private synchronized void rotate() {
        long late = clock.nanos() - dueNanos;
        if (late < 0) {
            return;
        }
        // after a long quiet time even the current one is older than it may be
        previous = late >= KEPT.toNanos() ? null : current;
        current = fresh();
        dueNanos = clock.nanos() + KEPT.toNanos();
        generation++;
    }

    /** The first seals; all open. */
    synchronized OpenSslSessionTicketKey[] keys() {
        OpenSslSessionTicketKey before = previous;
        return before == null
                ? new OpenSslSessionTicketKey[] {current}
                : new OpenSslSessionTicketKey[] {current, before};
    }
}
