package dev.weft.dataplane.route;

/**
 * An answer that Weft makes up itself.
 *
 * @param cause one word, hyphenated, the value of {@code weft-cause}: {@code no-endpoints}
 * @param object what decided: {@code Service default/root}; empty when nothing did
 * @param sentence what was seen, for a person
 * @param retryAfterSeconds when to come again; 0: nothing is said
 * @param grpcStatus what a gRPC caller is told; -1 for what follows from the status
 */
public record Refusal(
        int status,
        String cause,
        String object,
        String sentence,
        int retryAfterSeconds,
        int grpcStatus) {
    /** What gRPC says where nobody is there to be called, whatever HTTP says. */
    public static final int GRPC_UNAVAILABLE = 14;

    public Refusal {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        if (!isWord(cause)) {
            throw new IllegalArgumentException(
                    "cause: " + cause + " (expected: lower-case words with hyphens)");
        }
        if (object.chars().anyMatch(c -> c < ' ' || c >= 127)) {
            throw new IllegalArgumentException("object: " + object + " (expected: ASCII)");
        }
        if (retryAfterSeconds < 0 || grpcStatus < -1 || grpcStatus > 16) {
            throw new IllegalArgumentException(
                    "retry after: "
                            + retryAfterSeconds
                            + ", gRPC status: "
                            + grpcStatus
                            + " (expected: >= 0, and -1 to 16)");
        }
    }

    /** Without an expression: routes make many refusals when they are compiled. */
    private static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    public Refusal(int status, String cause, String object, String sentence) {
        this(status, cause, object, sentence, 0, -1);
    }

    public Refusal withRetryAfter(int seconds) {
        return new Refusal(status, cause, object, sentence, seconds, grpcStatus);
    }

    public Refusal withGrpcStatus(int other) {
        return new Refusal(status, cause, object, sentence, retryAfterSeconds, other);
    }
}
