package dev.weft.dialects.openfaas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.testkit.Eventually;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The REST interface as OpenFaaS' clients use it. */
final class FaceTest {
    private static final Key ECHO = new Key("openfaas-fn", "echo");
    private static final String DEPLOY =
            "{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"labels\":null,\"annotations\":null}";

    @TempDir Path folder;
    private FaceAtWork face;

    @BeforeEach
    void start() throws Exception {
        face = new FaceAtWork(folder, UnaryOperator.identity());
    }

    @AfterEach
    void stop() {
        face.close();
    }

    @Test
    void deployedFunctionIsADeploymentAndAService() throws Exception {
        HttpResponse<String> answer =
                post(
                        """
                        {"service":"echo","image":"shop/echo:1","envProcess":"cat",
                         "envVars":{"A":"b"},"labels":{"team":"x","com.openfaas.scale.min":"2"},
                         "annotations":{"topic":"t"},"limits":{"memory":"128Mi","cpu":"100m"},
                         "constraints":["zone=a"],"readOnlyRootFilesystem":true}\
                        """);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().allValues("warning")).hasSize(5);
        Resource deployment = face.client().get(Types.DEPLOYMENT, ECHO).orElseThrow();
        assertThat(deployment.tree().whole("spec", "replicas")).contains(2L);
        Resource service = face.client().get(Types.SERVICE, ECHO).orElseThrow();
        assertThat(service.owners().getFirst().uid()).isEqualTo(deployment.uid());
        JsonObject status = describe();
        assertThat(status.text("name")).contains("echo");
        assertThat(status.text("image")).contains("shop/echo:1");
        assertThat(status.text("envProcess")).contains("cat");
        assertThat(status.texts("envVars")).containsOnlyKeys("A");
        assertThat(status.texts("labels")).containsEntry("team", "x");
        assertThat(status.texts("annotations")).containsEntry("topic", "t");
        assertThat(status.texts("limits")).containsEntry("memory", "128Mi");
        assertThat(status.array("constraints").texts()).containsExactly("zone=a");
        assertThat(status.flag("readOnlyRootFilesystem")).contains(true);
        assertThat(status.whole("invocationCount")).contains(42L);
        assertThat(status.whole("replicas")).contains(2L);
        assertThat(status.text("createdAt")).isPresent();
        Eventually.eventually(
                "events about what has no effect",
                () ->
                        face
                                .client()
                                .list(Types.EVENT, dev.weft.api.client.Query.in("openfaas-fn"))
                                .items()
                                .stream()
                                .anyMatch(
                                        it ->
                                                it.tree()
                                                        .text("reason")
                                                        .orElse("")
                                                        .equals("FieldWithoutEffect")));
    }

    @Test
    void labelsAndAnnotationsAreNeverNullAndEmptyVariablesNeverThere() throws Exception {
        post(DEPLOY);

        JsonObject status = describe();

        assertThat(status.texts("labels")).containsOnlyKeys("faas_function");
        assertThat(status.field("annotations").flatMap(Json::object)).isPresent();
        assertThat(status.has("envVars")).isFalse();
        assertThat(list()).hasSize(1);
    }

    @Test
    void updateOfAnAbsentFunctionIs404SoThatClientsCreateIt() throws Exception {
        assertThat(face.send("PUT", "/system/functions", DEPLOY).statusCode()).isEqualTo(404);
        assertThat(post(DEPLOY).statusCode()).isEqualTo(202);
        assertThat(face.send("PUT", "/system/functions", DEPLOY).statusCode()).isEqualTo(202);
        assertThat(post(DEPLOY).statusCode()).isEqualTo(409);
    }

    @Test
    void updateReplacesWhatRunsAndKeepsTheScale() throws Exception {
        post("{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"envVars\":{\"A\":\"1\"}}");
        scale("{\"serviceName\":\"echo\",\"replicas\":3}");

        face.send(
                "PUT",
                "/system/functions",
                "{\"service\":\"echo\",\"image\":\"weft.dev/other\",\"envVars\":{\"B\":\"2\"}}");

        JsonObject status = describe();
        assertThat(status.text("image")).contains("weft.dev/other");
        assertThat(status.texts("envVars")).containsOnlyKeys("B");
        assertThat(status.whole("replicas")).contains(3L);
    }

    @Test
    void scaleIsKeptWithinWhatTheLabelsAllow() throws Exception {
        post(
                """
                {"service":"echo","image":"shop/echo:1",
                 "labels":{"com.openfaas.scale.min":"2","com.openfaas.scale.max":"4"}}\
                """);

        assertThat(scale("{\"serviceName\":\"echo\",\"replicas\":0}").statusCode()).isEqualTo(202);
        assertThat(describe().whole("replicas")).contains(2L);
        scale("{\"serviceName\":\"echo\",\"replicas\":9}");
        assertThat(describe().whole("replicas")).contains(4L);
        assertThat(scale("{\"serviceName\":\"echo\"}").statusCode()).isEqualTo(400);
        assertThat(
                        face.send("POST", "/system/scale-function/none", "{\"replicas\":1}")
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void removalTakesTheNameFromBodyOrQuery() throws Exception {
        post(DEPLOY);
        face.client().create(Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", "shop"));
        face.send(
                "POST",
                "/system/functions",
                "{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"namespace\":\"shop\"}");

        assertThat(delete("", "{\"functionName\":\"echo\",\"namespace\":\"shop\"}")).isEqualTo(202);
        assertThat(delete("?namespace=openfaas-fn", "{\"functionName\":\"echo\"}")).isEqualTo(202);

        assertThat(delete("", "{\"functionName\":\"echo\"}")).isEqualTo(404);
        assertThat(face.client().get(Types.SERVICE, ECHO)).isEmpty();
        assertThat(list()).isEmpty();
    }

    @Test
    void whatCannotBeDeployedIsRefusedWithTheReason() throws Exception {
        assertRefused(400, "image add", "{\"service\":\"echo\",\"image\":\"elsewhere.example/x\"}");
        assertRefused(400, "service:", "{\"service\":\"Echo!\",\"image\":\"shop/echo:1\"}");
        assertRefused(400, "image:", "{\"service\":\"echo\"}");
        assertRefused(
                400,
                "no namespace nowhere",
                "{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"namespace\":\"nowhere\"}");
        assertRefused(
                400,
                "no secret key",
                "{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"secrets\":[\"key\"]}");
        assertRefused(
                400,
                "envVars: array (expected: an object)",
                "{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"envVars\":[]}");
        assertRefused(400, "is not JSON", "{\"service\":");
        assertRefused(400, "JSON object", "[]");
        assertRefused(400, "envProcess", "{\"service\":\"echo\",\"image\":\"weft.dev/host\"}");
        assertRefused(
                400,
                "label",
                "{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"labels\":{\"a b\":\"c\"}}");
        assertThat(list()).isEmpty();
        assertThat(face.client().get(Types.SERVICE, ECHO)).isEmpty();
    }

    @Test
    void hostImageRunsTheProcessAsItsCommand() throws Exception {
        post(
                """
                {"service":"echo","image":"weft.dev/host",
                 "envProcess":"sh -c 'exec  cat' \\"a b\\""}\
                """);

        Resource deployment = face.client().get(Types.DEPLOYMENT, ECHO).orElseThrow();
        JsonObject container =
                deployment
                        .tree()
                        .array("spec", "template", "spec", "containers")
                        .objects()
                        .getFirst();
        assertThat(container.array("command").texts())
                .containsExactly("sh", "-c", "exec  cat", "a b");
    }

    @Test
    void administrationNeedsTheLogin() throws Exception {
        HttpResponse<String> without = face.send(face.request("/system/functions"));
        HttpResponse<String> wrong =
                face.send(face.request("/system/functions").header("authorization", "Basic eDp5"));

        for (HttpResponse<String> answer : List.of(without, wrong)) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("www-authenticate"))
                    .contains("Basic realm=\"Restricted\"");
            assertThat(answer.body()).isEqualTo("invalid credentials");
        }
        assertThat(face.send(face.request("/healthz")).statusCode()).isEqualTo(200);
    }

    @Test
    void pageOfAnotherSiteMayNotAdminister() throws Exception {
        HttpResponse<String> answer =
                face.send(
                        face.request("/system/functions").header("origin", "http://evil.example"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("weft-cause")).contains("foreign-origin");
    }

    @Test
    void secretsAreListedByNameAndNeverByValue() throws Exception {
        String secret = "{\"name\":\"key\",\"value\":\"hush\"}";
        assertThat(face.send("POST", "/system/secrets", secret).statusCode()).isEqualTo(202);
        assertThat(face.send("POST", "/system/secrets", secret).statusCode()).isEqualTo(409);
        assertThat(face.send("PUT", "/system/secrets", secret).statusCode()).isEqualTo(202);

        assertThat(face.send("GET", "/system/secrets", "").body())
                .isEqualTo("[{\"name\":\"key\",\"namespace\":\"openfaas-fn\"}]");
        HttpResponse<String> deployed =
                post("{\"service\":\"echo\",\"image\":\"shop/echo:1\",\"secrets\":[\"key\"]}");
        assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(202);
        assertThat(describe().array("secrets").texts()).containsExactly("key");

        assertThat(face.send("DELETE", "/system/secrets", secret).statusCode()).isEqualTo(202);
        assertThat(face.send("DELETE", "/system/secrets", secret).statusCode()).isEqualTo(404);
        assertThat(face.send("PUT", "/system/secrets", secret).statusCode()).isEqualTo(404);
    }

    @Test
    void namespacesAreThoseThatAreMarkedOrHoldFunctions() throws Exception {
        assertThat(face.send("GET", "/system/namespaces", "").body())
                .isEqualTo("[\"openfaas-fn\"]");
        String staging = "{\"name\":\"staging\",\"labels\":{\"openfaas\":\"1\"}}";
        assertThat(face.send("POST", "/system/namespace/", staging).statusCode()).isEqualTo(201);
        assertThat(face.send("POST", "/system/namespace/", staging).statusCode()).isEqualTo(409);
        assertThat(face.send("GET", "/system/namespaces", "").body())
                .isEqualTo("[\"openfaas-fn\",\"staging\"]");
        assertThat(face.send("GET", "/system/namespace/staging", "").body())
                .contains("\"name\":\"staging\"");
        assertThat(face.send("PUT", "/system/namespace/staging", staging).statusCode())
                .isEqualTo(202);
        assertThat(face.send("DELETE", "/system/namespace/staging", "").statusCode())
                .isEqualTo(202);
        assertThat(face.send("DELETE", "/system/namespace/kube-system", "").statusCode())
                .isEqualTo(403);
        assertThat(face.send("GET", "/system/namespace/none", "").statusCode()).isEqualTo(404);
    }

    @Test
    void logsOfAllInstancesComeAsLinesOfJson() throws Exception {
        post(DEPLOY);
        for (String name : List.of("echo-1", "echo-2")) {
            Resource pod =
                    face.client()
                            .create(
                                    Types.POD,
                                    new Resource(
                                            object(
                                                    """
                                                    {"apiVersion":"v1","kind":"Pod","metadata":{
                                                      "namespace":"openfaas-fn","name":"%s",
                                                      "labels":{"faas_function":"echo"}},
                                                     "spec":{"containers":[
                                                      {"name":"echo","image":"shop/echo:1"}]}}\
                                                    """
                                                            .formatted(name))));
            face.client()
                    .updateStatus(
                            Types.POD, pod.withStatus(JsonObject.of("phase", Json.of("Running"))));
        }

        HttpResponse<String> answer =
                face.send("GET", "/system/logs?name=echo&tail=-1&follow=false", "");

        assertThat(answer.headers().firstValue("content-type")).contains("application/x-ndjson");
        assertThat(answer.body().lines())
                .hasSize(2)
                .anySatisfy(
                        line ->
                                assertThat(object(line))
                                        .isEqualTo(
                                                object(
                                                        """
                                                        {"name":"echo","namespace":"openfaas-fn",
                                                         "instance":"echo-2",
                                                         "timestamp":"2026-01-02T03:04:05.678Z",
                                                         "text":"hello from echo-2"}\
                                                        """)));
        assertThat(face.send("GET", "/system/logs?name=none", "").statusCode()).isEqualTo(404);
        assertThat(face.send("GET", "/system/logs?name=echo&since=x", "").statusCode())
                .isEqualTo(422);
        assertThat(face.send("GET", "/system/logs?name=echo&tail=x", "").statusCode())
                .isEqualTo(422);
    }

    @Test
    void whatIsNotThereOrNotYetSaysSo() throws Exception {
        assertCause("POST", "/function/none.shop/a", 404, "unknown-function");
        assertCause("POST", "/async-function/echo", 501, "async-not-supported");
        assertCause("GET", "/system/nothing", 404, "unknown-path");
        assertCause("POST", "/system/alert", 501, "not-supported");
        assertCause("PATCH", "/system/functions", 405, "method-not-allowed");
        assertCause("POST", "/healthz", 405, "method-not-allowed");
        assertCause("GET", "/elsewhere", 404, "no-route");
        assertCause("GET", "/system/functions?namespace=nowhere", 404, "unknown-namespace");
        assertCause("GET", "/system/functions?namespace=Not.One", 400, "bad-request");
        assertThat(face.send("GET", "/", "").statusCode()).isEqualTo(307);
        assertThat(face.send("GET", "/ui/", "").body()).contains("http://127.0.0.1:8090");
        assertThat(object(face.send("GET", "/system/info", "").body()).text("version", "release"))
                .contains("0.1.0");
    }

    private void assertCause(String method, String path, int status, String cause)
            throws Exception {
        HttpResponse<String> answer = face.send(method, path, "");
        assertThat(answer.statusCode())
                .as("%s %s: %s", method, path, answer.body())
                .isEqualTo(status);
        assertThat(answer.headers().firstValue("weft-cause")).contains(cause);
    }

    private void assertRefused(int status, String said, String deployment) throws Exception {
        HttpResponse<String> answer = post(deployment);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);

        assertThat(answer.body()).contains(said);
    }

    private HttpResponse<String> post(String deployment) throws Exception {
        return face.send("POST", "/system/functions", deployment);
    }

    private HttpResponse<String> scale(String body) throws Exception {
        return face.send("POST", "/system/scale-function/echo", body);
    }

    private int delete(String query, String body) throws Exception {
        return face.send("DELETE", "/system/functions" + query, body).statusCode();
    }

    private JsonObject describe() throws Exception {
        return object(face.send("GET", "/system/function/echo", "").body());
    }

    private List<JsonObject> list() throws Exception {
        return JsonText.read(face.send("GET", "/system/functions", "").body())
                .array()
                .orElseThrow()
                .objects();
    }

    private static JsonObject object(String text) {
        return JsonText.read(text).object().orElseThrow();
    }
}
