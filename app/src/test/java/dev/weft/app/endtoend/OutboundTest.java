package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The outbound proxy, ports that nobody declares, and a pod behind a Unix-domain socket. */
@ExtendWith(NothingLeft.class)
@Timeout(240)
final class OutboundTest {
    @TempDir Path folder;

    private static final String PROGRAM =
            """
            import java.io.*;
            import java.net.*;
            import java.nio.*;
            import java.nio.channels.*;
            public class Peers {
                public static void main(String[] a) throws Exception {
                    String host = System.getenv("HOST");
                    var web = new ServerSocket(8000, 50, InetAddress.getByName(host));
                    var talk = new ServerSocket(7000, 50, InetAddress.getByName(host));
                    var unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                    unix.bind(UnixDomainSocketAddress.of(System.getenv("WEFT_SOCKET")));
                    new Thread(() -> { try { while (true) {
                        Socket s = talk.accept();
                        s.getOutputStream().write("5.7 greeting\\n".getBytes());
                        s.close();
                    } } catch (IOException e) { System.err.println(e); } }).start();
                    new Thread(() -> { try { while (true) {
                        SocketChannel s = unix.accept();
                        answer(Channels.newInputStream(s), Channels.newOutputStream(s), "socket");
                        s.close();
                    } } catch (IOException e) { System.err.println(e); } }).start();
                    while (true) {
                        Socket s = web.accept();
                        answer(s.getInputStream(), s.getOutputStream(), "port");
                        s.close();
                    }
                }
                static void answer(InputStream in, OutputStream out, String by) {
                  try {
                    var lines = new BufferedReader(new InputStreamReader(in));
                    String line;
                    while ((line = lines.readLine()) != null && !line.isEmpty()) { }
                    out.write(("HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: "
                        + by.length() + "\\r\\n\\r\\n" + by).getBytes());
                  } catch (IOException e) { System.err.println(e); }
                }
            }
            """;

    private static final String PEERS =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: peers}
            spec:
              selector: {app: peers}
              ports:
              - {name: main, port: 8000}
              - {name: talk, port: 7000}
              - {name: local, port: 8001}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: peers
              labels: {app: peers}
              annotations: {weft.dev/socket: "8001"}
            spec:
              containers:
              - name: c
                image: weft.dev/host
                command: [sh, -c, 'printf "%s" "$PROGRAM" > Peers.java && exec java -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 Peers.java']
                ports: [{containerPort: 8000}]
                readinessProbe: {tcpSocket: {port: 8000}, periodSeconds: 1}
                env:
                - name: PROGRAM
                  value: |
            """;

    @Test
    void processesReachServicesAndOutsideOnlyWhatIsListed() throws Exception {
        Path data = folder.resolve("d");
        try (var weft = WeftUp.in(data)) {
            apply(weft, PEERS + PROGRAM.indent(20));
            Eventually.eventually(
                    java.time.Duration.ofMinutes(2),
                    () ->
                            assertThat(get(weft.outbound(), "http://peers.default:8000/"))
                                    .contains("200 OK")
                                    .endsWith("port"));
            assertThat(get(weft.edge(), "http://peers.default:8001/")).endsWith("socket");

            String ip =
                    kubectl(weft, "get", "service", "peers", "-o", "jsonpath={.spec.clusterIP}");
            aPortThatNobodyDeclaresIsUnderstood(ip);
            tunnelsReachServices(weft);
            onlyWhatIsListedIsReached(weft);
        }
    }

    private static void aPortThatNobodyDeclaresIsUnderstood(String ip) throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(say(new InetSocketAddress(ip, 7000), "")).isEqualTo("5.7 greeting\n");
        }
        var web = new InetSocketAddress(ip, 8000);
        assertThat(say(web, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .endsWith("port");
    }

    private static void tunnelsReachServices(WeftUp weft) throws Exception {
        assertThat(say(at(weft.outbound()), connect("peers.default:7000")))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n5.7 greeting\n");
        String inner = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        assertThat(
                        say(
                                at(weft.outbound()),
                                connect("peers.default.svc.cluster.local:8001") + inner))
                .endsWith("socket");
    }

    private void onlyWhatIsListedIsReached(WeftUp weft) throws Exception {
        HttpServer outside =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        outside.createContext(
                "/",
                exchange -> {
                    byte[] body = "outside".getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        outside.start();
        try {
            int port = outside.getAddress().getPort();
            String url = "http://localhost:" + port + "/";
            assertThat(get(weft.outbound(), url))
                    .contains("403 Forbidden", "weft-cause: outbound-not-listed");
            apply(weft, policy("localhost", port));
            Eventually.eventually(
                    () ->
                            assertThat(get(weft.outbound(), url))
                                    .contains("weft-cause: outbound-address"));
            apply(weft, policy("localhost\", \"127.0.0.0/8\", \"::1", port));
            Eventually.eventually(() -> assertThat(get(weft.outbound(), url)).endsWith("outside"));
            assertThat(
                            kubectl(
                                    weft,
                                    "wait",
                                    "outboundpolicy/out",
                                    "--for=condition=Accepted",
                                    "--timeout=60s"))
                    .contains("condition met");
            kubectl(weft, "delete", "outboundpolicy", "out");
            Eventually.eventually(
                    () -> assertThat(get(weft.outbound(), url)).contains("403 Forbidden"));
        } finally {
            outside.stop(0);
        }
    }

    private static String policy(String hosts, int port) {
        return """
        apiVersion: weft.dev/v1alpha1
        kind: OutboundPolicy
        metadata: {name: out}
        spec:
          allow: [{hosts: ["%s"], ports: [%d]}]
        """
                .formatted(hosts, port);
    }

    private void apply(WeftUp weft, String manifest) throws IOException {
        Path file = Files.writeString(folder.resolve("m.yaml"), manifest);
        kubectl(weft, "apply", "-f", file.toString());
    }

    private static String kubectl(WeftUp weft, String... words) {
        return weft.kubectl().with((Object[]) words).run().expectSuccess().out();
    }

    private static InetSocketAddress at(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    private static String connect(String target) {
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
    }

    private static String get(URI proxy, String url) throws IOException {
        String head = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
        return say(at(proxy), head.formatted(url, URI.create(url).getAuthority()));
    }

    /** Everything that is said until the end, for what is said first. */
    private static String say(InetSocketAddress to, String first) throws IOException {
        try (var socket = new Socket(to.getAddress(), to.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(first.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
