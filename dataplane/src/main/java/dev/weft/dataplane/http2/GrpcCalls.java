package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import java.nio.charset.StandardCharsets;

/** What tells a gRPC call from another request. Pure; any thread. */
public final class GrpcCalls {
    private static final byte[] TYPE = "application/grpc".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] TIMEOUT = "grpc-timeout".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_MAX = 8;
    private static final long NONE = -1;

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
}
