package dev.weft.dataplane.http.body;

import dev.weft.dataplane.route.Refusal;
import org.jspecify.annotations.Nullable;

/** How long the body of one exchange may be, and what it is refused with. Its event loop. */
public final class BodyBound {
    private long left;
    private @Nullable Refusal why;

    public void set(long bytesMax, Refusal refusal) {
        left = bytesMax;
        why = refusal;
    }

    public void clear() {
        why = null;
    }

    /** So much more has come; what to refuse it with, once, when that is too much. */
    public @Nullable Refusal over(int bytes) {
        left -= bytes;
        Refusal refusal = why;
        if (left >= 0 || refusal == null) {
            return null;
        }
        why = null;
        return refusal;
    }
}
