package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.http2.hpack.HpackDecoder;
import dev.weft.foundation.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a gRPC server how it is ({@code grpc.health.v1.Health/Check}), in clear, over a connection
 * that is made for it. Waits for the answer: any thread but an event loop's.
 */
public final class HealthCall {
    private static final int STREAM = 1;
    private static final int ANSWER_MAX = 4096;
    private static final int FIELDS_MAX = 16 * 1024;
    private static final int SERVING = 1;
    private static final String[] STATES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private static final int UNIMPLEMENTED = 12;

    private final Clock clock;

    public HealthCall(Clock clock) {
        this.clock = clock;
    }

    /**
     * Makes one call.
     *
     * @param service whose health is asked for; empty: the whole server's
     * @return nothing when it serves, else what is wrong
     * @throws IOException when nobody answers in time, or the connection breaks
     */
    public Optional<String> ask(InetSocketAddress to, String service, Duration timeout)
            throws IOException {
        long end = clock.nanos() + timeout.toNanos();
        try (var socket = new Socket()) {
            socket.connect(to, millisUntil(end));
            socket.setTcpNoDelay(true);
            var call = new Answer(socket, end);
            OutputStream out = socket.getOutputStream();
            out.write(request(to, service, timeout));
            out.flush();
            return call.read(out);
        }
    }

    private int millisUntil(long end) throws SocketTimeoutException {
        long left = (end - clock.nanos()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    // ---- the request

    private static byte[] request(InetSocketAddress to, String service, Duration timeout) {
        var block = new ByteArrayOutputStream();
        field(block, ":method", "POST");
        field(block, ":scheme", "http");
        field(block, ":path", "/grpc.health.v1.Health/Check");
        field(block, ":authority", to.getHostString() + ":" + to.getPort());
        field(block, "content-type", "application/grpc");
        field(block, "te", "trailers");
        field(block, "user-agent", "kube-probe/weft");
        field(block, "grpc-timeout", Math.min(timeout.toMillis(), 99_999_999) + "m");
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        var message = new ByteArrayOutputStream();
        if (name.length > 0) {
            message.write(1 << 3 | 2);
            varint(message, name.length);
            message.writeBytes(name);
        }
        var data = new ByteArrayOutputStream();
        data.write(0);
        data.writeBytes(ByteBuffer.allocate(4).putInt(message.size()).array());
        data.writeBytes(message.toByteArray());
        var all = new ByteArrayOutputStream();
        all.writeBytes(Preface.bytes());
        frame(all, FrameType.SETTINGS, 0, 0, new byte[0]);
        frame(all, FrameType.HEADERS, FrameType.END_HEADERS, STREAM, block.toByteArray());
        frame(all, FrameType.DATA, FrameType.END_STREAM, STREAM, data.toByteArray());
        return all.toByteArray();
    }

    /** A literal that touches no table. */
    private static void field(ByteArrayOutputStream out, String name, String value) {
        out.write(0);
        for (String one : new String[] {name, value}) {
            byte[] bytes = one.getBytes(StandardCharsets.US_ASCII);
            out.write(Math.min(bytes.length, 127));
            if (bytes.length >= 127) {
                varint(out, bytes.length - 127);
            }
            out.writeBytes(bytes);
        }
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 128) {
            out.write(rest & 127 | 128);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static void frame(
            ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.writeBytes(
                ByteBuffer.allocate(FrameType.HEADER_BYTES)
                        .putInt(payload.length << 8 | type)
                        .put((byte) flags)
                        .putInt(stream)
                        .array());
        out.writeBytes(payload);
    }

    // ---- the answer

    /** What has come of an answer so far. */
    private final class Answer {
        private final Socket socket;
        private final long end;
        private final DataInputStream in;
        private final HpackDecoder decoder = new HpackDecoder();
        private final Map<String, String> fields = new HashMap<>();
        private final ByteArrayOutputStream block = new ByteArrayOutputStream();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean blockEnds;
        private boolean over;

        Answer(Socket socket, long end) throws IOException {
            this.socket = socket;
            this.end = end;
            this.in = new DataInputStream(socket.getInputStream());
        }

        Optional<String> read(OutputStream out) throws IOException {
            boolean greeted = false;
            while (!over) {
                socket.setSoTimeout(millisUntil(end));
                int first = in.readInt();
                int length = first >>> 8;
                int type = first & 0xff;
                if ((!greeted && type != FrameType.SETTINGS) || length > FrameType.PAYLOAD_MAX) {
                    return Optional.of("the server does not speak HTTP/2 in clear");
                }
                greeted = true;
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = new byte[length];
                in.readFully(payload);
                Optional<String> problem = frame(out, type, flags, stream, payload);
                if (problem.isPresent()) {
                    return problem;
                }
            }
            return judged();
        }

        private Optional<String> frame(
                OutputStream out, int type, int flags, int stream, byte[] payload)
                throws IOException {
            if (stream > STREAM) {
                // a push, which a server may try before it has read that none is taken
                return Optional.empty();
            }
            switch (type) {
                case FrameType.SETTINGS, FrameType.PING -> {
                    if ((flags & FrameType.ACK) == 0) {
                        var answer = new ByteArrayOutputStream();
                        byte[] back = type == FrameType.PING ? payload : new byte[0];
                        HealthCall.frame(answer, type, FrameType.ACK, 0, back);
                        out.write(answer.toByteArray());
                    }
                }
                case FrameType.HEADERS, FrameType.CONTINUATION -> headers(type, flags, payload);
                case FrameType.DATA -> {
                    int from = (flags & FrameType.PADDED) != 0 ? 1 : 0;
                    int to = payload.length - (from == 1 ? payload[0] & 0xff : 0);
                    if (to < from || body.size() + to - from > ANSWER_MAX) {
                        return Optional.of("the answer is no health check's");
                    }
                    body.write(payload, from, to - from);
                    over = (flags & FrameType.END_STREAM) != 0;
                }
                case FrameType.RST_STREAM -> {
                    return Optional.of("the call was reset by the server");
                }
                case FrameType.GOAWAY -> {
                    if (payload.length >= 8 && ByteBuffer.wrap(payload).getInt() < STREAM) {
                        return Optional.of("the server goes away");
                    }
                }
                default -> {
                    // nothing else bears on one short call
                }
            }
            return Optional.empty();
        }

        private void headers(int type, int flags, byte[] payload) throws IOException {
            int from = 0;
            int to = payload.length;
            if (type == FrameType.HEADERS) {
                blockEnds = (flags & FrameType.END_STREAM) != 0;
                if ((flags & FrameType.PADDED) != 0 && to > 0) {
                    from = 1;
                    to -= payload[0] & 0xff;
                }
                from += (flags & FrameType.PRIORITISED) != 0 ? 5 : 0;
            }
            if (to < from || block.size() + to - from > FIELDS_MAX) {
                throw new IOException("a header block is not well formed");
            }
            block.write(payload, from, to - from);
            if ((flags & FrameType.END_HEADERS) != 0) {
                decode(block.toByteArray());
                block.reset();
                over = blockEnds;
            }
        }

        private void decode(byte[] bytes) throws IOException {
            Head head = Head.empty();
            HpackDecoder.Result result =
                    decoder.decode(
                            bytes,
                            0,
                            bytes.length,
                            head,
                            FIELDS_MAX,
                            (start, nameEnd, valueStart, valueEnd, id) ->
                                    fields.put(
                                            text(head, start, nameEnd),
                                            text(head, valueStart, valueEnd)));
            if (result != HpackDecoder.Result.COMPLETE) {
                throw new IOException("a header block is not well formed");
            }
        }

        private static String text(Head head, int from, int to) {
            return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
        }

        private Optional<String> judged() {
            String status = fields.getOrDefault("grpc-status", "");
            if (status.isEmpty()) {
                return Optional.of(
                        "the server does not speak gRPC (it answered HTTP status "
                                + fields.getOrDefault(":status", "none")
                                + ")");
            }
            if (status.equals(Integer.toString(UNIMPLEMENTED))) {
                return Optional.of(
                        "the server does not implement the gRPC health protocol"
                                + " (grpc.health.v1.Health)");
            }
            if (!status.equals("0")) {
                return Optional.of(
                        "the health call failed: gRPC status "
                                + status
                                + " "
                                + fields.getOrDefault("grpc-message", ""));
            }
            int state = state(body.toByteArray());
            return state == SERVING
                    ? Optional.empty()
                    : Optional.of("service unhealthy (responded with \"" + STATES[state] + "\")");
        }

        /** The first field of the message behind its five bytes of frame, an enumeration. */
        private static int state(byte[] bytes) {
            boolean known =
                    bytes.length >= 7 && bytes[0] == 0 && bytes[5] == 1 << 3 && bytes[6] >= 0;
            return known && bytes[6] < STATES.length ? bytes[6] : 0;
        }
    }
}
