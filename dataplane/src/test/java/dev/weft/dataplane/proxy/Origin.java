package dev.weft.dataplane.proxy;

import dev.weft.dataplane.route.Address;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server behind the proxy that does exactly what a test says, byte by byte. */
final class Origin implements AutoCloseable {
    /** What is done on each connection. */
    interface Script {
        void run(Talk talk) throws IOException;
    }

    /** A request as it arrived. */
    record Request(String line, List<String> fields, String body) {
        String field(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return fields.stream()
                    .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(field -> field.substring(prefix.length()).strip())
                    .reduce((one, two) -> one + "|" + two)
                    .orElse("");
        }
    }

    /** One connection. */
    final class Talk {
        private final Socket socket;
        private final InputStream in;

        Talk(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** The next request, or null when there is none. */
        @Nullable Request request() throws IOException {
            Request head = requestHead();
            if (head == null) {
                return null;
            }
            var request = new Request(head.line(), head.fields(), body(head));
            requests.add(request);
            return request;
        }

        /** The head of the next request, or null when there is none; its body is still to come. */
        @Nullable Request requestHead() throws IOException {
            String line = line();
            if (line == null) {
                return null;
            }
            List<String> fields = new ArrayList<>();
            String field;
            while (!(field = String.valueOf(line())).isEmpty()) {
                fields.add(field);
            }
            return new Request(line, fields, "");
        }

        private String body(Request head) throws IOException {
            if (head.field("transfer-encoding").equals("chunked")) {
                var body = new StringBuilder();
                int size;
                while ((size = chunkSize()) > 0) {
                    body.append(exactly(size));
                    line();
                }
                String trailer;
                while (!(trailer = String.valueOf(line())).isEmpty()) {
                    body.append('|').append(trailer);
                }
                return body.toString();
            }
            String length = head.field("content-length");
            return length.isEmpty() ? "" : exactly(Integer.parseInt(length));
        }

        private int chunkSize() throws IOException {
            String line = line();
            if (line == null) {
                throw new EOFException("no more chunks");
            }
            return Integer.parseInt(line, 16);
        }

        String exactly(int length) throws IOException {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        @Nullable String line() throws IOException {
            var line = new StringBuilder();
            int b;
            while ((b = in.read()) != '\n') {
                if (b < 0) {
                    return line.isEmpty() ? null : line.toString();
                }
                line.append((char) b);
            }
            return line.substring(0, line.length() - 1);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        void answer(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        void close() throws IOException {
            socket.close();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        Socket socket() {
            return socket;
        }

        InputStream in() {
            return in;
        }

        /** Reads on until the other end has closed. */
        void closes() throws IOException {
            in.readAllBytes();
        }
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Thread accepting;
    private volatile int accepted;

    private Origin(ServerSocket server, Script script) {
        this.server = server;
        accepting = Thread.ofVirtual().name("origin").start(() -> accept(script));
    }

    static Origin start(Script script) throws IOException {
        return new Origin(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), script);
    }

    /** The same behind TLS; each connection shakes hands with its first byte. */
    static Origin secure(SSLContext context, Script script) throws IOException {
        return new Origin(
                context.getServerSocketFactory()
                        .createServerSocket(0, 128, InetAddress.getLoopbackAddress()),
                script);
    }

    /** Answers every request with its name. */
    static Origin named(String name) throws IOException {
        return start(
                talk -> {
                    while (talk.request() != null) {
                        talk.answer(name);
                    }
                });
    }

    private void accept(Script script) {
        while (true) {
            try {
                Socket socket = server.accept();
                accepted++;
                open.add(socket);
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (socket) {
                                        script.run(new Talk(socket));
                                    } catch (IOException e) {
                                        // the other end has gone: what the test looks at is there
                                    } finally {
                                        open.remove(socket);
                                    }
                                });
            } catch (IOException e) {
                return;
            }
        }
    }

    Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    List<Request> requests() {
        return requests;
    }

    int accepted() {
        return accepted;
    }

    int open() {
        return open.size();
    }

    /** Ends every connection with a reset. */
    void cutAll() throws IOException {
        for (Socket socket : open) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
