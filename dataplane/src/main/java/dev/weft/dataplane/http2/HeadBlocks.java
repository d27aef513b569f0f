package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Hops;
import dev.weft.dataplane.http.WebSockets;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.http2.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;

/**
 * Sends heads as header blocks; what belongs to an HTTP/1 connection stays out of them. Its event
 * loop.
 */
final class HeadBlocks {
    private static final long CONNECTION_OWN =
            Hops.bit(FieldName.CONNECTION)
                    | Hops.bit(FieldName.KEEP_ALIVE)
                    | Hops.bit(FieldName.PROXY_CONNECTION)
                    | Hops.bit(FieldName.TRANSFER_ENCODING)
                    | Hops.bit(FieldName.UPGRADE)
                    | Hops.bit(FieldName.TE)
                    | Hops.bit(FieldName.HOST);

    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] PROTOCOL = ascii(":protocol");
    private static final byte[] WEBSOCKET = ascii("websocket");
    private static final byte[] TE = ascii("te");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final int STATUS_BYTES = 16;
    private static final int PSEUDO_BYTES = 64;

    private HeadBlocks() {}

    static void answer(Session session, int id, Head head, boolean last) {
        ByteBuf buf = session.frames().block(bound(head));
        int start = buf.writerIndex() - FrameType.HEADER_BYTES;
        session.encoder.begin(buf);
        session.encoder.status(buf, head.status());
        fields(session.encoder, buf, head, false);
        session.frames().blockEnd(buf, start, id, last, session.sending().frameMax());
    }

    /** Agrees to what a CONNECT asks for. */
    static void agree(Session session, int id, Head head) {
        ByteBuf buf = session.frames().block(bound(head));
        int start = buf.writerIndex() - FrameType.HEADER_BYTES;
        session.encoder.begin(buf);
        session.encoder.status(buf, 200);
        fields(session.encoder, buf, head, true);
        session.frames().blockEnd(buf, start, id, false, session.sending().frameMax());
    }

    /** An informational answer without fields. */
    static void status(Session session, int id, int status) {
        ByteBuf buf = session.frames().block(STATUS_BYTES);
        int start = buf.writerIndex() - FrameType.HEADER_BYTES;
        session.encoder.begin(buf);
        session.encoder.status(buf, status);
        session.frames().blockEnd(buf, start, id, false, session.sending().frameMax());
    }

    static void request(Session session, int id, Head head, boolean https, boolean last) {
        ByteBuf buf = session.frames().block(bound(head));
        int start = buf.writerIndex() - FrameType.HEADER_BYTES;
        HpackEncoder encoder = session.encoder;
        encoder.begin(buf);
        byte[] b = head.bytes();
        boolean connects = WebSockets.asks(head);
        if (connects) {
            encoder.method(buf, CONNECT, 0, CONNECT.length);
            encoder.field(buf, PROTOCOL, 0, PROTOCOL.length, WEBSOCKET, 0, WEBSOCKET.length);
        } else {
            encoder.method(buf, b, head.methodStart(), head.methodEnd());
        }
        encoder.scheme(buf, https);
        int host = head.find(FieldName.HOST, 0);
        if (host >= 0) {
            encoder.authority(buf, b, head.valueStart(host), head.valueEnd(host));
        }
        encoder.path(buf, b, head.pathStart(), head.targetEnd());
        fields(encoder, buf, head, connects);
        if (GrpcCalls.isGrpc(head)) {
            encoder.field(buf, TE, 0, TE.length, TRAILERS, 0, TRAILERS.length);
        }
        session.frames().blockEnd(buf, start, id, last, session.sending().frameMax());
    }

    static void trailers(Session session, int id, Head head) {
        ByteBuf buf = session.frames().block(bound(head));
        int start = buf.writerIndex() - FrameType.HEADER_BYTES;
        session.encoder.begin(buf);
        fields(session.encoder, buf, head, false);
        session.frames().blockEnd(buf, start, id, true, session.sending().frameMax());
    }

    private static int bound(Head head) {
        return head.limit() + head.fields() * HpackEncoder.overhead() + PSEUDO_BYTES;
    }

    private static void fields(HpackEncoder encoder, ByteBuf buf, Head head, boolean switches) {
        byte[] b = head.bytes();
        for (int i = 0; i < head.fields(); i++) {
            int id = head.id(i);
            if (id < 0 || (id > 0 && (CONNECTION_OWN >>> id & 1) != 0)) {
                continue;
            }
            if (switches && WebSockets.isProof(head, i)) {
                continue;
            }
            encoder.field(
                    buf,
                    b,
                    head.nameStart(i),
                    head.nameEnd(i),
                    b,
                    head.valueStart(i),
                    head.valueEnd(i));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
