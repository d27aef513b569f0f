package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version of a program takes over from the old one while it is being called. */
final class RollingUpdateTest {
    private static final String HOST = "web.default";
    private static final int CALLERS = 4;
    private static final String PROGRAM =
            """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            public class Version {
                public static void main(String[] arguments) throws Exception {
                    byte[] body = System.getenv("VERSION").getBytes();
                    int port = Integer.parseInt(System.getenv("PORT"));
                    var address = new InetSocketAddress(System.getenv("HOST"), port);
                    HttpServer server = HttpServer.create(address, 1024);
                    server.createContext(
                            "/",
                            exchange -> {
                                exchange.sendResponseHeaders(200, body.length);
                                exchange.getResponseBody().write(body);
                                exchange.close();
                            });
                    server.start();
                }
            }
            """;

    private static final String MANIFEST =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: version
                    env: [{name: VERSION, value: one}]
                    ports: [{name: http, containerPort: 8080}]
                    readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: http}]
            """;

    @TempDir Path folder;

    @Test
    void losesNoRequestForwardsNorBackwards() throws Exception {
        Path data = folder.resolve("data");
        Path manifest = Files.writeString(folder.resolve("web.yaml"), MANIFEST);
        try (var weft = WeftUp.in(data)) {
            addImage(data);
            kubectl(weft, "apply", "-f", manifest);
            kubectl(weft, "rollout", "status", "deployment/web", "--timeout=100s");
            Eventually.eventually(() -> assertThat(ask(weft)).isEqualTo("one"));

            try (var load = Load.on(weft.edge(), HOST, CALLERS)) {
                awaitMore(load);
                kubectl(weft, "set", "env", "deployment/web", "VERSION=two");
                kubectl(weft, "rollout", "status", "deployment/web", "--timeout=100s");
                Eventually.eventually(() -> assertThat(ask(weft)).isEqualTo("two"));
                awaitMore(load);
                kubectl(weft, "rollout", "undo", "deployment/web");
                kubectl(weft, "rollout", "status", "deployment/web", "--timeout=100s");
                Eventually.eventually(() -> assertThat(ask(weft)).isEqualTo("one"));
                awaitMore(load);

                assertThat(load.answers()).filteredOn(it -> !it.isGood()).isEmpty();
                assertThat(load.answers())
                        .extracting(Load.Answer::body)
                        .contains("one", "two")
                        .containsOnly("one", "two");
            }
        }
    }

    private void addImage(Path data) throws Exception {
        Path image = Files.createDirectories(folder.resolve("image"));
        Path source = Files.writeString(folder.resolve("Version.java"), PROGRAM);
        Path jdk = Path.of(System.getProperty("java.home"), "bin");
        Command.of(jdk.resolve("javac"), "-d", image, source).run().expectSuccess();
        List<Object> start =
                List.of("-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", ".");
        WeftUp.weft("image", "add", "version", image, "--data", data, "--", jdk.resolve("java"))
                .with(start.toArray())
                .with("Version")
                .run()
                .expectSuccess();
    }

    private static void kubectl(WeftUp weft, Object... words) {
        weft.kubectl().with(words).run().expectSuccess();
    }

    private static String ask(WeftUp weft) {
        return Load.times(1, weft.edge(), HOST, 1).getFirst().body();
    }

    private static void awaitMore(Load load) {
        int wanted = load.size() + 300;
        Eventually.eventually(
                Duration.ofMinutes(1), () -> assertThat(load.size()).isGreaterThan(wanted));
    }
}
