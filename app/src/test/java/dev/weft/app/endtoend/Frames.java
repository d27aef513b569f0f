package dev.weft.app.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A client of HTTP/2 in clear that says little, and sees each frame that comes. */
final class Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int GOAWAY = 7;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int LIMIT_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /** A frame as it came. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        String text() {
            return new String(payload, ISO_8859_1);
        }

        /** The error of a good-bye. */
        int code() {
            return ByteBuffer.wrap(payload).getInt(4);
        }
    }

    Frames(int port) throws IOException {
        socket.connect(new InetSocketAddress("127.0.0.1", port), LIMIT_MILLIS);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        send(SETTINGS, 0, 0, new byte[0]);
    }

    /** A whole request without a body; fields in pairs of name and value. */
    void ask(int stream, String... fields) throws IOException {
        var block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i++) {
            if (i % 2 == 0) {
                block.write(0);
            }
            block.write(fields[i].length());
            block.writeBytes(fields[i].getBytes(ISO_8859_1));
        }
        send(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray());
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags);
        socket.getOutputStream().write(frame.putInt(stream).put(payload).array());
    }

    /** The next frame that is no housekeeping. */
    Frame next() throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException("a frame was cut");
            }
            if (type == PING && (flags & ACK) == 0) {
                send(PING, ACK, 0, payload);
            } else if (type == SETTINGS && (flags & ACK) == 0) {
                send(SETTINGS, ACK, 0, new byte[0]);
            } else if (type == DATA || type == HEADERS || type == GOAWAY) {
                return new Frame(type, flags, stream, payload);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
