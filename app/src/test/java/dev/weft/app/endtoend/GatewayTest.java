package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Eventually;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code examples/gateway}, with the real kubectl. */
final class GatewayTest {
    private static final String HOST = "shop.example";

    @TempDir Path data;

    private record Answer(int status, String location, String servedBy, String body) {}

    @Test
    void routesDoWhatTheyAreToldAndSaySo() throws Exception {
        try (var weft = WeftUp.in(data)) {
            kubectl(weft, "apply", "-f", "examples/gateway/program.yaml");
            kubectl(weft, "apply", "-f", "examples/gateway/services.yaml");
            kubectl(weft, "apply", "-f", "examples/gateway/weights.yaml");
            for (String name : List.of("blue", "green")) {
                kubectl(weft, "rollout", "status", "deployment/" + name, "--timeout=100s");
            }
            kubectl(
                    weft,
                    "wait",
                    "gateway/edge",
                    "-n",
                    "weft-system",
                    "--for=condition=Programmed",
                    "--timeout=60s");
            Eventually.eventually(() -> assertThat(ask(weft, "/").status()).isEqualTo(200));

            rulesAreFollowed(weft);
            newWeightsLoseNoRequest(weft);
            aBackendThatIsNotThereIsTold(weft);
            nothingClosesTheEdge(weft);
        }
    }

    private static void rulesAreFollowed(WeftUp weft) throws Exception {
        assertThat(ask(weft, "/x", "version", "green").body()).isEqualTo("green /x");
        Answer api = ask(weft, "/api/cart?a=b");
        assertThat(api.body()).isEqualTo("blue /cart?a=b");
        assertThat(api.servedBy()).isEqualTo("weft");
        Answer moved = ask(weft, "/old/a");
        assertThat(moved.status()).isEqualTo(301);
        assertThat(moved.location()).endsWith("/new/a");
        assertThat(ask(weft, "/try/1").body()).isEqualTo("blue /try/1");
        Eventually.eventually(
                () ->
                        assertThat(kubectl(weft, "logs", "deployment/green"))
                                .contains("green /try/1"));
        List<Load.Answer> answers = Load.times(1000, weft.edge(), HOST, 4);
        long green = answers.stream().filter(it -> it.body().startsWith("green")).count();
        assertThat(answers).allMatch(Load.Answer::isGood);
        assertThat(green).isBetween(50L, 160L);
    }

    private static void newWeightsLoseNoRequest(WeftUp weft) throws Exception {
        try (var load = Load.on(weft.edge(), HOST, 4)) {
            awaitMore(load, 200);
            kubectl(weft, "apply", "-f", "examples/gateway/later/green.yaml");
            Eventually.eventually(() -> assertThat(last(load).body()).isEqualTo("green /"));
            awaitMore(load, 500);
            assertThat(load.answers()).allMatch(Load.Answer::isGood);
        }
    }

    private static Load.Answer last(Load load) {
        List<Load.Answer> answers = load.answers();
        // Ten in a row, since blue was the more frequent one before.
        assertThat(answers.subList(answers.size() - 10, answers.size()))
                .allMatch(it -> it.body().equals("green /"));
        return answers.getLast();
    }

    private static void aBackendThatIsNotThereIsTold(WeftUp weft) throws Exception {
        kubectl(weft, "delete", "service", "green");
        Eventually.eventually(
                () ->
                        assertThat(
                                        kubectl(
                                                weft,
                                                "get",
                                                "httproute",
                                                "shop",
                                                "-o",
                                                "jsonpath={.status.parents[0].conditions[?(@.type==\"ResolvedRefs\")].reason}"))
                                .isEqualTo("BackendNotFound"));
        Eventually.eventually(() -> assertThat(ask(weft, "/").status()).isEqualTo(500));
    }

    private static void nothingClosesTheEdge(WeftUp weft) throws Exception {
        kubectl(weft, "delete", "gateway", "edge", "-n", "weft-system");
        kubectl(weft, "get", "nodes");
        assertThat(ask(weft, "/a", "Host", "blue.default").body()).isEqualTo("blue /a");
        Eventually.eventually(
                () ->
                        assertThat(kubectl(weft, "get", "gateways", "-n", "weft-system"))
                                .contains("True"));
    }

    private static void awaitMore(Load load, int more) {
        int wanted = load.size() + more;
        Eventually.eventually(
                Duration.ofMinutes(1), () -> assertThat(load.size()).isGreaterThan(wanted));
    }

    private static String kubectl(WeftUp weft, String... words) {
        return weft.kubectl().with((Object[]) words).run().expectSuccess().out();
    }

    private static Answer ask(WeftUp weft, String path) throws IOException {
        return ask(weft, path, "accept", "*/*");
    }

    private static Answer ask(WeftUp weft, String path, String name, String value)
            throws IOException {
        String host = name.equals("Host") ? value : HOST;
        try (var socket = new Socket(weft.edge().getHost(), weft.edge().getPort())) {
            socket.setSoTimeout(30_000);
            String head = "GET %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n";
            String more = name.equals("Host") ? "" : name + ": " + value + "\r\n";
            socket.getOutputStream()
                    .write(head.formatted(path, host, more).getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String[] parts = all.split("\r\n\r\n", 2);
            return new Answer(
                    Integer.parseInt(parts[0].split(" ")[1]),
                    field(parts[0], "location"),
                    field(parts[0], "served-by"),
                    parts.length > 1 ? parts[1].strip() : "");
        }
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(it -> it.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(it -> it.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
