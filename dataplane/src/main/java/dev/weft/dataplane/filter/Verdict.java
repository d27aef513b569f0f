package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whether an answer means that its endpoint failed. Pure. */
public final class Verdict {
    private static final byte[] GRPC = "application/grpc".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GRPC_STATUS = "grpc-status".getBytes(StandardCharsets.US_ASCII);

    /** UNKNOWN, DEADLINE_EXCEEDED, PERMISSION_DENIED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
    private static final int GRPC_FAILURES = bits(2, 4, 7, 13, 14, 15);

    private static final int RESOURCE_EXHAUSTED = 8;

    /** What a head without a status of gRPC has. */
    public static final int NONE = -1;

    private Verdict() {}

    private static int bits(int... places) {
        int bits = 0;
        for (int place : places) {
            bits |= 1 << place;
        }
        return bits;
    }

    /**
     * @param strict whether an endpoint that asks for fewer requests counts as failing
     */
    public static boolean failed(int status, boolean strict) {
        return status >= 500 || (strict && status == 429);
    }

    public static boolean grpcFailed(int status, boolean strict) {
        return (status >= 0 && status < 32 && (GRPC_FAILURES >> status & 1) != 0)
                || (strict && status == RESOURCE_EXHAUSTED);
    }

    /** Whether an answer is gRPC's, so that its status stands behind its body. */
    public static boolean isGrpc(Head answer) {
        int field = answer.find(FieldName.CONTENT_TYPE, 0);
        if (field < 0) {
            return false;
        }
        int start = answer.valueStart(field);
        int end = start + GRPC.length;
        return answer.valueEnd(field) >= end
                && Arrays.equals(answer.bytes(), start, end, GRPC, 0, GRPC.length);
    }

    /** The status of gRPC of an answer: behind it, or in the head of one that has nothing else. */
    public static int grpcStatus(Exchange exchange) {
        int status = grpcStatus(exchange.answer());
        return status == NONE && exchange.hasAnswerTrailers()
                ? grpcStatus(exchange.answerTrailers())
                : status;
    }

    /** The status of gRPC in a head or in trailers. */
    public static int grpcStatus(Head head) {
        int field = head.find(GRPC_STATUS, 0);
        if (field < 0) {
            return NONE;
        }
        int at = head.valueStart(field);
        int end = head.valueEnd(field);
        if (at == end || end - at > 2) {
            return NONE;
        }
        int status = 0;
        for (; at < end; at++) {
            int digit = head.bytes()[at] - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            status = status * 10 + digit;
        }
        return status;
    }
}
