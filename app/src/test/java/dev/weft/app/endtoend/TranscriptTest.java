package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands print, to the letter, in files that are read when they change. */
final class TranscriptTest {
    private static final String MANIFEST =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {tier: front}}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: weft.dev/host
                    command: [sh, -c, echo served; exec sleep 1000]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {colour: blue}
            """;

    @TempDir private Path folder;
    private final StringBuilder transcript = new StringBuilder();

    @Test
    void mistakesAreToldInThreeLinesWithTheNearMissAndTheExitCode() throws Exception {
        weft("aply", "-f", "web.yaml");
        weft("get", "pods", "--namspace", "default");
        weft("get", "pods", "-o", "jsn");
        weft("get", "pods");
        weft("status");
        weft("down");
        weft("logs");
        weft("apply");
        weft("up", "--egde", "127.0.0.1:0");
        weft("up", "--api", "nowhere");
        weft("image", "ad", "x");
        weft("stack");
        weft("help", "gte");
        Golden.assertMatches("cli/mistakes.txt", transcript.toString());
    }

    @Test
    void commandsPrintTablesAndAnswers() throws Exception {
        Files.writeString(folder.resolve("web.yaml"), MANIFEST);
        Files.writeString(
                folder.resolve("odd.yaml"), MANIFEST.replace("replicas: 1", "replcias: 1"));
        Files.writeString(folder.resolve("broken.yaml"), "a: b: c\n");
        Files.writeString(
                folder.resolve("wrong.yaml"), MANIFEST.replace("{port: 80}", "{port: 80000}"));
        try (var weft = WeftUp.in(folder.resolve("data"))) {
            weft("apply", "-f", "web.yaml");
            weft.kubectl()
                    .with("rollout", "status", "deployment/web", "--timeout=100s")
                    .run()
                    .expectSuccess();
            weft("status");
            weft("get", "deployments");
            weft("get", "deploy,svc");
            weft("get", "deploy", "-o", "wide");
            weft("get", "pods", "-A");
            weft("get", "deploy", "web", "-o", "name");
            weft("get", "deploy", "-l", "tier=back");
            weft("get", "cm", "settings", "-o", "jsonpath={.data.colour}");
            weft("logs", "deploy/web");
            weft("get", "deplyments");
            weft("get", "deploy", "wbe");
            weft("get", "pods", "-n", "nowhere");
            weft("logs", "nobody");
            weft("apply", "-f", "odd.yaml");
            weft("apply", "-f", "broken.yaml");
            weft("apply", "-f", "wrong.yaml");
            weft("apply", "-f", "missing.yaml");
            weft("apply", "-f", "web.yaml");
            weft("delete", "-f", "web.yaml");
            weft("delete", "cm", "settings");
            assertThat(transcript).doesNotContain("Exception", "\tat ");
        }
        Golden.assertMatches("cli/answers.txt", transcript.toString());
    }

    private void weft(String... words) {
        Command.Result result =
                WeftUp.weft((Object[]) words)
                        .in(folder)
                        .environment("WEFT_DATA", folder.resolve("data").toString())
                        .environment("NO_COLOR", "1")
                        .run();
        transcript
                .append("$ weft ")
                .append(String.join(" ", words))
                .append('\n')
                .append(steady(result.out()))
                .append(marked(steady(result.err())))
                .append("→ ")
                .append(result.exit())
                .append("\n\n");
    }

    /** What went to the error stream, so that the two can be told from one another. */
    private static String marked(String text) {
        return text.lines().map(it -> "! " + it + "\n").collect(Collectors.joining());
    }

    /** Without what is another in every run. */
    private String steady(String text) {
        return Arrays.stream(text.split("(?<=\n)"))
                .filter(line -> !line.startsWith("SLF4J"))
                .map(
                        line ->
                                line.replace(folder.toString(), "FOLDER")
                                        .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
                                        .replaceAll(
                                                "127\\.\\d+\\.\\d+\\.\\d+(?!:PORT)", "127.x.y.z")
                                        .replaceAll("web-[a-z0-9]{8,10}-[a-z0-9]{5}", "web-HASH")
                                        .replaceAll("process \\d+", "process PID")
                                        .replaceAll(
                                                "\\b(\\d+m)?\\d+(\\.\\d+)? ?m?s\\b|\\b\\d+m\\b",
                                                "TIME")
                                        .replaceAll("(?<=\\S) {2,}(?=\\S)", "  "))
                .collect(Collectors.joining());
    }
}
