package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.Tools;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions from deployment to removal, by OpenFaaS' interface and by its real client. */
final class FunctionsTest {
    @TempDir Path data;
    @TempDir Path program;
    private final HttpClient http = HttpClient.newHttpClient();
    private WeftUp weft;

    @BeforeEach
    void start() throws Exception {
        weft = WeftUp.in(data);
        String manifest = Files.readString(Tools.root().resolve("examples/split/program.yaml"));
        String source = manifest.substring(manifest.indexOf("Colour.java: |") + 15).stripIndent();
        Files.writeString(program.resolve("Colour.java"), source);
        Path javac = Path.of(System.getProperty("java.home"), "bin", "javac");
        Command.of(javac, "-d", program, program.resolve("Colour.java")).run().expectSuccess();
    }

    @AfterEach
    void stop() {
        http.close();
        weft.close();
    }

    private String process() {
        return "%s -Xmx24m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp %s Colour"
                .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), program);
    }

    @Test
    void functionIsCalledSplitScaledAndRemoved() throws Exception {
        for (String name : List.of("chat", "chat-blue", "chat-green")) {
            HttpResponse<String> deployed =
                    send(
                            "POST",
                            "/system/functions",
                            """
                            {"service":"%1$s","image":"weft.dev/host","envProcess":"%2$s",
                             "envVars":{"COLOUR":"%1$s"},"labels":null}\
                            """
                                    .formatted(name, process()));
            assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(202);
        }
        awaitAnswer("/function/chat", "chat");
        awaitAnswer("/function/chat-blue.openfaas-fn/any/path?x=1", "chat-blue");
        awaitAnswer("/function/chat-green/", "chat-green");
        HttpResponse<String> called = send("GET", "/function/chat", "");
        assertThat(called.headers().firstValue("x-call-id").orElse("")).hasSize(36);
        assertThat(called.headers().firstValue("x-start-time").orElse("")).hasSize(19);

        split();
        scaleAndRemove();
    }

    private void split() throws Exception {
        Path split = program.resolve("split.yaml");
        Files.writeString(
                split,
                """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: function-split, namespace: openfaas-fn}
                spec:
                  service: chat
                  backends:
                    - {service: chat-blue, weight: 500m}
                    - {service: chat-green, weight: 500m}
                """);
        weft.kubectl().with("apply", "-f", split).run().expectSuccess();
        Eventually.eventually(
                () -> assertThat(twenty("/function/chat")).containsOnly("chat-blue", "chat-green"));
        weft.kubectl().with("delete", "-f", split).run().expectSuccess();
        Eventually.eventually(() -> assertThat(twenty("/function/chat")).containsOnly("chat"));
    }

    private void scaleAndRemove() throws Exception {
        send("POST", "/system/scale-function/chat", "{\"serviceName\":\"chat\",\"replicas\":2}");
        Eventually.eventually(
                () ->
                        assertThat(send("GET", "/system/function/chat", "").body())
                                .contains("\"availableReplicas\":2"));
        send("DELETE", "/system/functions", "{\"functionName\":\"chat\"}");
        Eventually.eventually(
                () -> {
                    HttpResponse<String> gone = send("GET", "/function/chat", "");
                    assertThat(gone.statusCode()).isEqualTo(404);
                    assertThat(gone.headers().firstValue("weft-cause"))
                            .contains("unknown-function");
                });
    }

    @Test
    void realClientDeploysInvokesAndReadsLogs() throws Exception {
        Path cli = Tools.find("faas-cli");
        Command faas =
                Command.of(cli)
                        .environment("OPENFAAS_URL", weft.edge().toString())
                        .environment("OPENFAAS_CONFIG", program.resolve("config").toString())
                        .environment("HOME", program.toString());
        faas.with("login", "-u", "admin", "--password-stdin")
                .input(weft.password())
                .run()
                .expectSuccess();
        faas.with("deploy", "--image", "weft.dev/host", "--name", "hello", "--fprocess", process())
                .with("--env", "COLOUR=hello")
                .run()
                .expectSuccess();
        faas.with("ready", "hello").run().expectSuccess();

        assertThat(faas.with("invoke", "hello").input("x").run().expectSuccess().out())
                .contains("hello");

        Eventually.eventually(
                () ->
                        assertThat(faas.with("list").run().expectSuccess().out())
                                .containsPattern("hello\\s+[1-9]"));
        assertThat(faas.with("describe", "hello").run().expectSuccess().out()).contains("Ready");
        assertThat(
                        faas.with("logs", "hello", "--tail=false", "--lines=10")
                                .run()
                                .expectSuccess()
                                .out())
                .contains("hello serves on");
        faas.with("remove", "hello").run().expectSuccess();
        assertThat(faas.with("invoke", "hello").input("x").run().exit()).isNotZero();
    }

    private void awaitAnswer(String path, String expected) {
        Eventually.eventually(
                () -> {
                    HttpResponse<String> answer = send("GET", path, "");
                    assertThat(answer.body().strip()).as(weft.said()).isEqualTo(expected);
                });
    }

    private Set<String> twenty(String path) throws Exception {
        var seen = new HashSet<String>();
        for (int i = 0; i < 20; i++) {
            seen.add(send("GET", path, "").body().strip());
        }
        return seen;
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        String login =
                Base64.getEncoder()
                        .encodeToString(
                                ("admin:" + weft.password()).getBytes(StandardCharsets.UTF_8));
        return http.send(
                HttpRequest.newBuilder(URI.create(weft.edge() + path))
                        .header("authorization", "Basic " + login)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
