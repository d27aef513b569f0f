package dev.weft.dataplane.proxy;

/** What a short conversation of WebSocket consists of, byte by byte. */
final class Chat {
    /** Asks a host for one. */
    static final String SWITCH =
            "GET /chat HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n";

    /** A text, of one frame. */
    static final String HELLO = "\u0081\u0005hello";

    /** Close, 1001: going away; as servers say it. */
    static final String CLOSE = "\u0088\u0002\u0003\u00e9";

    /** The same as clients say it. */
    static final String MASKED_CLOSE = "\u0088\u0082\0\0\0\0\u0003\u00e9";

    private Chat() {}
}
