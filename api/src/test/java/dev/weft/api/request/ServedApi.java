package dev.weft.api.request;

import dev.weft.api.access.Authenticator;
import dev.weft.api.access.Identity;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.dataplane.control.ControlServer;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.tls.TlsIdentity;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** An embedded API on a port of its own, with TLS, as a client outside finds it. */
public final class ServedApi implements AutoCloseable {
    public static final String PASSWORD = "correct-horse";

    private final EmbeddedApi api;
    private final ApiHandler handler;
    private final ControlServer server;
    private final Authority authority;

    private ServedApi(
            EmbeddedApi api, ApiHandler handler, ControlServer server, Authority authority) {
        this.api = api;
        this.handler = handler;
        this.server = server;
        this.authority = authority;
    }

    public static ServedApi start(Path directory, Faults faults) {
        return start(directory, faults, 0, ServedApi::noLogs);
    }

    public static ServedApi start(Path directory, Faults faults, int port, PodLogs logs) {
        var random = new SecureRandom();
        Authority authority = Authority.create("test", Duration.ofDays(2), Clock.system(), random);
        var self = authority.issueServer("api", SubjectNames.loopback(), Duration.ofDays(1));
        EmbeddedApi api = EmbeddedApi.open(Setup.in(directory, faults));
        var serving =
                new Serving(
                        Authenticator.ofAdmin(PASSWORD),
                        logs,
                        () -> true,
                        "0.1.0",
                        Clock.system(),
                        faults);
        ApiHandler handler = api.handler(serving);
        try {
            ControlServer server =
                    ControlServer.start(
                            "api",
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                            Optional.of(
                                    new TlsIdentity(
                                            self.key(),
                                            self.chain(),
                                            List.of(authority.certificate()))),
                            handler,
                            ServerLimits.usual(),
                            faults);
            return new ServedApi(api, handler, server, authority);
        } catch (IOException e) {
            api.close();
            throw new UncheckedIOException(e);
        }
    }

    public URI uri() {
        return URI.create("https://127.0.0.1:" + server.address().getPort());
    }

    public Authority authority() {
        return authority;
    }

    public ResourceClient client(Identity who) {
        return api.client(who);
    }

    /** Writes what a kubectl needs to be the admin. */
    public void writeKubeconfig(Path file) throws IOException {
        var admin = authority.issueClient("admin", List.of("system:masters"), Duration.ofDays(1));
        Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                current-context: weft
                clusters:
                - name: weft
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: admin
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: weft
                  context: {cluster: weft, user: admin}
                """
                        .formatted(
                                uri(),
                                base64(authority.certificatePem()),
                                base64(admin.chainPem()),
                                base64(admin.keyPem())));
    }

    @Override
    public void close() {
        handler.close();
        server.drain(Duration.ofSeconds(5));
        api.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void noLogs(
            dev.weft.api.model.Resource pod, PodLogs.Wish wish, java.io.OutputStream out) {
        throw new ApiException(Reason.BAD_REQUEST, "no pods run here");
    }

    /** Serves until it is ended, for trying things by hand: DIRECTORY PORT. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        var log = System.getLogger("served");
        Faults faults =
                new Faults() {
                    @Override
                    public void report(String what, Throwable cause) {
                        log.log(System.Logger.Level.ERROR, what, cause);
                    }

                    @Override
                    public void fatal(String what, Throwable cause) {
                        log.log(System.Logger.Level.ERROR, what, cause);
                        Runtime.getRuntime().halt(1);
                    }
                };
        try (var served =
                start(directory, faults, Integer.parseInt(arguments[1]), ServedApi::noLogs)) {
            served.writeKubeconfig(directory.resolve("kubeconfig"));
            log.log(System.Logger.Level.INFO, "serving at " + served.uri());
            Thread.currentThread().join();
        }
    }
}
