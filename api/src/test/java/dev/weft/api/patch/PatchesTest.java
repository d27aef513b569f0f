package dev.weft.api.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.client.Patch.Form;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.Yaml;
import dev.weft.api.patch.PatchException.Problem;
import dev.weft.api.schema.BuiltInTypes;
import dev.weft.api.schema.Schema;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class PatchesTest {
    private static final Schema POD = BuiltInTypes.schema("v1", "Pod");
    private static final Schema DEPLOYMENT = BuiltInTypes.schema("apps/v1", "Deployment");

    @Test
    void jsonPatchDoesWhatItsOperationsSay() {
        assertThat(json("{a: [1, 2], b: {c: 1}}", "[{op: add, path: /a/1, value: 9}]"))
                .isEqualTo(tree("{a: [1, 9, 2], b: {c: 1}}"));
        assertThat(json("{a: [1]}", "[{op: add, path: /a/-, value: 2}]"))
                .isEqualTo(tree("{a: [1, 2]}"));
        assertThat(json("{a: 1, b: 2}", "[{op: remove, path: /a}]")).isEqualTo(tree("{b: 2}"));
        assertThat(json("{a: {b: 1}}", "[{op: replace, path: /a/b, value: null}]"))
                .isEqualTo(tree("{a: {b: null}}"));
        assertThat(json("{a: 1}", "[{op: move, from: /a, path: /b}]")).isEqualTo(tree("{b: 1}"));
        assertThat(json("{a: {x: 1}}", "[{op: copy, from: /a, path: /b}]"))
                .isEqualTo(tree("{a: {x: 1}, b: {x: 1}}"));
        assertThat(
                        json(
                                "{'a/b': 1, 'm~n': 2}",
                                "[{op: test, path: /a~1b, value: 1.0}, {op: remove, path: /m~0n}]"))
                .isEqualTo(tree("{'a/b': 1}"));
        assertThat(json("{a: 1}", "[{op: test, path: /b, value: null}]")).isEqualTo(tree("{a: 1}"));
    }

    @Test
    void jsonPatchRefusesWhatDoesNotFit() {
        refused(Form.JSON, "{a: 1}", "[{op: test, path: /a, value: 2}]", Problem.UNFIT);
        refused(Form.JSON, "{a: 1}", "[{op: remove, path: /b}]", Problem.UNFIT);
        refused(Form.JSON, "{a: 1}", "[{op: replace, path: /b, value: 1}]", Problem.UNFIT);
        refused(Form.JSON, "{a: [1]}", "[{op: add, path: /a/5, value: 1}]", Problem.UNFIT);
        refused(Form.JSON, "{a: [1]}", "[{op: add, path: /a/01, value: 1}]", Problem.UNFIT);
        refused(Form.JSON, "{a: {b: 1}}", "[{op: move, from: /a, path: /a/b}]", Problem.UNFIT);
        refused(Form.JSON, "{a: 1}", "[{op: replace, path: '', value: 5}]", Problem.UNFIT);
        refused(Form.JSON, "{a: 1}", "[{op: nonsense, path: /a}]", Problem.MALFORMED);
        refused(Form.JSON, "{a: 1}", "[{op: add, path: a, value: 1}]", Problem.MALFORMED);
        refused(Form.JSON, "{a: 1}", "[{op: add, path: /a}]", Problem.MALFORMED);
        refused(Form.JSON, "{a: 1}", "{op: add}", Problem.MALFORMED);
    }

    @Test
    void copiesThatGrowWithoutEndAreRefused() {
        var operations = new ArrayList<Json>();
        for (int i = 0; i < 200; i++) {
            operations.add(tree("{op: copy, from: '', path: /a" + i + "}"));
        }
        assertThatThrownBy(
                        () ->
                                Patches.apply(
                                        Form.JSON,
                                        tree("{x: 1}"),
                                        JsonArray.of(operations),
                                        Schema.anything()))
                .isInstanceOf(PatchException.class);
    }

    @Test
    void mergePatchReplacesAndRemoves() {
        assertThat(
                        Patches.apply(
                                Form.MERGE,
                                tree("{a: {b: 1, c: 2}, d: [1, 2]}"),
                                tree("{a: {b: null, e: {f: null, g: 1}}, d: [3]}"),
                                Schema.anything()))
                .isEqualTo(tree("{a: {c: 2, e: {g: 1}}, d: [3]}"));
    }

    @Test
    void containersAreMergedByName() {
        assertThat(
                        strategic(
                                "{spec: {containers: [{name: a, image: x, env: [{name: E, value:"
                                        + " 1}]}, {name: b, image: y}]}}",
                                "{spec: {containers: [{name: b, image: z}, {name: a, env: [{name:"
                                        + " F, value: 2}]}]}}"))
                .isEqualTo(
                        tree(
                                "{spec: {containers: [{name: a, image: x, env: [{name: E, value:"
                                        + " 1}, {name: F, value: 2}]}, {name: b, image: z}]}}"));
    }

    @Test
    void directivesDeleteReplaceAndOrder() {
        String pod = "{spec: {containers: [{name: a}, {name: b}, {name: c}]}}";

        assertThat(strategic(pod, "{spec: {containers: [{name: b, $patch: delete}]}}"))
                .isEqualTo(tree("{spec: {containers: [{name: a}, {name: c}]}}"));
        assertThat(strategic(pod, "{spec: {containers: [{name: x}, {$patch: replace}]}}"))
                .isEqualTo(tree("{spec: {containers: [{name: x}]}}"));
        assertThat(
                        strategic(
                                pod,
                                "{spec: {$setElementOrder/containers: [{name: c}, {name: n}, {name:"
                                        + " a}], containers: [{name: n, image: i}]}}"))
                .isEqualTo(
                        tree(
                                "{spec: {containers: [{name: b}, {name: c}, {name: n, image: i},"
                                        + " {name: a}]}}"));
        assertThat(
                        strategic(
                                "{metadata: {finalizers: [a, b, c]}}",
                                "{metadata: {$deleteFromPrimitiveList/finalizers: [b]}}"))
                .isEqualTo(tree("{metadata: {finalizers: [a, c]}}"));
        assertThat(
                        strategic(
                                "{metadata: {labels: {a: x, b: y}}}",
                                "{metadata: {labels: {$patch: replace, c: z}}}"))
                .isEqualTo(tree("{metadata: {labels: {c: z}}}"));
    }

    @Test
    void retainKeysDropsTheOtherSortOfStrategy() {
        assertThat(
                        Patches.apply(
                                Form.STRATEGIC,
                                tree(
                                        "{spec: {strategy: {type: RollingUpdate, rollingUpdate:"
                                                + " {maxSurge: 1}}}}"),
                                tree("{spec: {strategy: {$retainKeys: [type], type: Recreate}}}"),
                                DEPLOYMENT))
                .isEqualTo(tree("{spec: {strategy: {type: Recreate}}}"));
    }

    @Test
    void strategicPatchRefusesWhatIsNoPatch() {
        String pod = "{spec: {containers: [{name: a}]}}";
        refused(Form.STRATEGIC, pod, "{spec: {containers: [{image: x}]}}", Problem.MALFORMED);
        refused(Form.STRATEGIC, pod, "{spec: {$patch: explode}}", Problem.MALFORMED);
        refused(Form.STRATEGIC, pod, "{spec: {containers: [5]}}", Problem.MALFORMED);
        refused(
                Form.STRATEGIC,
                pod,
                "{spec: {$setElementOrder/containers: [{name: z}], containers: [{name: a}]}}",
                Problem.MALFORMED);
        refused(Form.STRATEGIC, pod, "[]", Problem.MALFORMED);
    }

    @Test
    void applyingAMergeTwiceIsApplyingItOnce(Seed seed) {
        Chance chance = seed.chance();
        for (int round = 0; round < 1000; round++) {
            JsonObject object = StrategicPatch.plain(object(chance, 3)).object().orElseThrow();
            JsonObject patch = StrategicPatch.plain(object(chance, 3)).object().orElseThrow();
            JsonObject once = Patches.apply(Form.MERGE, object, patch, Schema.anything());

            assertThat(Patches.apply(Form.MERGE, once, patch, Schema.anything())).isEqualTo(once);
            assertThat(Patches.apply(Form.MERGE, object, JsonObject.empty(), Schema.anything()))
                    .isEqualTo(object);
            JsonObject strategic = Patches.apply(Form.STRATEGIC, object, patch, Schema.anything());
            assertThat(Patches.apply(Form.STRATEGIC, strategic, patch, Schema.anything()))
                    .isEqualTo(strategic);
        }
    }

    @Test
    void hostilePatchesAreRefusedAndNothingWorse(Seed seed) {
        Chance chance = seed.chance();
        for (int round = 0; round < 2000; round++) {
            JsonObject object = object(chance, 4);
            Json patch = round % 3 == 0 ? operations(chance) : object(chance, 4);
            for (Form form : Form.values()) {
                try {
                    Patches.apply(form, object, patch, POD);
                } catch (PatchException refusal) {
                    assertThat(refusal.getMessage()).isNotBlank();
                }
            }
        }
    }

    private static JsonArray operations(Chance chance) {
        String[] words = {"add", "remove", "replace", "move", "copy", "test", "x"};
        String[] paths = {
            "", "/", "/a", "/a/b", "/a/0", "/spec/containers/-", "/b/~", "x", "/a/-1"
        };
        var operations = new ArrayList<Json>();
        for (int i = chance.below(5); i >= 0; i--) {
            operations.add(
                    JsonObject.builder()
                            .put("op", words[chance.below(words.length)])
                            .put("path", paths[chance.below(paths.length)])
                            .put("from", paths[chance.below(paths.length)])
                            .put("value", object(chance, 2))
                            .build());
        }
        return JsonArray.of(operations);
    }

    private static JsonObject object(Chance chance, int depth) {
        String[] names = {
            "a",
            "b",
            "spec",
            "containers",
            "name",
            "$patch",
            "$retainKeys",
            "env",
            "$setElementOrder/containers",
            "$deleteFromPrimitiveList/finalizers",
            "finalizers",
            "metadata"
        };
        var object = JsonObject.builder();
        for (int i = chance.below(5); i > 0; i--) {
            String name = names[chance.below(names.length)];
            if (depth < 3 || !name.startsWith("$")) {
                object.put(name, value(chance, depth - 1));
            }
        }
        return object.build();
    }

    private static Json value(Chance chance, int depth) {
        return switch (chance.below(depth <= 0 ? 3 : 5)) {
            case 0 -> Json.of(new String[] {"delete", "replace", "merge", "x"}[chance.below(4)]);
            case 1 -> Json.of(chance.below(3));
            case 2 -> JsonNull.NULL;
            case 3 -> object(chance, depth);
            default -> JsonArray.of(value(chance, depth - 1), value(chance, depth - 1));
        };
    }

    private static JsonObject json(String object, String patch) {
        return Patches.apply(Form.JSON, tree(object), any(patch), Schema.anything());
    }

    private static JsonObject strategic(String object, String patch) {
        return Patches.apply(Form.STRATEGIC, tree(object), any(patch), POD);
    }

    private static void refused(Form form, String object, String patch, Problem problem) {
        assertThatThrownBy(() -> Patches.apply(form, tree(object), any(patch), POD))
                .as(patch)
                .isInstanceOfSatisfying(
                        PatchException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(problem));
    }

    private static JsonObject tree(String yaml) {
        return any(yaml).object().orElseThrow();
    }

    private static Json any(String yaml) {
        return JsonText.read(JsonText.write(Yaml.read(yaml).getFirst().value()));
    }
}
