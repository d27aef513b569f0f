package dev.weft.dataplane.http2.frame;

/** The numbers of frames and flags. Constants. */
public final class FrameType {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 0x1;
    public static final int ACK = 0x1;
    public static final int END_HEADERS = 0x4;
    public static final int PADDED = 0x8;
    public static final int PRIORITISED = 0x20;

    /** Nine bytes stand before each payload. */
    public static final int HEADER_BYTES = 9;

    /** The largest payload that this end takes: what the standard begins with. */
    public static final int PAYLOAD_MAX = 16_384;

    private FrameType() {}
}
