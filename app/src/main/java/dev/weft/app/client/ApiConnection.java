package dev.weft.app.client;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.app.data.Kubeconfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One connection to the API, kept for one request after the other. The thread that made it. */
public final class ApiConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 60_000;

    private final URI server;
    private final @Nullable SSLSocketFactory sockets;
    private @Nullable Wire wire;

    private record Wire(Socket socket, BufferedInputStream in, OutputStream out) {}

    public ApiConnection(Kubeconfig config) {
        this.server = URI.create(config.server());
        this.sockets = Trust.sockets(config);
    }

    private ApiConnection(URI server) {
        this.server = server;
        this.sockets = null;
    }

    /** To something that answers in clear on this machine, such as the console. */
    public static ApiConnection inClear(String address) {
        return new ApiConnection(URI.create("http://" + address));
    }

    /** The answer to a request for JSON. */
    public Reply get(String path) throws IOException {
        return send("GET", path, "application/json", Map.of(), null);
    }

    public Reply get(String path, String accept) throws IOException {
        return send("GET", path, accept, Map.of(), null);
    }

    /** Sends a body of JSON in one of the forms the API knows. */
    public Reply send(String method, String path, String contentType, Json body)
            throws IOException {
        return send(
                method,
                path,
                "application/json",
                Map.of("Content-Type", contentType),
                JsonText.writeBytes(body));
    }

    /**
     * Sends a request and reads the head of the answer. The body must be read to its end before the
     * next request, or the connection is made anew.
     */
    private Reply send(
            String method,
            String path,
            String accept,
            Map<String, String> fields,
            byte @Nullable [] body)
            throws IOException {
        boolean kept = wire != null;
        try {
            return exchange(method, path, accept, fields, body);
        } catch (IOException e) {
            close();
            // A kept connection may have been closed meanwhile; asking again for a reading is safe.
            if (kept && method.equals("GET")) {
                return exchange(method, path, accept, fields, body);
            }
            throw e;
        }
    }

    private Reply exchange(
            String method,
            String path,
            String accept,
            Map<String, String> fields,
            byte @Nullable [] body)
            throws IOException {
        Wire current = connected();
        var head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
        head.append(server.getAuthority()).append("\r\nAccept: ").append(accept);
        head.append("\r\nUser-Agent: weft\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        current.out().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            current.out().write(body);
        }
        current.out().flush();
        Reply reply = ReplyReader.read(current.in());
        if (reply.closes()) {
            wire = null; // the body still reads from it, then both ends are done
        }
        return reply;
    }

    /** How long to wait for the next byte; zero for ever, as a watch needs. */
    public void patience(int millis) throws IOException {
        connected().socket().setSoTimeout(millis);
    }

    private Wire connected() throws IOException {
        Wire current = wire;
        if (current == null) {
            current = connect();
            wire = current;
        }
        return current;
    }

    private Wire connect() throws IOException {
        String host = server.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = server.getPort() < 0 ? 443 : server.getPort();
        var plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(bare, port), CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(ANSWER_MILLIS);
            Socket socket = sockets == null ? plain : encrypted(sockets, plain, bare, port);
            return new Wire(
                    socket,
                    new BufferedInputStream(socket.getInputStream(), 16 * 1024),
                    socket.getOutputStream());
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static SSLSocket encrypted(
            SSLSocketFactory sockets, Socket plain, String host, int port) throws IOException {
        var socket = (SSLSocket) sockets.createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Override
    public void close() {
        Wire current = wire;
        wire = null;
        if (current != null) {
            try {
                current.socket().close();
            } catch (IOException e) {
                // it is being given up, and nothing was waiting for it
            }
        }
    }

    /** The address that is talked to, as the kubeconfig names it. */
    public String server() {
        return server.toString();
    }

    /** An object of an answer that must be one. */
    static JsonObject object(Json json) throws IOException {
        return json.object()
                .orElseThrow(
                        () ->
                                new IOException(
                                        "the answer is "
                                                + json.typeName()
                                                + " (expected: an object)"));
    }
}
