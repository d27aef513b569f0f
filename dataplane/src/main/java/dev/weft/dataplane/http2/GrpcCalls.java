package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import java.nio.charset.StandardCharsets;

/** What tells a gRPC call from another request. Pure; any thread. */
public final class GrpcCalls {
    private static final byte[] TYPE = "application/grpc".getBytes(StandardCharsets.US_ASCII);

    private GrpcCalls() {}

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
