package dev.weft.app.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says exactly what a test wants, over one connection. */
final class Wire implements AutoCloseable {
    private static final int LIMIT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    /** An answer; names of headers in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        String cause() {
            return header("weft-cause");
        }
    }

    /** What is asked. */
    record Ask(
            String method, String target, String host, Map<String, String> headers, String body) {
        static Ask get(String host, String target) {
            return new Ask("GET", target, host, Map.of(), "");
        }

        Ask with(String name, String value) {
            var more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Ask(method, target, host, more, body);
        }

        Ask method(String other) {
            return new Ask(other, target, host, headers, body);
        }

        Ask body(String other) {
            return new Ask(method, target, host, headers, other);
        }
    }

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire plain(int port) throws IOException {
        return plain("127.0.0.1", "127.0.0.1", port);
    }

    /**
     * @param from the address that it calls from
     */
    static Wire plain(String from, String to, int port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(to, port), LIMIT_MILLIS);
        return over(socket);
    }

    static Wire tls(int port, String serverName, SSLContext context) throws IOException {
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.ofLiteral("127.0.0.1"), port);
        var parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.startHandshake();
        return over(socket);
    }

    private static Wire over(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LIMIT_MILLIS);
        return new Wire(socket);
    }

    Socket socket() {
        return socket;
    }

    Answer ask(Ask ask) throws IOException {
        var head = new StringBuilder(ask.method + " " + ask.target + " HTTP/1.1\r\n");
        head.append("Host: " + ask.host + "\r\n");
        ask.headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (!ask.body.isEmpty()) {
            head.append("Content-Length: " + ask.body.length() + "\r\n");
        }
        socket.getOutputStream().write((head + "\r\n" + ask.body).getBytes(ISO_8859_1));
        return answer(ask.method.equals("HEAD"));
    }

    private Answer answer(boolean bodiless) throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        var headers = new TreeMap<String, String>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            headers.merge(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip(),
                    (a, b) -> a + "|" + b);
        }
        boolean none = bodiless || status == 204 || status == 304 || status < 200;
        return new Answer(status, headers, none ? "" : body(headers));
    }

    private String body(Map<String, String> headers) throws IOException {
        if (headers.containsKey("content-length")) {
            return new String(
                    in.readNBytes(Integer.parseInt(headers.get("content-length"))), ISO_8859_1);
        }
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            var body = new ByteArrayOutputStream();
            for (int size = size(); size > 0; size = size()) {
                body.write(in.readNBytes(size));
                line();
            }
            line();
            return body.toString(ISO_8859_1);
        }
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    private int size() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection has ended");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
