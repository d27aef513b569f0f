package dev.weft.app.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.testkit.Accepting;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A server behind the platform, in the test's own process: it answers with its name and what it was
 * asked, unless it is told to do something else, and remembers all of it.
 */
final class Peer implements AutoCloseable {
    private final String name;
    private final Accepting accepting;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Function<Seen, Reply> behaviour = it -> Reply.ok(said(it));

    /** A request as it arrived; names of headers in lower case. */
    record Seen(
            String method,
            String target,
            Map<String, String> headers,
            String body,
            int connection) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** What is answered. */
    record Reply(int status, Map<String, String> headers, String body) {
        static Reply ok(String body) {
            return new Reply(200, Map.of(), body);
        }

        static Reply of(int status) {
            return new Reply(status, Map.of(), "");
        }
    }

    private Peer(String name, ServerSocket listener) {
        this.name = name;
        this.accepting = Accepting.start(name, listener, this::serve);
    }

    static Peer plain(String name) throws IOException {
        return new Peer(name, new ServerSocket(0, 1024, InetAddress.ofLiteral("127.0.0.1")));
    }

    /** What the caller's certificate says stands in the header {@code shown}. */
    static Peer tls(String name, SSLContext context) throws IOException {
        var listener =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 1024, InetAddress.ofLiteral("127.0.0.1"));
        listener.setWantClientAuth(true);
        return new Peer(name, listener);
    }

    Peer doing(Function<Seen, Reply> other) {
        behaviour = other;
        return this;
    }

    Peer answering(int status) {
        return doing(it -> Reply.of(status));
    }

    Peer slowly(long millis) {
        return doing(
                it -> {
                    rest(millis);
                    return Reply.ok(said(it));
                });
    }

    static void rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String name() {
        return name;
    }

    int port() {
        return accepting.port();
    }

    List<Seen> seen() {
        return seen;
    }

    Seen last() {
        return seen.getLast();
    }

    int connections() {
        return connections.get();
    }

    /** How many connections there were at a time. */
    int mostAtOnce() {
        return most.get();
    }

    int openNow() {
        return accepting.open();
    }

    private String said(Seen request) {
        return name + " " + request.method() + " " + request.target();
    }

    private void serve(Socket socket) throws IOException {
        int number = connections.incrementAndGet();
        most.accumulateAndGet(accepting.open(), Math::max);
        socket.setTcpNoDelay(true);
        var in = new BufferedInputStream(socket.getInputStream());
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            var headers = new TreeMap<String, String>();
            for (String field = line(in); !field.isEmpty(); field = line(in)) {
                int colon = field.indexOf(':');
                headers.merge(
                        field.substring(0, colon).toLowerCase(Locale.ROOT),
                        field.substring(colon + 1).strip(),
                        (a, b) -> a + "|" + b);
            }
            if (socket instanceof SSLSocket secured) {
                headers.put("shown", shown(secured));
            }
            String[] words = line.split(" ");
            var request = new Seen(words[0], words[1], headers, body(in, headers), number);
            seen.add(request);
            socket.getOutputStream().write(bytes(behaviour.apply(request), words[0]));
        }
    }

    private static String shown(SSLSocket socket) {
        try {
            return socket.getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    private static byte[] bytes(Reply reply, String method) {
        var head = new StringBuilder("HTTP/1.1 " + reply.status() + " Said\r\n");
        reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Length: " + reply.body().length() + "\r\n\r\n");
        return (head + (method.equals("HEAD") ? "" : reply.body())).getBytes(ISO_8859_1);
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            var body = new StringBuilder();
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                body.append(new String(in.readNBytes(size), ISO_8859_1));
                line(in);
            }
            for (String trailer = line(in); !trailer.isEmpty(); trailer = line(in)) {
                body.append('|').append(trailer);
            }
            return body.toString();
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new String(in.readNBytes(length), ISO_8859_1);
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).strip(), 16);
    }

    /** Empty at the end. */
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
