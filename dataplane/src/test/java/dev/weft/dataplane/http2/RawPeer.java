package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.http2.hpack.HpackDecoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One end of an HTTP/2 connection that sends exactly the frames it is told, good or bad. */
public final class RawPeer implements AutoCloseable {
    public static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A frame as it came; the fields of a header block decoded. */
    public record Frame(
            int type, int flags, int stream, byte[] payload, Map<String, String> fields) {
        public boolean ends() {
            return (flags & FrameType.END_STREAM) != 0;
        }

        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        public String path() {
            return field(":path");
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The error of a reset or a good-bye. */
        public int code() {
            return ByteBuffer.wrap(payload).getInt(type == FrameType.GOAWAY ? 4 : 0);
        }

        public int lastStream() {
            return ByteBuffer.wrap(payload).getInt();
        }
    }

    /** A whole message on a stream. */
    public record Message(Map<String, String> head, String body, Map<String, String> trailers) {
        public String status() {
            return head.getOrDefault(":status", "");
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final HpackDecoder decoder = new HpackDecoder();
    private final List<Frame> passedOver = new ArrayList<>();
    private boolean credits = true;
    private boolean answers = true;

    public RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** A client that has said hello, and been told hello. */
    public static RawPeer to(InetSocketAddress address) throws IOException {
        return over(new Socket(address.getAddress(), address.getPort()));
    }

    /** The same over a connection that stands, with TLS or without. */
    public static RawPeer over(Socket socket) throws IOException {
        var peer = new RawPeer(socket);
        peer.raw(PREFACE).settings();
        return peer;
    }

    /** Grants no credit for data by itself from now on. */
    public RawPeer withoutCredit() {
        credits = false;
        return this;
    }

    /** Answers no pings from now on. */
    public RawPeer withoutAnswers() {
        answers = false;
        return this;
    }

    public RawPeer raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public static byte[] bytes(int type, int flags, int stream, byte... payload) {
        ByteBuffer buf = ByteBuffer.allocate(9 + payload.length);
        buf.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        buf.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        return buf.array();
    }

    public RawPeer send(int type, int flags, int stream, byte... payload) throws IOException {
        return raw(bytes(type, flags, stream, payload));
    }

    /** Settings in pairs of number and value. */
    public RawPeer settings(int... pairs) throws IOException {
        ByteBuffer buf = ByteBuffer.allocate(pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            buf.putShort((short) pairs[i]).putInt(pairs[i + 1]);
        }
        return send(FrameType.SETTINGS, 0, 0, buf.array());
    }

    public RawPeer headers(int stream, boolean end, String... fields) throws IOException {
        int flags = FrameType.END_HEADERS | (end ? FrameType.END_STREAM : 0);
        return send(FrameType.HEADERS, flags, stream, block(fields));
    }

    /** As an endpoint: takes a request and begins its answer, a 200; returns the stream. */
    public int begins(String... fields) throws IOException {
        settings();
        int stream = asked().stream();
        String[] all = new String[fields.length + 2];
        all[0] = ":status";
        all[1] = "200";
        System.arraycopy(fields, 0, all, 2, fields.length);
        headers(stream, false, all);
        return stream;
    }

    /** Asks for a WebSocket. */
    public RawPeer switches(int stream, String path, String... more) throws IOException {
        var fields =
                new ArrayList<>(
                        List.of(
                                ":method",
                                "CONNECT",
                                ":protocol",
                                "websocket",
                                ":scheme",
                                "http",
                                ":authority",
                                "a",
                                ":path",
                                path));
        fields.addAll(List.of(more));
        return headers(stream, false, fields.toArray(String[]::new));
    }

    public RawPeer get(int stream, String path, String... more) throws IOException {
        return headers(stream, true, request("GET", path, more));
    }

    public RawPeer post(int stream, String path, String... more) throws IOException {
        return headers(stream, false, request("POST", path, more));
    }

    public static String[] request(String method, String path, String... more) {
        var all = new ArrayList<>(List.of(":method", method, ":scheme", "http", ":path", path));
        all.addAll(List.of(":authority", "test"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    public RawPeer data(int stream, boolean end, String text) throws IOException {
        return send(
                FrameType.DATA,
                end ? FrameType.END_STREAM : 0,
                stream,
                text.getBytes(StandardCharsets.UTF_8));
    }

    public RawPeer window(int stream, int more) throws IOException {
        return send(FrameType.WINDOW_UPDATE, 0, stream, ints(more));
    }

    public RawPeer reset(int stream, int code) throws IOException {
        return send(FrameType.RST_STREAM, 0, stream, ints(code));
    }

    public RawPeer goAway(int last, int code) throws IOException {
        return send(FrameType.GOAWAY, 0, 0, ints(last, code));
    }

    public static byte[] ints(int... values) {
        ByteBuffer buf = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            buf.putInt(value);
        }
        return buf.array();
    }

    /** A header block of literals that touch no table. */
    public static byte[] block(String... fields) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i++) {
            if (i % 2 == 0) {
                out.write(0);
            }
            byte[] bytes = fields[i].getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length < 127) {
                out.write(bytes.length);
            } else {
                out.write(127);
                int rest = bytes.length - 127;
                while (rest >= 128) {
                    out.write(rest & 127 | 128);
                    rest >>>= 7;
                }
                out.write(rest);
            }
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    // ---- reading

    void skip(int count) throws IOException {
        in.skipNBytes(count);
    }

    /** The next frame of any kind. */
    public Frame next() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("a frame was cut");
        }
        Map<String, String> fields = Map.of();
        if (type == FrameType.HEADERS) {
            fields = fields(payload);
        } else if (type == FrameType.SETTINGS && (flags & FrameType.ACK) == 0) {
            send(FrameType.SETTINGS, FrameType.ACK, 0);
        } else if (type == FrameType.PING && (flags & FrameType.ACK) == 0 && answers) {
            send(FrameType.PING, FrameType.ACK, 0, payload);
        } else if (type == FrameType.DATA && credits && length > 0) {
            window(0, length);
            if ((flags & FrameType.END_STREAM) == 0) {
                window(stream, length);
            }
        }
        return new Frame(type, flags, stream, payload, fields);
    }

    private Map<String, String> fields(byte[] block) {
        Map<String, String> fields = new LinkedHashMap<>();
        Head head = Head.empty();
        HpackDecoder.Result result =
                decoder.decode(
                        block,
                        0,
                        block.length,
                        head,
                        1 << 20,
                        (start, nameEnd, valueStart, valueEnd, id) ->
                                fields.merge(
                                        text(head, start, nameEnd),
                                        text(head, valueStart, valueEnd),
                                        (one, two) -> one + "|" + two));
        if (result != HpackDecoder.Result.COMPLETE) {
            throw new AssertionError("a header block that cannot be read: " + result);
        }
        return fields;
    }

    private static String text(Head head, int from, int to) {
        return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The next frame of a kind; those before it are kept for who asks for them. */
    public Frame await(int type) throws IOException {
        return await(type, -1);
    }

    public Frame await(int type, int stream) throws IOException {
        for (int i = 0; i < passedOver.size(); i++) {
            Frame frame = passedOver.get(i);
            if (frame.type == type && (stream < 0 || frame.stream == stream)) {
                return passedOver.remove(i);
            }
        }
        while (true) {
            Frame frame = next();
            if (frame.type == type && (stream < 0 || frame.stream == stream)) {
                return frame;
            }
            passedOver.add(frame);
        }
    }

    /** A message from its head to its end. */
    public Message message(int stream) throws IOException {
        Frame head = await(FrameType.HEADERS, stream);
        while (head.fields.getOrDefault(":status", "200").startsWith("1")) {
            head = await(FrameType.HEADERS, stream);
        }
        var body = new StringBuilder();
        Map<String, String> trailers = Map.of();
        boolean ended = head.ends();
        while (!ended) {
            Frame frame = nextOf(stream);
            ended = frame.ends();
            if (frame.type == FrameType.DATA) {
                body.append(frame.text());
            } else if (frame.type == FrameType.HEADERS) {
                trailers = frame.fields;
            } else if (frame.type == FrameType.RST_STREAM) {
                throw new IOException("reset: " + frame.code());
            }
        }
        return new Message(head.fields, body.toString(), trailers);
    }

    private Frame nextOf(int stream) throws IOException {
        for (int i = 0; i < passedOver.size(); i++) {
            if (passedOver.get(i).stream == stream
                    && passedOver.get(i).type != FrameType.WINDOW_UPDATE) {
                return passedOver.remove(i);
            }
        }
        while (true) {
            Frame frame = next();
            if (frame.stream == stream && frame.type != FrameType.WINDOW_UPDATE) {
                return frame;
            }
            passedOver.add(frame);
        }
    }

    /** A request as a server gets it: the first stream that is opened, or null at the end. */
    public @Nullable Frame request() throws IOException {
        try {
            return await(FrameType.HEADERS);
        } catch (EOFException e) {
            return null;
        }
    }

    /** A request that must come. */
    public Frame asked() throws IOException {
        return await(FrameType.HEADERS);
    }

    /** Whether the other end has closed, whatever it says before. */
    public boolean closes() throws IOException {
        try {
            while (true) {
                passedOver.add(next());
            }
        } catch (EOFException | java.net.SocketException e) {
            return true;
        }
    }

    /** The last good-bye before the end; fails when there was none. */
    public Frame goodbye() throws IOException {
        var unused = closes();
        Frame last = null;
        for (Frame frame : passedOver) {
            last = frame.type == FrameType.GOAWAY ? frame : last;
        }
        if (last == null) {
            throw new AssertionError("closed without GOAWAY");
        }
        return last;
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
