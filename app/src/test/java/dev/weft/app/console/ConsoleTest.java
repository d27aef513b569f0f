package dev.weft.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console answers, and to whom. */
final class ConsoleTest {
    @TempDir Path folder;
    private ConsoleAtWork console;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        console = new ConsoleAtWork(folder);
    }

    @AfterEach
    void stop() {
        http.close();
        console.close();
    }

    @Test
    void everyFileOfThePageIsServedUnderAStrictPolicyAndIsSmall() throws Exception {
        int size = 0;
        for (String path : new String[] {"/", "/console.js", "/console.css", "/icon.svg"}) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.body())
                    .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)[a-z]");
            size += answer.body().length();
        }
        assertThat(size).isLessThan(60_000);
        String tag = get("/console.js").headers().firstValue("etag").orElseThrow();
        HttpResponse<String> again =
                http.send(
                        HttpRequest.newBuilder(URI.create(console.url() + "/console.js"))
                                .header("if-none-match", tag)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
    }

    @Test
    void namesAndPagesOfOthersAreRefused() throws Exception {
        assertThat(raw("GET", "127.0.0.1:8090", "")).startsWith("HTTP/1.1 200");
        assertThat(raw("GET", "localhost:8090", "")).startsWith("HTTP/1.1 200");
        assertThat(raw("GET", "evil.example", ""))
                .startsWith("HTTP/1.1 403")
                .contains("weft-cause: foreign-host");
        assertThat(raw("GET", "127.0.0.1:8090", "Origin: http://evil.example\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET", "127.0.0.1:8090", "Sec-Fetch-Site: cross-site\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("POST", "127.0.0.1:8090", "Content-Length: 0\r\n"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void overviewTellsOfWorkloadsSplitsAndWhatIsWrong() throws Exception {
        console.version("root", "127.5.0.1");
        console.version("blue", "127.5.0.2");
        console.split("[{\"service\":\"blue\",\"weight\":1},{\"service\":\"gone\",\"weight\":3}]");
        console.create(
                """
                {"apiVersion":"v1","kind":"Event","metadata":{"namespace":"default","name":"e1"},
                 "involvedObject":{"kind":"Pod","namespace":"default","name":"blue-1"},
                 "type":"Warning","reason":"BackOff","message":"<b>it fails</b>"}\
                """);

        JsonObject overview = overview("");
        assertThat(overview.whole("summary", "workloads")).contains(2L);
        JsonObject split = overview.array("splits").objects().getFirst();
        assertThat(split.text("root")).contains("root");
        JsonObject blue = split.array("shares").objects().getFirst();
        assertThat(blue.field("wanted")).hasToString("Optional[0.25]");
        assertThat(blue.whole("ready")).contains(1L);
        assertThat(overview.array("news").objects().getFirst().text("about"))
                .contains("Pod default/blue-1");
        JsonObject workload = overview.array("workloads").objects().getFirst();
        assertThat(workload.array("pods").objects().getFirst().text("state")).contains("ready");

        JsonObject searched = overview("?q=blue");
        assertThat(searched.whole("workloadTotal")).contains(1L);
        assertThat(searched.array("splits").isEmpty()).isTrue();
        dev.weft.testkit.Eventually.eventually(
                () ->
                        assertThat(
                                        overview("")
                                                .array("splits")
                                                .objects()
                                                .getFirst()
                                                .array("problems")
                                                .texts())
                                .singleElement()
                                .asString()
                                .contains("no Service default/gone"));
    }

    @Test
    void metricsAndHealthAnswerBesideThePage() throws Exception {
        assertThat(get("/metrics").body()).contains("# TYPE weft_requests_total counter");
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }

    private JsonObject overview(String query) throws Exception {
        return JsonText.read(get("/api/overview" + query).body()).object().orElseThrow();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(console.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String method, String host, String fields) throws IOException {
        URI url = URI.create(console.url());
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(
                            "%s /api/overview HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n"
                                    .formatted(method, host, fields)
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
