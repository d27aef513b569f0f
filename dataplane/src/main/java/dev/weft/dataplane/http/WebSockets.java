package dev.weft.dataplane.http;

import dev.weft.foundation.chance.Chance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * How a WebSocket begins: in HTTP/1.1 with a request that switches protocols and a key that is
 * answered, in HTTP/2 with a CONNECT that names the protocol. Heads always have HTTP/1.1's shape
 * here; whoever speaks HTTP/2 brings them into it, and out of it. The heads' event loop.
 */
public final class WebSockets {
    private static final byte[] KEY = Head.ascii("sec-websocket-key");
    private static final byte[] ACCEPT = Head.ascii("sec-websocket-accept");
    private static final byte[] UPGRADE_LINE = Head.ascii("upgrade: websocket\r\n");
    private static final byte[] CONNECTION_LINE = Head.ascii("connection: upgrade\r\n");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSockets() {}

    /** Whether the request asks to switch to a WebSocket, and may. */
    public static boolean asks(Head request) {
        return request.upgrade;
    }

    /** Makes a request ask for it that has come without HTTP/1.1's words for it. */
    static void ask(Head request) {
        request.drop(KEY);
        ask(request, UPGRADE_LINE, CONNECTION_LINE);
        request.upgrade = true;
    }

    private static void ask(Head head, byte[] upgrade, byte[] connection) {
        head.addLine(upgrade, "upgrade".length());
        head.addLine(connection, "connection".length());
    }

    /** Gives a request a key that the endpoint has to answer; it is no secret. */
    public static void addKey(Head request, long seed) {
        var chance = new Chance(seed);
        byte[] key =
                ByteBuffer.allocate(KEY_BYTES)
                        .putLong(chance.next())
                        .putLong(chance.next())
                        .array();
        request.add("sec-websocket-key", Base64.getEncoder().encodeToString(key));
    }

    /** What is wrong with an answer that switches protocols; empty where it may. */
    static String problem(Head request, Head answer) {
        if (!request.upgrade || !Hops.isWebSocket(answer)) {
            return "it switches protocols unasked";
        }
        return answered(request, answer) ? "" : "it does not answer the WebSocket's key";
    }

    /** Whether an answer that switches proves that its server knows what it switches to. */
    private static boolean answered(Head request, Head answer) {
        Optional<String> key = request.value("sec-websocket-key");
        return key.isEmpty()
                || answer.value("sec-websocket-accept").equals(Optional.of(accept(key.get())));
    }

    private static String accept(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Whether a field is the key or its answer, which only HTTP/1.1 needs. */
    public static boolean isProof(Head head, int field) {
        return head.named(field, KEY) || head.named(field, ACCEPT);
    }

    /** Makes an answer that agrees in HTTP/2's way the one that HTTP/1.1 would have given. */
    public static void switched(Head request, Head answer) {
        int start = answer.limit;
        answer.append(Status.line(101));
        answer.startLine = start;
        answer.startLineEnd = answer.limit;
        answer.status = 101;
        answer.drop(ACCEPT);
        answer.drop(FieldName.CONTENT_LENGTH);
        ask(answer, UPGRADE_LINE, CONNECTION_LINE);
        request.value("sec-websocket-key")
                .ifPresent(key -> answer.add("sec-websocket-accept", accept(key)));
    }
}
