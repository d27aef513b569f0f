package dev.weft.api.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.request.Asking.Answer;
import org.junit.jupiter.api.Test;

/** Good and bad requests over HTTP. Each test has a namespace of its own. */
final class ApiHandlerTest extends OverHttp {
    @Test
    void pathsThatMeanNothingAreNotFound() {
        assertThat(admin.get("/nowhere").status()).isEqualTo(404);
        assertThat(admin.get("/nowhere").body()).isEqualTo("404 page not found\n");
        assertThat(admin.get("/apis/no.such.group/v1").status()).isEqualTo(404);
        Answer answer = admin.get("/api/v1/gadgets");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("the server could not find the requested resource");
        assertThat(admin.get(maps + "/a/b/c/d").status()).isEqualTo(404);
        assertThat(admin.get(maps + "/a/status").status()).isEqualTo(404);
        assertThat(admin.get("/api/v1/configmaps/a").status()).isEqualTo(404);
    }

    @Test
    void objectsThatAreNotThereAreNotFound() {
        Answer answer = admin.get(maps + "/a");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("configmaps \"a\" not found");
        assertThat(answer.reason()).isEqualTo("NotFound");
        assertThat(answer.tree().text("details", "kind")).contains("configmaps");
        assertThat(admin.delete(maps + "/a").status()).isEqualTo(404);
        assertThat(admin.merge(maps + "/a", "{}").status()).isEqualTo(404);
        assertThat(admin.put(maps + "/a", map("a")).status()).isEqualTo(404);
    }

    @Test
    void methodsThatDoNotFitAreRefused() {
        assertThat(admin.send("PUT", maps, "application/json", map("a")).status()).isEqualTo(405);
        assertThat(admin.post(maps + "/a", map("a")).status()).isEqualTo(405);
        assertThat(admin.post("/api/v1/configmaps", map("a")).status()).isEqualTo(405);
        assertThat(admin.post("/api", "{}").status()).isEqualTo(405);
    }

    @Test
    void whoeverShowsNothingMayOnlyAskWhetherAllIsWell() {
        try (Asking nobody = Asking.asNobody(served)) {
            assertThat(nobody.get("/readyz").body()).isEqualTo("ok");
            assertThat(nobody.get("/livez").status()).isEqualTo(200);
            assertThat(nobody.get("/version").status()).isEqualTo(200);
            Answer answer = nobody.get(maps);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.message())
                    .isEqualTo(
                            "configmaps is forbidden: User \"system:anonymous\" cannot list"
                                    + " resource \"configmaps\" in API group \"\" in the namespace"
                                    + " \"%s\"",
                            namespace);
            assertThat(nobody.get("/api").message())
                    .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/api\"");
        }
    }

    @Test
    void wrongCredentialsAreRefused() {
        for (String wrong :
                new String[] {"Basic YWRtaW46bm8=", "Bearer no", "Basic %%%", "Fish x"}) {
            try (Asking other = Asking.with(served, wrong)) {
                Answer answer = other.get(maps);
                assertThat(answer.status()).as(wrong).isEqualTo(401);
                assertThat(answer.reason()).isEqualTo("Unauthorized");
            }
        }
        try (Asking token = Asking.with(served, "Bearer " + ServedApi.PASSWORD)) {
            assertThat(token.get(maps).status()).isEqualTo(200);
        }
    }

    @Test
    void bodiesThatCannotBeReadAreRefused() {
        assertThat(admin.post(maps, "{").status()).isEqualTo(400);
        assertThat(admin.post(maps, "").status()).isEqualTo(400);
        assertThat(admin.post(maps, "[]").status()).isEqualTo(400);
        assertThat(admin.post(maps, "{} {}").status()).isEqualTo(400);
        assertThat(admin.post(maps, "[".repeat(100_000)).status()).isEqualTo(400);
        assertThat(admin.send("POST", maps, "application/yaml", "a: [b").status()).isEqualTo(400);
        assertThat(admin.send("POST", maps, "application/vnd.kubernetes.protobuf", "k8s").status())
                .isEqualTo(400);
        Answer answer = admin.send("POST", maps, "text/html", "<p>");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.message()).contains("accepted media types include: application/json");
    }

    @Test
    void bodiesThatAreTooLargeAreRefused() {
        Answer answer = admin.post(maps, "\"" + "x".repeat(4 << 20) + "\"");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.reason()).isEqualTo("RequestEntityTooLarge");
    }

    @Test
    void serverSideApplyIsRefusedWithAWayOut() {
        Answer answer = admin.send("PATCH", maps + "/a", "application/apply-patch+yaml", map("a"));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.message()).contains("server-side apply").contains("kubectl apply");
    }

    @Test
    void formsThatAreNotOfferedAreRefused() {
        assertThat(admin.get(maps, "image/png").status()).isEqualTo(406);
        assertThat(admin.get(maps, "application/vnd.kubernetes.protobuf").status()).isEqualTo(406);
        assertThat(admin.get(maps, "application/vnd.kubernetes.protobuf,application/json").status())
                .isEqualTo(200);
        assertThat(admin.get(maps, "image/png, */*;q=0.1").status()).isEqualTo(200);
    }

    @Test
    void bodiesOfAnotherKindOrPlaceAreRefused() {
        assertThat(admin.post(maps, "{\"kind\":\"Secret\",\"apiVersion\":\"v1\"}").status())
                .isEqualTo(400);
        assertThat(admin.post(maps, "{\"apiVersion\":\"v2\"}").message())
                .isEqualTo(
                        "the API version in the data (v2) does not match the expected API version"
                                + " (v1)");
        assertThat(
                        admin.post(
                                        maps,
                                        "{\"metadata\":{\"name\":\"a\",\"namespace\":\"default\"}}")
                                .message())
                .isEqualTo(
                        "the namespace of the provided object does not match the namespace sent on"
                                + " the request");
        admin.post(maps, map("a"));
        assertThat(admin.put(maps + "/a", map("b")).message())
                .isEqualTo("the name of the object (b) does not match the name on the URL (a)");
        assertThat(admin.post("/api/v1/namespaces/nix/configmaps", map("a")).message())
                .isEqualTo("namespaces \"nix\" not found");
    }

    @Test
    void unknownFieldsAreTakenAsTheClientAsks() {
        String body = "{\"metadata\":{\"name\":\"a\"},\"dada\":{\"x\":\"y\"}}";
        Answer strict = admin.post(maps + "?fieldValidation=Strict", body);
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.message())
                .isEqualTo(
                        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict"
                                + " decoding error: unknown field \"dada\"");
        Answer warned = admin.post(maps + "?fieldValidation=Warn&dryRun=All", body);
        assertThat(warned.status()).isEqualTo(201);
        assertThat(warned.warnings()).containsExactly("299 - \"unknown field \\\"dada\\\"\"");
        Answer ignored = admin.post(maps + "?fieldValidation=Ignore", body);
        assertThat(ignored.warnings()).isEmpty();
        assertThat(ignored.tree().has("dada")).isFalse();
        Answer other = admin.post(maps + "?fieldValidation=Loose", body);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.message()).contains("fieldValidation: Unsupported value: \"Loose\"");
        Answer twice =
                admin.post(
                        maps + "?fieldValidation=Strict",
                        "{\"metadata\":{\"name\":\"b\",\"name\":\"c\"}}");
        assertThat(twice.message()).contains("duplicate field \"metadata.name\"");
    }

    @Test
    void wrongValuesAreNamedOneByOne() {
        Answer type = admin.post(maps, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":1}}");
        assertThat(type.status()).isEqualTo(400);
        assertThat(type.message()).contains("cannot unmarshal number");
        Answer value = admin.post(maps, "{\"metadata\":{\"name\":\"A B\"}}");
        assertThat(value.status()).isEqualTo(422);
        assertThat(value.message()).startsWith("ConfigMap \"A B\" is invalid: metadata.name: ");
        assertThat(value.tree().array("details", "causes").objects().getFirst().text("field"))
                .contains("metadata.name");
        assertThat(admin.post(maps, "{}").message()).contains("name or generateName is required");
    }

    @Test
    void aDryRunKeepsNothing() {
        Answer made = admin.post(maps + "?dryRun=All", map("a"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.tree().text("metadata", "uid")).isPresent();
        assertThat(admin.get(maps + "/a").status()).isEqualTo(404);
        admin.post(maps, map("a"));
        assertThat(admin.post(maps + "?dryRun=All", map("a")).status()).isEqualTo(409);
        assertThat(admin.merge(maps + "/a?dryRun=All", "{\"data\":{\"v\":\"2\"}}").status())
                .isEqualTo(200);
        assertThat(
                        admin.send(
                                        "DELETE",
                                        maps + "/a",
                                        "application/json",
                                        "{\"dryRun\":[\"All\"]}")
                                .status())
                .isEqualTo(200);
        assertThat(admin.get(maps + "/a").tree().text("data", "v")).contains("1");
        assertThat(admin.post(maps + "?dryRun=Some", map("b")).status()).isEqualTo(422);
    }

    @Test
    void anObjectIsReadAndWrittenInYaml() {
        Answer made =
                admin.send(
                        "POST",
                        maps,
                        "application/yaml",
                        "metadata:\n  name: a\ndata:\n  v: 'yes'\n");
        assertThat(made.status()).isEqualTo(201);
        Answer read = admin.get(maps + "/a", "application/yaml");
        assertThat(read.type()).isEqualTo("application/yaml");
        assertThat(read.body()).contains("  name: a\n");
    }

    @Test
    void aDeletionAnswersWithWhatWasDeleted() {
        JsonObject made = admin.post(maps, map("a")).tree();
        Answer wrong =
                admin.send(
                        "DELETE",
                        maps + "/a",
                        "application/json",
                        "{\"preconditions\":{\"uid\":\"no\"}}");
        assertThat(wrong.status()).isEqualTo(409);
        assertThat(admin.delete(maps + "/a?propagationPolicy=Sideways").status()).isEqualTo(422);
        Answer gone = admin.delete(maps + "/a");
        assertThat(gone.tree().text("status")).contains("Success");
        assertThat(gone.tree().text("details", "uid")).isEqualTo(made.text("metadata", "uid"));
    }

    @Test
    void aCollectionIsDeletedBySelector() {
        for (String name : new String[] {"a", "b"}) {
            admin.post(
                    maps,
                    "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"n\":\"%s\"}}}"
                            .formatted(name, name));
        }
        Answer deleted = admin.delete(maps + "?labelSelector=n%3Da");
        assertThat(deleted.tree().text("kind")).contains("ConfigMapList");
        assertThat(deleted.tree().array("items").size()).isEqualTo(1);
        assertThat(admin.get(maps).tree().array("items").size()).isEqualTo(1);
    }

    @Test
    void listsSayWhereTheyStand() {
        for (int i = 0; i < 5; i++) {
            admin.post(maps, map("m" + i));
        }
        JsonObject first = admin.get(maps + "?limit=2").tree();
        assertThat(first.text("kind")).contains("ConfigMapList");
        assertThat(first.whole("metadata", "remainingItemCount")).contains(3L);
        String next = first.text("metadata", "continue").orElseThrow();
        JsonObject second = admin.get(maps + "?limit=2&continue=" + next).tree();
        assertThat(second.text("metadata", "resourceVersion"))
                .isEqualTo(first.text("metadata", "resourceVersion"));
        assertThat(second.array("items").objects().getFirst().text("metadata", "name"))
                .contains("m2");
        assertThat(admin.get(maps + "?continue=rubbish").status()).isEqualTo(400);
        assertThat(admin.get(maps + "?limit=x").status()).isEqualTo(400);
        assertThat(admin.get(maps + "?resourceVersion=abc").status()).isEqualTo(400);
        assertThat(admin.get(maps + "?resourceVersion=99999999").status()).isEqualTo(504);
        assertThat(admin.get(maps + "?resourceVersionMatch=Exact").status()).isEqualTo(422);
        assertThat(admin.get(maps + "?resourceVersionMatch=Exact&resourceVersion=1").status())
                .isEqualTo(410);
        assertThat(admin.get(maps + "?fieldSelector=spec.x%3D1").message())
                .isEqualTo("field label not supported: spec.x");
        assertThat(admin.get(maps + "?labelSelector=a%20b").status()).isEqualTo(400);
    }

    @Test
    void aLongListComesWhole() {
        for (int i = 0; i < 230; i++) {
            admin.post(maps, map("m" + i));
        }
        JsonObject list = admin.get(maps).tree();
        assertThat(list.array("items").size()).isEqualTo(230);
        assertThat(list.text("metadata", "resourceVersion")).isPresent();
    }

    @Test
    void tablesAndMetadataAreShownOnDemand() {
        admin.post(maps, map("a"));
        JsonObject table = admin.get(maps, TABLE + ",application/json").tree();
        assertThat(table.text("kind")).contains("Table");
        assertThat(table.array("rows").size()).isEqualTo(1);
        JsonObject partial =
                admin.get(maps, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")
                        .tree();
        assertThat(partial.text("kind")).contains("PartialObjectMetadataList");
        assertThat(partial.array("items").objects().getFirst().has("data")).isFalse();
    }

    @Test
    void aScaleIsReadAndWritten() {
        String deployments = "/apis/apps/v1/namespaces/" + namespace + "/deployments";
        admin.post(
                deployments,
                """
                {"metadata":{"name":"web"},"spec":{"replicas":2,
                 "selector":{"matchLabels":{"app":"web"}},
                 "template":{"metadata":{"labels":{"app":"web"}},
                  "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """);
        JsonObject scale = admin.get(deployments + "/web/scale").tree();
        assertThat(scale.text("kind")).contains("Scale");
        assertThat(scale.whole("spec", "replicas")).contains(2L);
        assertThat(scale.text("status", "selector")).contains("app=web");
        assertThat(admin.merge(deployments + "/web/scale", "{\"spec\":{\"replicas\":5}}").status())
                .isEqualTo(200);
        assertThat(admin.get(deployments + "/web").tree().whole("spec", "replicas")).contains(5L);
        Answer negative = admin.merge(deployments + "/web/scale", "{\"spec\":{\"replicas\":-1}}");
        assertThat(negative.status()).isEqualTo(422);
        assertThat(negative.message()).contains("must be greater than or equal to 0");
        assertThat(admin.get(maps + "/x/scale").status()).isEqualTo(404);
    }

    @Test
    void questionsAboutOneselfAreAnswered() {
        JsonObject who =
                admin.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}").tree();
        assertThat(who.text("status", "userInfo", "username")).contains("admin");
        JsonObject may =
                admin.post(
                                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}")
                        .tree();
        assertThat(may.flag("status", "allowed")).contains(true);
        JsonObject other =
                admin.post(
                                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                                "{\"spec\":{\"user\":\"eve\",\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}")
                        .tree();
        assertThat(other.flag("status", "allowed")).contains(false);
    }

    @Test
    void theApiDescribesItself() {
        assertThat(admin.get("/").tree().array("paths").texts()).contains("/apis/apps/v1");
        assertThat(admin.get("/api").tree().text("kind")).contains("APIVersions");
        assertThat(admin.get("/apis/apps/v1").tree().text("kind")).contains("APIResourceList");
        Answer aggregated =
                admin.get(
                        "/apis",
                        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                                + "application/json");
        assertThat(aggregated.type()).contains("as=APIGroupDiscoveryList");
        assertThat(admin.get("/openapi/v3").tree().object("paths").has("apis/apps/v1")).isTrue();
        assertThat(admin.get("/openapi/v2", "application/x").status()).isEqualTo(200);
        assertThat(admin.get("/version").tree().text("gitVersion").orElse(""))
                .matches("v1\\.33\\.\\d+\\+weft\\..*");
    }

    @Test
    void ignoredFieldsAreWarnedAbout() {
        Answer made =
                admin.post(
                        "/api/v1/namespaces/" + namespace + "/services",
                        "{\"metadata\":{\"name\":\"s\"},\"spec\":{\"type\":\"LoadBalancer\",\"ports\":[{\"port\":80}]}}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.warnings()).anyMatch(it -> it.contains("LoadBalancer"));
    }

    private static String map(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"v\":\"1\"}}";
    }
}
