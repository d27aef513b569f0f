package dev.weft.dialects.openfaas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.testkit.Command;
import dev.weft.testkit.Golden;
import dev.weft.testkit.Tools;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The face under the real {@code faas-cli}, where there is one; and always under the requests that
 * it sent when they were last recorded ({@code -Dgolden=write}).
 */
final class FaasCliTest {
    private static final String GOLDEN = "faas-cli.json";

    @TempDir Path folder;

    @Test
    void recordedRequestsAreAnsweredAsTheyWere() throws Exception {
        JsonArray recorded = JsonText.read(Golden.read(GOLDEN)).array().orElseThrow();
        assertThat(recorded.size()).isGreaterThan(15);
        try (var face = new FaceAtWork(folder, next -> next)) {
            for (JsonObject request : recorded.objects()) {
                String query =
                        request.text("query").orElse("").replace("follow=true", "follow=false");
                String path = request.text("path").orElse("");
                HttpResponse<String> answer =
                        face.send(
                                request.text("method").orElse(""),
                                query.isEmpty() ? path : path + "?" + query,
                                request.text("body").orElse(""));
                assertThat((long) answer.statusCode())
                        .as("%s: %s", request, answer.body())
                        .isEqualTo(request.whole("status").orElseThrow());
            }
        }
    }

    @Test
    void realClientDoesItsDaysWork() throws Exception {
        Path cli = Tools.find("faas-cli");
        var recorder = new RecordingHandler[1];
        try (var face =
                new FaceAtWork(
                        folder,
                        next -> {
                            recorder[0] = new RecordingHandler(next);
                            return recorder[0];
                        })) {
            Command faas =
                    Command.of(cli)
                            .environment("OPENFAAS_URL", face.url())
                            .environment("OPENFAAS_CONFIG", folder.resolve("config").toString())
                            .environment("HOME", folder.toString());
            faas.with("login", "-u", "admin", "--password-stdin")
                    .input(FaceAtWork.PASSWORD)
                    .run()
                    .expectSuccess();
            faas.with("login", "-u", "admin", "-p", "wrong").run().expectExit(1);
            faas.with("login", "-u", "admin", "--password-stdin")
                    .input(FaceAtWork.PASSWORD)
                    .run()
                    .expectSuccess();
            secrets(faas);
            deployments(faas);
            namespaces(faas);
            assertThat(faas.with("version", "--warn-update=false").run().expectSuccess().out())
                    .contains("weft");
        }
        if (System.getProperty("golden", "check").equals("write")) {
            List<JsonObject> heard = List.copyOf(recorder[0].heard());
            // A wrong login cannot be replayed with the right one.
            List<JsonObject> kept =
                    heard.stream().filter(it -> it.whole("status").orElse(0L) != 401).toList();
            Golden.assertMatches(GOLDEN, JsonText.writePretty(JsonArray.of(kept)) + "\n");
        }
    }

    private static void secrets(Command faas) {
        faas.with("secret", "create", "key", "--from-literal", "hush").run().expectSuccess();
        faas.with("secret", "update", "key", "--from-literal", "hush hush").run().expectSuccess();
        assertThat(faas.with("secret", "list").run().expectSuccess().out()).contains("key");
    }

    private void deployments(Command faas) throws Exception {
        Path stack = folder.resolve("stack.yaml");
        Files.writeString(
                stack,
                """
                version: 1.0
                provider:
                  name: openfaas
                functions:
                  echo:
                    lang: dockerfile
                    handler: ./echo
                    image: shop/echo:1
                    fprocess: cat
                    environment:
                      COLOUR: blue
                    labels:
                      team: shop
                    annotations:
                      topic: orders
                    secrets:
                      - key
                    limits:
                      memory: 64Mi
                """);
        String deployed = faas.with("deploy", "-f", stack).run().expectSuccess().out();
        assertThat(deployed).contains("Deployed. 202 Accepted.");
        faas.with("deploy", "-f", stack).run().expectSuccess();
        faas.with("deploy", "--image", "shop/echo:1", "--name", "other", "--env", "A=b")
                .run()
                .expectSuccess();
        faas.with("deploy", "--image", "shop/nothing:1", "--name", "third").run().expectExit(1);
        String list = faas.with("list", "-v").run().expectSuccess().out();
        assertThat(list).contains("echo").contains("shop/echo:1").contains("42");
        String described = faas.with("describe", "echo").run().expectSuccess().out();
        assertThat(described).contains("Invocations:").contains("42").contains("cat");
        faas.with("describe", "nothing").run().expectExit(1);
        faas.with("logs", "echo", "--lines=10", "--tail=false").run().expectSuccess();
        faas.with("ready").run().expectSuccess();
        faas.with(
                        "deploy",
                        "--replace",
                        "--update=false",
                        "--image",
                        "shop/echo:1",
                        "--name",
                        "other")
                .run()
                .expectSuccess();
        faas.with("remove", "other").run().expectSuccess();
        faas.with("remove", "-f", stack).run().expectSuccess();
        faas.with("secret", "remove", "key").run().expectSuccess();
    }

    private static void namespaces(Command faas) {
        faas.with("namespace", "create", "staging").run().expectSuccess();
        assertThat(faas.with("namespaces").run().expectSuccess().out()).contains("staging");
        faas.with("deploy", "--image", "shop/echo:1", "--name", "echo", "-n", "staging")
                .run()
                .expectSuccess();
        faas.with("list", "-n", "staging", "-q").run().expectSuccess();
        faas.with("remove", "echo", "-n", "staging").run().expectSuccess();
        faas.with("namespace", "delete", "staging").run().expectSuccess();
    }
}
