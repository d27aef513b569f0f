package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What tells a gRPC call from another request, and what its caller can read. Pure but for the heads
 * that it fills; any thread.
 */
public final class GrpcCalls {
    private static final byte[] TYPE = "application/grpc".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] TIMEOUT = "grpc-timeout".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_MAX = 8;
    private static final long NONE = -1;

    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private GrpcCalls() {}

    /** How long the caller of a gRPC call waits for it; -1 where nothing is said, or no call. */
    public static long timeoutNanos(Head head) {
        if (!isGrpc(head)) {
            return NONE;
        }
        int field = head.find(TIMEOUT, 0);
        if (field < 0) {
            return NONE;
        }
        int start = head.valueStart(field);
        int unit = head.valueEnd(field) - 1;
        if (unit <= start || unit - start > DIGITS_MAX) {
            return NONE;
        }
        long value = 0;
        for (int i = start; i < unit; i++) {
            int digit = head.bytes()[i] - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            value = value * 10 + digit;
        }
        long nanos =
                switch (head.bytes()[unit]) {
                    case 'H' -> 3_600_000_000_000L;
                    case 'M' -> 60_000_000_000L;
                    case 'S' -> 1_000_000_000L;
                    case 'm' -> 1_000_000L;
                    case 'u' -> 1_000L;
                    case 'n' -> 1L;
                    default -> 0L;
                };
        if (nanos == 0) {
            return NONE;
        }
        return value > Long.MAX_VALUE / nanos ? Long.MAX_VALUE : value * nanos;
    }

    /** Whether the head's content-type is gRPC's, whatever is coded in it; gRPC-Web is another. */
    public static boolean isGrpc(Head head) {
        int field = head.find(FieldName.CONTENT_TYPE, 0);
        if (field < 0) {
            return false;
        }
        int start = head.valueStart(field);
        int end = start + TYPE.length;
        if (head.valueEnd(field) < end
                || !FieldName.sameIgnoringCase(TYPE, head.bytes(), start, end)) {
            return false;
        }
        byte next = head.valueEnd(field) == end ? (byte) ';' : head.bytes()[end];
        return next == ';' || next == '+' || next == ' ';
    }

    /** Fills the head of an answer that Weft makes up; it is all of the answer. */
    public static void refuse(Refusal refusal, Head answer) {
        answer.startAnswer(200);
        answer.add(FieldName.CONTENT_TYPE, "application/grpc");
        say(refusal, answer);
        if (refusal.retryAfterSeconds() > 0) {
            answer.add(
                    "grpc-retry-pushback-ms", Long.toString(refusal.retryAfterSeconds() * 1000L));
        }
    }

    /** Fills the fields behind an answer that Weft ends. */
    public static void end(Refusal refusal, Head trailers) {
        trailers.forget();
        say(refusal, trailers);
    }

    private static void say(Refusal refusal, Head into) {
        into.add("grpc-status", Integer.toString(status(refusal)));
        into.add("grpc-message", encoded(refusal.sentence()));
        into.add(FieldName.WEFT_CAUSE, refusal.cause());
        if (!refusal.object().isEmpty()) {
            into.add(FieldName.WEFT_OBJECT, refusal.object());
        }
    }

    private static int status(Refusal refusal) {
        if (refusal.grpcStatus() >= 0) {
            return refusal.grpcStatus();
        }
        return switch (refusal.status()) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405, 501 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 413, 429, 431 -> RESOURCE_EXHAUSTED;
            case 502, 503 -> UNAVAILABLE;
            default -> INTERNAL;
        };
    }

    /** Printable ASCII but for the percent sign stands for itself. */
    private static String encoded(String sentence) {
        var text = new StringBuilder();
        for (byte b : sentence.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 127 && b != '%') {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
        return text.toString();
    }
}
