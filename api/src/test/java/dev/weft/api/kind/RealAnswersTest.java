package dev.weft.api.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.ApiException;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.FieldValidation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What a real apiextensions-apiserver answered (api/src/kinds/record-answers.py wrote it down) is
 * what Weft answers. The order of causes is not compared, as the real one's differs each time.
 */
class RealAnswersTest {
    /** The real server says of zero that its factor must be positive, which is its mistake. */
    private static final Set<String> NOT_COMPARED = Set.of("half-zero");

    @Test
    void objectsOfACustomKindAreTakenAndRefusedAsByTheRealApi() throws IOException {
        JsonObject cases = resource("custom-cases.json");
        JsonObject definition = admitted(cases.object("definition"));
        Kind kind = CustomKinds.kind(definition).kind().orElseThrow();
        compare(
                cases,
                resource("custom-answers.json"),
                Kinds.builtIn().with(kind).find("example.com", "v1", "widgets").orElseThrow());
    }

    @Test
    void definitionsAreTakenAndRefusedAsByTheRealApi() throws IOException {
        compare(
                resource("definition-cases.json"),
                resource("definition-answers.json"),
                Kinds.builtIn()
                        .find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                        .orElseThrow());
    }

    private static void compare(JsonObject cases, JsonObject answers, Kinds.Found kind) {
        var differences = new ArrayList<String>();
        for (JsonObject one : cases.array("cases").objects()) {
            String name = one.text("name").orElseThrow();
            for (String mode : List.of("Strict", "Warn")) {
                if (NOT_COMPARED.contains(name)) {
                    continue;
                }
                JsonObject wanted = answers.object(name + "/" + mode);
                String seen = summary(one.object("body"), kind, mode);
                String real = summary(wanted);
                if (!seen.equals(real)) {
                    differences.add(name + "/" + mode + "\n  real " + real + "\n  weft " + seen);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static String summary(JsonObject body, Kinds.Found kind, String mode) {
        Admitted admitted =
                Admission.onCreate(
                        kind, body, List.of(), FieldValidation.named(mode).orElseThrow());
        String name = body.text("metadata", "name").orElse("");
        try {
            JsonObject tree = admitted.orRefuse(kind.kind().group(), kind.kind().kind(), name);
            return "201 " + object(tree) + admitted.warnings();
        } catch (ApiException refusal) {
            return refusal.code() + " " + status(refusal.status()) + admitted.warnings();
        }
    }

    private static String summary(JsonObject answer) {
        JsonObject body = answer.object("body");
        List<String> warnings = answer.array("warnings").texts();
        return answer.whole("code").orElse(0L)
                + " "
                + (body.text("kind").filter("Status"::equals).isPresent()
                        ? status(body)
                        : object(body))
                + warnings;
    }

    private static String object(JsonObject tree) {
        return sorted(
                tree.without("metadata").without("status").without("apiVersion").without("kind"));
    }

    private static String status(JsonObject status) {
        var causes = new TreeSet<String>();
        for (JsonObject cause : status.array("details", "causes").objects()) {
            // The real server checks an older form of the definition beside the one it was given.
            String field = cause.text("field").orElse("");
            if (!field.equals("status.storedVersions") && !field.equals("spec.version")) {
                causes.add(sorted(cause.with("message", plain(cause.text("message").orElse("")))));
            }
        }
        String message =
                status.array("details", "causes").isEmpty()
                        ? status.text("message").orElse("")
                        : "";
        return message + causes;
    }

    /** Without what shows how Go writes structures, and how its patterns are parsed. */
    private static String plain(String message) {
        return message.replaceAll("Invalid value: \\[\\{.*}]:", "Invalid value: [...]:")
                .replaceAll("error parsing regexp: .*", "error parsing regexp");
    }

    private static String sorted(Json value) {
        if (value instanceof JsonArray array) {
            return array.stream().map(RealAnswersTest::sorted).toList().toString();
        }
        if (!(value instanceof JsonObject object)) {
            return value.toString();
        }
        var text = new StringBuilder("{");
        object.names().stream()
                .sorted()
                .forEach(
                        name ->
                                text.append(name)
                                        .append(':')
                                        .append(sorted(object.field(name).orElse(JsonNull.NULL)))
                                        .append(','));
        return text.append('}').toString();
    }

    private static JsonObject admitted(JsonObject definition) {
        Kinds.Found kind =
                Kinds.builtIn()
                        .find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                        .orElseThrow();
        return Admission.onCreate(kind, definition, List.of(), FieldValidation.STRICT)
                .orRefuse("apiextensions.k8s.io", "CustomResourceDefinition", "");
    }

    private static JsonObject resource(String name) throws IOException {
        try (InputStream in = RealAnswersTest.class.getResourceAsStream(name)) {
            return JsonText.read(java.util.Objects.requireNonNull(in, name)).object().orElseThrow();
        }
    }
}
