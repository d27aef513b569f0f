package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/**
 * How an HTTP/2 connection begins: with bytes that no server of HTTP/1 would take for a request.
 * Constants and a way in; any thread.
 */
public final class Preface {
    /** What a client says first. */
    private static final byte[] BYTES =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Preface() {}

    static byte[] bytes() {
        return BYTES;
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
}
