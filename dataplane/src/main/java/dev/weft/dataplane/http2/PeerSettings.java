package dev.weft.dataplane.http2;

import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.http2.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;

/** What the peer grants, taken over as it says so. Its event loop. */
final class PeerSettings {
    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;
    static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final int SETTING_BYTES = 6;
    private static final int FRAME_LARGEST = (1 << 24) - 1;

    private final Sending sending;
    private final HpackEncoder encoder;
    private final Streams streams;
    private int streamsMax = Integer.MAX_VALUE;
    private boolean connects;

    PeerSettings(Sending sending, HpackEncoder encoder, Streams streams) {
        this.sending = sending;
        this.encoder = encoder;
        this.streams = streams;
    }

    int streamsMax() {
        return streamsMax;
    }

    /** Whether a CONNECT may name a protocol (RFC 8441). */
    boolean connects() {
        return connects;
    }

    /** Returns the error that ends the connection, or NO_ERROR. */
    int take(ByteBuf buf, int from, int length, boolean fromServer) {
        for (int at = from; at < from + length; at += SETTING_BYTES) {
            int problem = take(buf.getUnsignedShort(at), buf.getUnsignedInt(at + 2), fromServer);
            if (problem != ErrorCode.NO_ERROR) {
                return problem;
            }
        }
        return ErrorCode.NO_ERROR;
    }

    private int take(int setting, long value, boolean fromServer) {
        switch (setting) {
            case HEADER_TABLE_SIZE -> encoder.peerTableMax(value);
            case ENABLE_PUSH -> {
                if (value > 1 || (fromServer && value == 1)) {
                    return ErrorCode.PROTOCOL_ERROR;
                }
            }
            case MAX_CONCURRENT_STREAMS -> streamsMax = (int) Math.min(value, Integer.MAX_VALUE);
            case INITIAL_WINDOW_SIZE -> {
                if (value > Integer.MAX_VALUE || !sending.initialWindow((int) value, streams)) {
                    return ErrorCode.FLOW_CONTROL_ERROR;
                }
            }
            case MAX_FRAME_SIZE -> {
                if (value < FrameType.PAYLOAD_MAX || value > FRAME_LARGEST) {
                    return ErrorCode.PROTOCOL_ERROR;
                }
                sending.frameMax((int) value);
            }
            case ENABLE_CONNECT_PROTOCOL -> {
                if (value > 1 || (connects && value == 0)) {
                    return ErrorCode.PROTOCOL_ERROR;
                }
                connects = value == 1;
            }
            default -> {
                // a list size is advice; what is not known is passed over
            }
        }
        return ErrorCode.NO_ERROR;
    }
}
