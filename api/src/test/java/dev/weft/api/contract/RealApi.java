package dev.weft.api.contract;

import dev.weft.api.client.ResourceClient;
import dev.weft.api.remote.RemoteApi;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.Running;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * The API server that the Kubernetes project ships for custom kinds, with an etcd behind it. It
 * listens on a loopback address that no other process of this machine has: the server takes no port
 * 0, so the address is made of the process' own number.
 */
public final class RealApi implements AutoCloseable {
    private static final int PORT = 7443;
    private static final Duration YEAR = Duration.ofDays(365);

    private final Path folder;
    private final URI uri;
    private final Authority authority;
    private final Running etcd;
    private final Running server;
    private final RemoteApi remote;

    private RealApi(
            Path folder,
            URI uri,
            Authority authority,
            Running etcd,
            Running server,
            RemoteApi remote) {
        this.folder = folder;
        this.uri = uri;
        this.authority = authority;
        this.etcd = etcd;
        this.server = server;
        this.remote = remote;
    }

    /** Starts one, or ends the test as skipped where the programs are not here. */
    public static RealApi start(Path folder) {
        Path etcdProgram = Tools.find("etcd");
        Path serverProgram = Tools.find("apiextensions-apiserver");
        Running etcd = startEtcd(etcdProgram, folder);
        Running server = null;
        try {
            String store =
                    etcd.err()
                            .await("\"serving client traffic [^\\n]*\"address\":\"([0-9.:]+)\"")
                            .group(1);
            String host = ownAddress();
            Authority authority =
                    Authority.create("test authority", YEAR, Clock.system(), new SecureRandom());
            Path kubeconfig = writeCredentials(folder, host, authority);
            server = startServer(serverProgram, folder, host, "http://" + store);
            awaitOpen(server, host);
            RemoteApi remote = RemoteApi.of(kubeconfig, Clock.system(), Duration.ofSeconds(30));
            URI uri = URI.create("https://" + host + ":" + PORT);
            return new RealApi(folder, uri, authority, etcd, server, remote);
        } catch (RuntimeException | Error e) {
            if (server != null) {
                server.close();
            }
            etcd.close();
            throw e;
        }
    }

    public ResourceClient client() {
        return remote.client();
    }

    public Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    public URI uri() {
        return uri;
    }

    /** Which the server believes, and which signed it. */
    public Authority authority() {
        return authority;
    }

    @Override
    public void close() {
        remote.close();
        server.close();
        etcd.close();
    }

    private static Running startEtcd(Path program, Path folder) {
        String any = "http://127.0.0.1:0";
        return Command.of(
                        program,
                        "--data-dir",
                        folder.resolve("etcd"),
                        "--listen-client-urls",
                        any,
                        "--advertise-client-urls",
                        any,
                        "--listen-peer-urls",
                        any,
                        "--unsafe-no-fsync")
                .start();
    }

    private static Running startServer(Path program, Path folder, String host, String store) {
        Path nowhere = folder.resolve("nowhere.kubeconfig");
        return Command.of(
                        program,
                        "--etcd-servers",
                        store,
                        "--bind-address",
                        host,
                        "--secure-port",
                        PORT,
                        "--tls-cert-file",
                        folder.resolve("server.crt"),
                        "--tls-private-key-file",
                        folder.resolve("server.key"),
                        "--client-ca-file",
                        folder.resolve("ca.crt"),
                        "--authentication-skip-lookup",
                        "--authentication-kubeconfig",
                        nowhere,
                        "--authorization-kubeconfig",
                        nowhere,
                        "--kubeconfig",
                        nowhere,
                        "--enable-priority-and-fairness=false",
                        "--disable-admission-plugins",
                        "NamespaceLifecycle,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,"
                                + "ValidatingAdmissionPolicy,MutatingAdmissionPolicy")
                .start();
    }

    private static Path writeCredentials(Path folder, String host, Authority authority) {
        Path caKey = folder.resolve("ca.key");
        authority.save(caKey, folder.resolve("ca.crt"));
        try {
            var names =
                    new SubjectNames(List.of("localhost"), List.of(InetAddress.getByName(host)));
            authority
                    .issueServer("server", names, YEAR)
                    .save(folder.resolve("server.key"), folder.resolve("server.crt"));
            Identity admin = authority.issueClient("admin", List.of("system:masters"), YEAR);
            Path kubeconfig = folder.resolve("kubeconfig");
            String url = "https://" + host + ":" + PORT;
            Files.writeString(kubeconfig, kubeconfig(url, authority.certificatePem(), admin));
            Files.writeString(
                    folder.resolve("nowhere.kubeconfig"),
                    kubeconfig("https://127.0.0.1:1", authority.certificatePem(), admin));
            return kubeconfig;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String kubeconfig(String url, String authority, Identity identity) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: test
          cluster: {server: "%s", certificate-authority-data: %s}
        users:
        - name: admin
          user: {client-certificate-data: %s, client-key-data: %s}
        contexts:
        - name: test
          context: {cluster: test, user: admin}
        current-context: test
        """
                .formatted(
                        url,
                        base64(authority),
                        base64(identity.chainPem()),
                        base64(identity.keyPem()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String ownAddress() {
        long pid = ProcessHandle.current().pid();
        return "127.%d.%d.%d".formatted(64 + (pid >> 15 & 15), pid >> 8 & 127, 1 + (pid & 127) * 2);
    }

    private static void awaitOpen(Running server, String host) {
        Eventually.eventually(
                Duration.ofSeconds(60),
                () -> {
                    if (!server.isAlive()) {
                        throw new AssertionError(server.err().text());
                    }
                    try (var socket = new Socket()) {
                        socket.connect(new InetSocketAddress(host, PORT), 1000);
                    }
                });
    }
}
