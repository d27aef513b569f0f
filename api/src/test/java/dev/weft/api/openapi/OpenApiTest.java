package dev.weft.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.kind.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private final OpenApi openApi = new OpenApi(Kinds.builtIn());

    @Test
    void everyGroupVersionHasADocumentWhereTheIndexSaysSo() {
        JsonObject paths = tree(openApi.index()).object("paths");

        assertThat(paths.names())
                .contains("api/v1", "apis/apps/v1", "apis/split.smi-spec.io/v1alpha1");
        for (String path : paths.names()) {
            assertThat(openApi.v3(path)).as(path).isPresent();
            assertThat(paths.text(path, "serverRelativeURL").orElse(""))
                    .startsWith("/openapi/v3/" + path + "?hash=");
        }
        assertThat(openApi.v3("apis/none/v1")).isEmpty();
    }

    @Test
    void whatADocumentRefersToIsInIt() {
        for (String path : tree(openApi.index()).object("paths").names()) {
            JsonObject document = tree(openApi.v3(path).orElseThrow());
            var references = new ArrayList<String>();
            collect(document, references);

            assertThat(references).isNotEmpty();
            assertThat(document.object("components", "schemas").names())
                    .as(path)
                    .containsAll(
                            references.stream()
                                    .map(it -> it.substring(Components.REF.length()))
                                    .toList());
        }
    }

    @Test
    void aPatchTellsWhatAClientLooksFor() {
        JsonObject patch =
                tree(openApi.v3("apis/apps/v1").orElseThrow())
                        .object(
                                "paths",
                                "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
                                "patch");

        assertThat(patch.text("x-kubernetes-group-version-kind", "kind")).contains("Deployment");
        assertThat(patch.array("parameters").objects())
                .extracting(it -> it.text("name").orElse(""))
                .contains("fieldValidation", "dryRun");
        assertThat(patch.object("requestBody", "content").names())
                .contains("application/strategic-merge-patch+json");
    }

    @Test
    void listsSayByWhatTheyAreMerged() {
        JsonObject containers =
                tree(openApi.v3("api/v1").orElseThrow())
                        .object(
                                "components",
                                "schemas",
                                "io.k8s.api.core.v1.PodSpec",
                                "properties",
                                "containers");

        assertThat(containers.text("x-kubernetes-patch-merge-key")).contains("name");
        assertThat(containers.text("x-kubernetes-list-type")).contains("map");
        assertThat(containers.text("description")).isPresent();
    }

    @Test
    void nearlyEveryFieldSaysWhatItIsFor() {
        JsonObject types = tree(openApi.v3("api/v1").orElseThrow()).object("components", "schemas");
        var silent = new ArrayList<String>();
        int fields = 0;
        for (String type : types.names()) {
            JsonObject properties = types.object(type, "properties");
            for (String field : properties.names()) {
                fields++;
                if (properties.text(field, "description").orElse("").isEmpty()) {
                    silent.add(type + "." + field);
                }
            }
        }
        assertThat(silent)
                .hasSizeLessThan(fields / 6)
                .noneMatch(it -> it.contains(".PodSpec.containers"))
                .noneMatch(it -> it.contains(".Container."))
                .noneMatch(it -> it.contains(".ServiceSpec."))
                .noneMatch(it -> it.contains(".ContainerState"));
    }

    @Test
    void theOlderFormBeginsAsOneOfItsDocuments() {
        assertThat(openApi.v2()).startsWith(0x0A, 0x03, '2', '.', '0').hasSizeGreaterThan(100_000);
    }

    private static void collect(Json value, List<String> references) {
        switch (value) {
            case JsonObject object ->
                    object.names()
                            .forEach(
                                    name -> {
                                        Json field = object.field(name).orElse(JsonNull.NULL);
                                        if (name.equals("$ref") && field.text().isPresent()) {
                                            references.add(field.text().get());
                                        } else {
                                            collect(field, references);
                                        }
                                    });
            case JsonArray array -> array.forEach(item -> collect(item, references));
            default -> {}
        }
    }

    private static JsonObject tree(byte[] bytes) {
        return JsonText.read(bytes).object().orElseThrow();
    }
}
