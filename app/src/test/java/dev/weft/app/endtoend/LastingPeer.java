package dev.weft.app.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.testkit.Accepting;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A server behind the platform that says its name and goes on listening: in a WebSocket, in a
 * stream of gRPC, or in one answer after the other.
 */
final class LastingPeer implements AutoCloseable {
    private final String name;
    private final Accepting accepting;

    LastingPeer(String name) throws IOException {
        this.name = name;
        this.accepting = Accepting.start(name, this::serve);
    }

    int port() {
        return accepting.port();
    }

    private void serve(Socket socket) throws IOException {
        var in = new BufferedInputStream(socket.getInputStream());
        for (List<String> head = head(in); !head.isEmpty(); head = head(in)) {
            String all = String.join("\n", head).toLowerCase(Locale.ROOT);
            if (all.contains("upgrade: websocket")) {
                send(
                        socket,
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                                + "Upgrade: websocket\r\n\r\n"
                                + (char) 0x81
                                + (char) name.length()
                                + name);
                in.readAllBytes();
            } else if (all.contains("content-type: application/grpc")) {
                String message = "\0\0\0\0" + (char) name.length() + name;
                send(
                        socket,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(message.length())
                                + "\r\n"
                                + message
                                + "\r\n");
                in.readAllBytes();
            } else {
                String length = Integer.toString(name.length());
                send(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + name);
            }
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Empty at the end. */
    private static List<String> head(InputStream in) throws IOException {
        var lines = new ArrayList<String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        accepting.close();
    }
}
