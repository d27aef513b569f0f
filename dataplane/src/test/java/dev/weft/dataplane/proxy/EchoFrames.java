package dev.weft.dataplane.proxy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A WebSocket server that says back every message, as RFC 6455 frames them. */
final class EchoFrames {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private EchoFrames() {}

    static String answer(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static void serve(Origin.Talk talk) throws IOException {
        Origin.Request request = talk.request();
        if (request == null) {
            return;
        }
        talk.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: "
                        + answer(request.field("sec-websocket-key"))
                        + "\r\n\r\n");
        var in = new DataInputStream(talk.in());
        var out = new DataOutputStream(talk.socket().getOutputStream());
        int code;
        do {
            code = echo(in, out);
        } while (code != CLOSE);
    }

    private static int echo(DataInputStream in, DataOutputStream out) throws IOException {
        int first = in.readUnsignedByte();
        int code = first & 15;
        int length = in.readUnsignedByte() & 127;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        out.writeByte(code == PING ? 0x80 | PONG : first);
        if (length < 126) {
            out.writeByte(length);
        } else if (length < 65_536) {
            out.writeByte(126);
            out.writeShort(length);
        } else {
            out.writeByte(127);
            out.writeLong(length);
        }
        out.write(payload);
        out.flush();
        return code;
    }
}
