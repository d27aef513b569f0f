package dev.weft.machine.probe;

import dev.weft.api.codec.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A GET of which only the status line is of interest: a connection each time, as little as it
 * takes. A redirect counts as an answer. Certificates are not verified, as probes never do.
 */
record HttpCheck(boolean secure, String host, int port, String path, List<JsonObject> headers) {
    private static final int LINE_MAX = 256;

    /** The same question to somebody who listens on a Unix-domain socket, in clear. */
    Check.Outcome make(Path socket, Duration timeout) {
        try (var talk = new LocalTalk(socket, Check.millis(timeout))) {
            talk.write(request().getBytes(StandardCharsets.ISO_8859_1));
            return judged(statusLine(talk));
        } catch (IOException e) {
            return failed("Get \"" + url() + "\" on " + socket, e);
        }
    }

    Check.Outcome make(Duration timeout) {
        var to = new InetSocketAddress(host, port);
        int millis = Check.millis(timeout);
        try (var plain = new Socket()) {
            plain.connect(to, millis);
            plain.setSoTimeout(millis);
            plain.setTcpNoDelay(true);
            try (Socket socket = secure ? secured(plain) : plain) {
                socket.getOutputStream().write(request().getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                return judged(statusLine(socket.getInputStream()));
            }
        } catch (IOException e) {
            return failed("Get \"" + url() + "\"", e);
        } catch (GeneralSecurityException e) {
            return Check.Outcome.failure("Get \"" + url() + "\": " + e.getMessage());
        }
    }

    /** What became of trying to reach somebody. */
    static Check.Outcome failed(String what, IOException e) {
        boolean refused = e instanceof ConnectException;
        String why =
                switch (e) {
                    case ConnectException nobody -> "connect: connection refused";
                    case SocketTimeoutException late ->
                            "context deadline exceeded (timed out while waiting for an answer)";
                    default -> String.valueOf(e.getMessage());
                };
        return new Check.Outcome(false, refused, what + ": " + why);
    }

    private String request() {
        var request = new StringBuilder("GET ").append(target()).append(" HTTP/1.1\r\n");
        boolean hostGiven = false;
        boolean agentGiven = false;
        for (JsonObject header : headers) {
            String name = clean(header.text("name").orElse(""));
            request.append(name).append(": ").append(clean(header.text("value").orElse("")));
            request.append("\r\n");
            hostGiven |= name.equalsIgnoreCase("host");
            agentGiven |= name.equalsIgnoreCase("user-agent");
        }
        if (!hostGiven) {
            request.append("Host: ").append(host).append(':').append(port).append("\r\n");
        }
        if (!agentGiven) {
            request.append("User-Agent: kube-probe/weft\r\n");
        }
        return request.append("Accept: */*\r\nConnection: close\r\n\r\n").toString();
    }

    private String target() {
        String target = path.startsWith("/") ? path : "/" + path;
        return target.replace(" ", "%20").replaceAll("[\\x00-\\x20\\x7f]", "");
    }

    private static String clean(String text) {
        return text.replaceAll("[\\x00-\\x1f\\x7f]", "");
    }

    private String url() {
        return (secure ? "https://" : "http://") + host + ":" + port + target();
    }

    private Check.Outcome judged(String line) {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].matches("[0-9]{3}")) {
            return Check.Outcome.failure(
                    "Get \"" + url() + "\": malformed HTTP response \"" + line + "\"");
        }
        int status = Integer.parseInt(words[1]);
        return status >= 200 && status < 400
                ? Check.Outcome.success()
                : Check.Outcome.failure("HTTP probe failed with statuscode: " + status);
    }

    private static String statusLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        while (line.length() < LINE_MAX) {
            int next = in.read();
            if (next < 0 && line.isEmpty()) {
                throw new IOException("EOF");
            }
            if (next < 0 || next == '\n') {
                break;
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private Socket secured(Socket plain) throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        return context.getSocketFactory().createSocket(plain, host, port, true);
    }

    /** Takes any certificate: a probe asks whether somebody answers, not who. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
