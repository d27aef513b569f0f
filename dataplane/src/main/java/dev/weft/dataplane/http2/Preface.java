package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/**
 * How an HTTP/2 connection begins: with bytes that no server of HTTP/1 would take for a request.
 * Constants and a way in; any thread.
 */
public final class Preface {
    /** What a connection is called that speaks HTTP/2 by agreement over TLS (ALPN). */
    public static final String ALPN = "h2";

    private static final byte[] BYTES =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The part that looks like the first line of a request. */
    private static final int LINE = "PRI * HTTP/2.0\r\n".length();

    private Preface() {}

    static byte[] bytes() {
        return BYTES;
    }

    /** Whether what a connection began with is a preface as far as its first line. */
    public static boolean begins(byte[] bytes, int length) {
        return length >= LINE && java.util.Arrays.equals(bytes, 0, LINE, BYTES, 0, LINE);
    }

    /** Takes a connection over from HTTP/1, with what was read of it. */
    public static void takeOver(
            ChannelHandlerContext ctx, Listening listening, Loop loop, Head head, ByteBuf rest) {
        ByteBuf all = ctx.alloc().directBuffer(head.limit() + rest.readableBytes());
        all.writeBytes(head.bytes(), 0, head.limit()).writeBytes(rest);
        var session = new ServerSession(listening, loop);
        ctx.pipeline().replace(ctx.handler(), null, session);
        session.channelRead(session.context(), all);
    }

    /**
     * What serves a caller who speaks HTTP/2 from its first byte on. Added to a channel that is
     * already active, it begins at once.
     */
    public static ChannelHandler server(Listening listening, Loop loop) {
        return new ServerSession(listening, loop);
    }
}
