package dev.weft.dataplane.http;

import dev.weft.dataplane.http2.GrpcCalls;
import dev.weft.dataplane.route.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An answer that Weft makes up, in the shape that gRPC's callers read. Pure but for the head. */
final class GrpcRefusal {
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private GrpcRefusal() {}

    /** Whether the caller of this request reads gRPC. */
    static boolean fits(Head request) {
        return GrpcCalls.isGrpc(request);
    }

    /** Fills the answer's head, which is all of the answer. */
    static void write(Refusal refusal, Head answer) {
        answer.startAnswer(200);
        answer.add(FieldName.CONTENT_TYPE, "application/grpc");
        answer.add("grpc-status", Integer.toString(status(refusal)));
        answer.add("grpc-message", encoded(refusal.sentence()));
        answer.add(FieldName.WEFT_CAUSE, refusal.cause());
        if (!refusal.object().isEmpty()) {
            answer.add(FieldName.WEFT_OBJECT, refusal.object());
        }
        if (refusal.retryAfterSeconds() > 0) {
            answer.add(
                    "grpc-retry-pushback-ms",
                    Long.toString(refusal.retryAfterSeconds() * 1000L));
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
