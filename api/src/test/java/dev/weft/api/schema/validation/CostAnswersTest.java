package dev.weft.api.schema.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.kind.Admission;
import dev.weft.api.kind.Kinds;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.FieldValidation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a real apiextensions-apiserver thinks rules may cost (api/src/kinds/record-costs.py wrote it
 * down) is what Weft thinks: verdicts, fields, reasons and messages, with the factors in them.
 */
class CostAnswersTest {
    private final Recorded told;

    CostAnswersTest() throws IOException {
        told = Recorded.read("costs.txt", "cost-answers.json");
    }

    @Test
    void expressionsCostWhatTheRealApiThinks() {
        var differences = new ArrayList<String>();
        JsonObject schema = told.sections().get(0).json();
        for (String expression : told.sections().get(1).lines()) {
            JsonObject recorded = told.answers().object(expression);
            long times = recorded.whole("times").orElseThrow();
            List<String> ours = answer(listed(schema, expression, times));
            compare(expression + " [" + times + "]", recorded, ours, differences);
        }
        assertThat(differences).as(differences.size() + " differences").isEmpty();
    }

    @Test
    void definitionsAreTakenAndRefusedForWhatTheirRulesCostAsByTheRealApi() {
        var differences = new ArrayList<String>();
        for (Recorded.Section section : told.sections()) {
            if (section.title().startsWith("definition ")) {
                String title = section.title().substring("definition ".length());
                compare(title, told.answers().object(title), answer(section.json()), differences);
            }
        }
        assertThat(differences).as(differences.size() + " differences").isEmpty();
    }

    private static void compare(
            String what, JsonObject recorded, List<String> ours, List<String> differences) {
        List<String> real =
                recorded.array("answer").stream()
                        .map(it -> it.array().map(CostAnswersTest::text).orElse("taken"))
                        .map(Recorded::plain)
                        .sorted()
                        .toList();
        if (!real.equals(ours)) {
            differences.add(
                    what
                            + "\n  real "
                            + String.join("\n       ", real)
                            + "\n  weft "
                            + String.join("\n       ", ours));
        }
    }

    private static String text(JsonArray cause) {
        return String.join(" ", cause.texts());
    }

    private static JsonObject listed(JsonObject schema, String expression, long times) {
        JsonObject rule = JsonObject.of("rule", Json.of(expression));
        JsonObject list =
                JsonObject.builder()
                        .put("type", "array")
                        .put("maxItems", times)
                        .put("items", schema.with("x-kubernetes-validations", JsonArray.of(rule)))
                        .build();
        return JsonObject.builder()
                .put("type", "object")
                .put("properties", JsonObject.of("list", list))
                .build();
    }

    private static List<String> answer(JsonObject schema) {
        JsonObject definition =
                Recorded.object(
                        """
                        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                         "metadata": {"name": "things.rules.example.com"},
                         "spec": {"group": "rules.example.com", "scope": "Namespaced",
                          "names": {"plural": "things", "singular": "thing", "kind": "Thing",
                           "listKind": "ThingList"},
                          "versions": [{"name": "v1", "served": true, "storage": true,
                           "schema": {"openAPIV3Schema": SCHEMA}}]}}
                        """
                                .replace("SCHEMA", JsonText.write(schema)));
        Kinds.Found kind =
                Kinds.builtIn()
                        .find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                        .orElseThrow();
        Admitted admitted = Admission.onCreate(kind, definition, List.of(), FieldValidation.STRICT);
        if (admitted.isClean() && admitted.causes().isEmpty()) {
            return List.of("taken");
        }
        return admitted.causes().stream()
                .map(it -> Recorded.plain(it.field() + " " + it.reason() + " " + it.message()))
                .sorted()
                .toList();
    }
}
