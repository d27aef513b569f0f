package dev.weft.dataplane.service;

import dev.weft.dataplane.route.Refusal;

/**
 * Why no answer came from below.
 *
 * @param refusal what the caller is told if nobody above knows better
 * @param reached whether the request may have had an effect: false when not one byte of it was sent
 * @param again whether sending it once more may help
 */
public record Failure(Refusal refusal, boolean reached, boolean again) {
    /** Whether no connection to the endpoint could be made. */
    public boolean isUnreachable() {
        return !reached
                && (refusal.cause().startsWith("connect-")
                        || refusal.cause().equals("upstream-protocol")
                        || refusal.cause().equals("upstream-tls"));
    }

    /** Whether it took too long. */
    public boolean isLate() {
        return refusal.status() == 504;
    }
}
