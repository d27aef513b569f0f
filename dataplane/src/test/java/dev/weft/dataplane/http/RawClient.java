package dev.weft.dataplane.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that sends exactly the bytes it is given, and reads answers by the letter. */
public final class RawClient implements AutoCloseable {
    /** An answer as it stood on the wire; the body decoded from its chunks. */
    public record Answer(int status, List<String> head, byte[] bytes) {
        public String field(String name) {
            return fields(name).stream().findFirst().orElse("");
        }

        public List<String> fields(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .toList();
        }

        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final InputStream in;

    public RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        in = new java.io.BufferedInputStream(socket.getInputStream());
    }

    public static RawClient to(InetSocketAddress address) throws IOException {
        return new RawClient(
                new Socket(
                        address.getAddress().isAnyLocalAddress()
                                ? InetAddress.getLoopbackAddress()
                                : address.getAddress(),
                        address.getPort()));
    }

    /** Sends text with its line ends as they are written. */
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    public Answer answer() throws IOException {
        return answer(false);
    }

    /** An answer without a body, whatever its head says. */
    public Answer answerToHead() throws IOException {
        return answer(true);
    }

    private Answer answer(boolean bodiless) throws IOException {
        List<String> head = head();
        int status = Integer.parseInt(head.getFirst().split(" ", 3)[1]);
        var without = new Answer(status, head, new byte[0]);
        if (bodiless || status < 200 || status == 204 || status == 304) {
            return without;
        }
        return new Answer(status, head, body(without));
    }

    private byte[] body(Answer answer) throws IOException {
        if (answer.field("transfer-encoding").equals("chunked")) {
            var body = new ByteArrayOutputStream();
            byte[] chunk;
            while ((chunk = chunk()).length > 0) {
                body.writeBytes(chunk);
            }
            return body.toByteArray();
        }
        String length = answer.field("content-length");
        return length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length));
    }

    /** One chunk of a chunked body; empty for the last. */
    public byte[] chunk() throws IOException {
        byte[] chunk = exactly(Integer.parseInt(line(), 16));
        String end = line();
        if (!end.isEmpty()) {
            throw new IOException("chunk ends with " + end);
        }
        return chunk;
    }

    public byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body ended after " + bytes.length + " of " + length);
        }
        return bytes;
    }

    public List<String> head() throws IOException {
        List<String> lines = new ArrayList<>();
        String line;
        while (!(line = line()).isEmpty()) {
            lines.add(line);
        }
        return lines;
    }

    public String line() throws IOException {
        var line = new StringBuilder();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new EOFException("connection ended within a line: " + line);
            }
            line.append((char) b);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("line without CR: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    /** Whether the other end closes, after whatever it still sends. */
    public boolean closes() throws IOException {
        try {
            in.readAllBytes();
            return true;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Whether the other end resets the connection before it has been closed in order. */
    public boolean isReset() throws IOException {
        try {
            in.readAllBytes();
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    public Socket socket() {
        return socket;
    }

    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
