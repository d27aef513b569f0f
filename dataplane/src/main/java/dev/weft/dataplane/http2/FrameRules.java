package dev.weft.dataplane.http2;

import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;

/** What a frame's first bytes alone can get wrong. Pure; any thread. */
final class FrameRules {
    private static final int SETTING_BYTES = 6;

    private FrameRules() {}

    /** The error that ends the connection, or NO_ERROR. */
    static int problem(int type, int flags, int stream, int length) {
        return switch (type) {
            case FrameType.DATA, FrameType.HEADERS, FrameType.PRIORITY ->
                    stream == 0 ? ErrorCode.PROTOCOL_ERROR : ErrorCode.NO_ERROR;
            case FrameType.CONTINUATION, FrameType.PUSH_PROMISE -> continues(type, stream);
            case FrameType.RST_STREAM ->
                    stream == 0 ? ErrorCode.PROTOCOL_ERROR : exactly(4, length);
            case FrameType.SETTINGS -> settings(flags, stream, length);
            case FrameType.PING -> stream != 0 ? ErrorCode.PROTOCOL_ERROR : exactly(8, length);
            case FrameType.GOAWAY -> {
                if (stream != 0) {
                    yield ErrorCode.PROTOCOL_ERROR;
                }
                yield length < 8 ? ErrorCode.FRAME_SIZE_ERROR : ErrorCode.NO_ERROR;
            }
            case FrameType.WINDOW_UPDATE -> exactly(4, length);
            default -> ErrorCode.NO_ERROR;
        };
    }

    /** Nobody may push to this end; a continuation is checked beside what it continues. */
    private static int continues(int type, int stream) {
        return type == FrameType.PUSH_PROMISE || stream == 0
                ? ErrorCode.PROTOCOL_ERROR
                : ErrorCode.NO_ERROR;
    }

    private static int settings(int flags, int stream, int length) {
        if (stream != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        boolean ack = (flags & FrameType.ACK) != 0;
        return length % SETTING_BYTES != 0 || (ack && length != 0)
                ? ErrorCode.FRAME_SIZE_ERROR
                : ErrorCode.NO_ERROR;
    }

    private static int exactly(int expected, int length) {
        return length == expected ? ErrorCode.NO_ERROR : ErrorCode.FRAME_SIZE_ERROR;
    }
}
