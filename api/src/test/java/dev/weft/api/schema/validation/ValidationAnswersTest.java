package dev.weft.api.schema.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.kind.Admission;
import dev.weft.api.kind.CustomKinds;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.Kinds;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.FieldValidation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What a real apiextensions-apiserver answered about rules in expressions
 * (api/src/kinds/record-validations.py wrote it down) is what Weft answers: verdicts, fields,
 * reasons and messages. The order of causes is not compared, as the real one's differs each time.
 */
class ValidationAnswersTest {
    /** Which rules are named as the dearest depends on the order in which they are looked at. */
    private static final Pattern NAMED = Pattern.compile("contributed to estimated");

    private final Recorded told;
    private final JsonObject schema;
    private final JsonObject spec;

    ValidationAnswersTest() throws IOException {
        told = Recorded.read("validations.txt", "validation-answers.json");
        schema = told.sections().get(0).json();
        spec = told.sections().get(1).json();
    }

    @Test
    void expressionsAreReadCheckedAndRunAsByTheRealApi() {
        var differences = new ArrayList<String>();
        for (String expression : told.sections().get(2).lines()) {
            List<String> real = shown(told.answers().array(expression));
            List<String> ours = answer(expression);
            if (!real.isEmpty() && !ours.equals(real) && !isWordedDifferently(real, ours)) {
                differences.add(expression + "\n  real " + real + "\n  weft " + ours);
            }
        }
        assertThat(differences).as(differences.size() + " differences").isEmpty();
    }

    @Test
    void definitionsWithRulesAreTakenAndRefusedAsByTheRealApi() {
        var differences = new ArrayList<String>();
        for (Recorded.Section section : told.of("definition ")) {
            String title = section.title().substring("definition ".length());
            Admitted admitted = define(section.json());
            List<String> ours =
                    admitted.isClean() && admitted.causes().isEmpty()
                            ? List.of("taken")
                            : causes(admitted);
            compare(title, shown(told.answers().array(title)), ours, differences);
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void objectsAreTakenAndRefusedAsByTheRealApi() {
        var differences = new ArrayList<String>();
        for (Recorded.Section section : told.of("object ")) {
            String title = section.title().substring("object ".length());
            String[] parts = String.join("\n", section.lines()).split("\n-- ", -1);
            Kinds.Found kind = kind(define(Recorded.object(parts[0])).tree());
            Optional<JsonObject> stored = Optional.empty();
            for (int i = 1; i < parts.length; i++) {
                String[] write = parts[i].split("\n", 2);
                Admitted admitted = write(kind, write[0], thing(Recorded.object(write[1])), stored);
                boolean taken = admitted.isClean() && admitted.causes().isEmpty();
                stored = taken ? Optional.of(admitted.tree()) : stored;
                List<String> ours =
                        taken
                                ? List.of(write[0].equals("create") ? "201" : "200")
                                : causes(admitted);
                JsonArray real = told.answers().array(title).item(i - 1).array().orElseThrow();
                compare(title + " " + i + " " + write[0], shown(real), ours, differences);
            }
        }
        assertThat(differences).isEmpty();
    }

    private static void compare(
            String title, List<String> real, List<String> ours, List<String> differences) {
        if (real.isEmpty()) {
            return;
        }
        real.stream()
                .filter(it -> !ours.contains(it))
                .forEach(it -> differences.add(title + "\n  only real " + it));
        ours.stream()
                .filter(it -> !real.contains(it))
                .forEach(it -> differences.add(title + "\n  only weft " + it));
    }

    /** Texts that cannot be read are refused at the same place, not always in the same words. */
    private static boolean isWordedDifferently(List<String> real, List<String> ours) {
        return first(real).equals(first(ours)) && real.toString().contains("Syntax error");
    }

    private static String first(List<String> answers) {
        String text = answers.toString();
        int syntax = text.indexOf("Syntax error");
        return syntax < 0 ? text : text.substring(0, syntax);
    }

    private List<String> answer(String expression) {
        JsonObject rule = JsonObject.of("rule", Json.of(expression));
        JsonObject ruled = schema.with("x-kubernetes-validations", JsonArray.of(rule));
        JsonObject root =
                JsonObject.builder()
                        .put("type", "object")
                        .put("properties", JsonObject.of("spec", ruled))
                        .build();
        Admitted definition = define(root);
        if (!definition.causes().isEmpty() || !definition.isClean()) {
            return causes(definition);
        }
        JsonObject thing = thing(JsonObject.of("spec", spec));
        Admitted admitted = write(kind(definition.tree()), "create", thing, Optional.empty());
        if (admitted.causes().isEmpty()) {
            return List.of("true");
        }
        String message = admitted.causes().getFirst().message();
        return List.of(message.replace("failed rule: ", "").replace(expression.strip(), "RULE"));
    }

    private static Admitted write(
            Kinds.Found kind, String verb, JsonObject thing, Optional<JsonObject> stored) {
        return switch (verb) {
            case "create" ->
                    Admission.onCreate(
                            kind, thing.without("status"), List.of(), FieldValidation.STRICT);
            case "status" ->
                    Admission.onStatus(
                            kind,
                            stored.orElseThrow(),
                            stored.orElseThrow().with("status", thing.object("status")),
                            List.of(),
                            FieldValidation.STRICT);
            default ->
                    Admission.onUpdate(
                            kind,
                            stored.orElseThrow(),
                            stored.orElseThrow().has("status")
                                    ? thing.with("status", stored.orElseThrow().object("status"))
                                    : thing,
                            List.of(),
                            FieldValidation.STRICT);
        };
    }

    private static JsonObject thing(JsonObject content) {
        JsonObject thing =
                JsonObject.builder()
                        .put("apiVersion", "rules.example.com/v1")
                        .put("kind", "Thing")
                        .put(
                                "metadata",
                                JsonObject.builder()
                                        .put("name", "a")
                                        .put("namespace", "default")
                                        .build())
                        .build();
        for (String name : content.names()) {
            thing = thing.with(name, content.field(name).orElseThrow());
        }
        return thing;
    }

    private static Admitted define(JsonObject schema) {
        JsonObject definition =
                Recorded.object(
                        """
                        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                         "metadata": {"name": "things.rules.example.com"},
                         "spec": {"group": "rules.example.com", "scope": "Namespaced",
                          "names": {"plural": "things", "singular": "thing", "kind": "Thing",
                           "listKind": "ThingList"},
                          "versions": [{"name": "v1", "served": true, "storage": true,
                           "subresources": {"status": {}}, "schema": {"openAPIV3Schema": SCHEMA}}]}}
                        """
                                .replace("SCHEMA", JsonText.write(schema)));
        Kinds.Found kind =
                Kinds.builtIn()
                        .find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                        .orElseThrow();
        return Admission.onCreate(kind, definition, List.of(), FieldValidation.STRICT);
    }

    private static Kinds.Found kind(JsonObject definition) {
        Kind kind = CustomKinds.kind(definition).kind().orElseThrow();
        return Kinds.builtIn().with(kind).find("rules.example.com", "v1", "things").orElseThrow();
    }

    private static List<String> causes(Admitted admitted) {
        return admitted.causes().stream()
                .filter(it -> !NAMED.matcher(it.message()).find())
                .map(ValidationAnswersTest::shown)
                .sorted()
                .toList();
    }

    private static String shown(Cause cause) {
        return Recorded.plain(cause.field() + " " + cause.reason() + " " + cause.message());
    }

    private static List<String> shown(JsonArray answer) {
        return answer.stream()
                .map(
                        it ->
                                it.array()
                                        .map(cause -> String.join(" ", cause.texts()))
                                        .orElseGet(() -> it.text().orElse("")))
                .filter(it -> !NAMED.matcher(it).find())
                .map(Recorded::plain)
                .sorted()
                .toList();
    }
}
