package dev.weft.api.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.request.Asking.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever somebody writes into a definition, and into an object of its kind, is taken or refused
 * in words: no 5xx, no trace of our own code, no end of the memory, no answer that never comes.
 */
final class HostileDefinitionsTest extends OverHttp {
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final List<String> RULES =
            List.of(
                    "self == self",
                    "self.size() > 1",
                    "self.all(x, self.all(y, self.all(z, x == y)))",
                    "self.matches('(a|b)*(c|d)*$')",
                    "self.foo.bar == oldSelf",
                    "has(self.a) && self.a > 99999999999999999999",
                    "self.a.b.c.d.e.f",
                    "[self, self, self].map(x, [x, x]).flatten().size() > 1",
                    "'%s'.format([self]) == self",
                    "quantity(self).isGreaterThan(quantity('1e99'))",
                    "true",
                    "",
                    "self.replace('', self) == self",
                    "((((((((((self))))))))))");
    private static final List<String> WORDS =
            List.of(
                    "type",
                    "properties",
                    "items",
                    "additionalProperties",
                    "maxItems",
                    "minItems",
                    "maxLength",
                    "minimum",
                    "maximum",
                    "multipleOf",
                    "maxProperties",
                    "enum",
                    "pattern",
                    "format",
                    "default",
                    "required",
                    "nullable",
                    "anyOf",
                    "allOf",
                    "oneOf",
                    "not",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-embedded-resource",
                    "x-kubernetes-int-or-string",
                    "x-kubernetes-list-type",
                    "x-kubernetes-list-map-keys",
                    "x-kubernetes-map-type",
                    "x-kubernetes-validations",
                    "exclusiveMaximum",
                    "uniqueItems",
                    "description",
                    "example",
                    "externalDocs",
                    "$ref");

    @Test
    void anySchemaIsTakenOrRefusedAndSoIsAnyObject() {
        long seed = Long.getLong("seed", 20261121L);
        System.getLogger("seed").log(System.Logger.Level.INFO, "-Dseed={0}", Long.toString(seed));
        var chance = new SplittableRandom(seed);
        int taken = 0;
        for (int i = 0; i < 120; i++) {
            JsonObject schema = root(chance);
            if (isTaken(admin.post(DEFINITIONS + "?dryRun=All", definition(schema)), schema)) {
                taken++;
                if (taken % 8 == 0) {
                    objects(schema, chance);
                }
            }
        }
        assertThat(taken).isGreaterThan(10);
    }

    @Test
    void schemasThatAreMadeToHurtAreTakenOrRefused() {
        for (String schema : hostile()) {
            String text = DEFINITION.replace("SCHEMA", schema);
            answered(admin.post(DEFINITIONS + "?dryRun=All", text), cut(schema));
        }
    }

    @Test
    void numbersAreNotWrittenOut() {
        JsonObject schema =
                tree(
                        """
                        {"type": "object", "properties": {
                         "i": {"type": "integer", "maximum": 5, "multipleOf": 3},
                         "n": {"type": "number", "multipleOf": 0.1, "minimum": 1},
                         "l": {"type": "integer", "format": "int32"},
                         "q": {"x-kubernetes-int-or-string": true},
                         "any": {"x-kubernetes-preserve-unknown-fields": true}}}
                        """);
        define(schema);
        for (String number :
                List.of(
                        "1e999999999",
                        "-1e999999999",
                        "1e-999999999",
                        "1e2147483647",
                        "1e-2147483648",
                        "9".repeat(900),
                        "9".repeat(5_000),
                        "0." + "3".repeat(900),
                        "-0",
                        "-0.0e5")) {
            for (String field : List.of("i", "n", "l", "q", "any")) {
                String object =
                        "{\"apiVersion\":\"fuzz.example.com/v1\",\"kind\":\"Fuzz\","
                                + "\"metadata\":{\"name\":\"a\"},\""
                                + field
                                + "\":"
                                + number
                                + "}";
                answered(admin.post(path() + "?dryRun=All", object), field + " " + cut(number));
                answered(
                        admin.send("POST", path() + "?dryRun=All", "application/yaml", object),
                        field + " in YAML " + cut(number));
            }
        }
        remove();
    }

    private static final String DEFINITION =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "fuzzes.fuzz.example.com"},
             "spec": {"group": "fuzz.example.com", "scope": "Namespaced",
              "names": {"plural": "fuzzes", "singular": "fuzz", "kind": "Fuzz", "listKind": "FuzzList"},
              "versions": [{"name": "v1", "served": true, "storage": true,
               "schema": {"openAPIV3Schema": SCHEMA}}]}}
            """;

    /** Schemas of which each goes for one weakness. */
    private static List<String> hostile() {
        var all = new ArrayList<String>();
        deep(all);
        patterned(all);
        bounded(all);
        large(all);
        return all;
    }

    private static void deep(List<String> all) {
        for (int depth : List.of(50, 190, 205, 480, 2_000, 100_000)) {
            String open = "{\"type\":\"object\",\"properties\":{\"a\":";
            all.add(open.repeat(depth) + "{\"type\":\"string\"}" + "}}".repeat(depth));
            String list = "{\"type\":\"array\",\"items\":";
            all.add(spec(list.repeat(depth) + "{\"type\":\"string\"}" + "}".repeat(depth)));
            String not = "{\"not\":";
            all.add(spec(not.repeat(depth) + "{}" + "}".repeat(depth)));
            all.add(field("\"default\":" + "[".repeat(depth) + "]".repeat(depth)));
        }
    }

    private static void patterned(List<String> all) {
        for (String pattern :
                List.of(
                        "(".repeat(50_000),
                        "(".repeat(20_000) + ")".repeat(20_000),
                        "(a{1000}){1000}",
                        "((a{1,1000}){1,1000}){1,1000}",
                        "a{99999999999}",
                        "[" + "a-z".repeat(50_000) + "]",
                        "a|".repeat(100_000),
                        "(?P<a>x)(?P<a>y)",
                        "\\\\Q" + "x".repeat(100_000),
                        "\\\\pL\\\\p{Foo}",
                        "(a+)+$")) {
            all.add(spec("{\"type\":\"string\",\"pattern\":\"" + pattern + "\"}"));
            all.add(rule("{\"type\":\"string\"", "self.matches('" + pattern + "')"));
            all.add(
                    spec(
                            "{\"type\":\"string\",\"pattern\":\""
                                    + pattern
                                    + "\",\"default\":\""
                                    + "ab".repeat(50_000)
                                    + "\"}"));
        }
    }

    private static void bounded(List<String> all) {
        for (String number :
                List.of("-1", "1.5", "1e999999999", "9".repeat(500), "null", "\"1\"", "[]")) {
            for (String word : List.of("maxItems", "minItems")) {
                all.add(
                        rule(
                                "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\""
                                        + word
                                        + "\":"
                                        + number,
                                "self.all(x, x > 1)"));
            }
            all.add(spec("{\"type\":\"string\",\"maxLength\":" + number + "}"));
            all.add(
                    spec(
                            "{\"type\":\"integer\",\"multipleOf\":"
                                    + number
                                    + ",\"default\":7,"
                                    + "\"minimum\":"
                                    + number
                                    + "}"));
        }
    }

    private static void large(List<String> all) {
        String names = "{\"type\":\"string\"},\"f".repeat(5_000);
        all.add(
                spec(
                        "{\"type\":\"object\",\"properties\":{\"f"
                                + numbered(names)
                                + "\":{\"type\":\"string\"}}}"));
        all.add(spec("{\"type\":\"string\",\"enum\":[" + "\"a\",".repeat(50_000) + "\"b\"]}"));
        all.add(
                spec(
                        "{\"type\":\"string\",\"x-kubernetes-validations\":["
                                + "{\"rule\":\"self == 'a'\"},".repeat(2_000)
                                + "{\"rule\":\"true\"}]}"));
        all.add(rule("{\"type\":\"string\"", "self == 'a' || ".repeat(3_000) + "true"));
        all.add(rule("{\"type\":\"string\"", "(".repeat(90_000)));
        all.add(rule("{\"type\":\"string\"", "[self].map(x, ".repeat(200) + "1" + ")".repeat(200)));
        all.add(
                rule(
                        "{\"type\":\"string\"",
                        "optional.of(self)" + ".optMap(x, x + x)".repeat(240) + ".hasValue()"));
        all.add(
                rule(
                        "{\"type\":\"string\"",
                        "[[self]]" + ".map(x, x + x)".repeat(120) + ".size() > 1"));
        all.add(rule("{\"type\":\"string\"", "self" + ".replace('', self)".repeat(200) + " == ''"));
        String keep =
                "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true,"
                        + "\"x-kubernetes-embedded-resource\":true,\"properties\":{\"a\":";
        all.add(
                spec(
                        keep.repeat(60)
                                + keep.replace(",\"properties\":{\"a\":", "}")
                                + "}}".repeat(60)));
    }

    private static String numbered(String names) {
        var text = new StringBuilder();
        int at = 0;
        int number = 0;
        int next;
        while ((next = names.indexOf(",\"f", at)) >= 0) {
            text.append(number).append("\":").append(names, at, next + 3);
            number++;
            at = next + 3;
        }
        return text.append(number).toString();
    }

    private static String spec(String schema) {
        return "{\"type\":\"object\",\"properties\":{\"spec\":" + schema + "}}";
    }

    private static String field(String words) {
        return spec("{\"x-kubernetes-preserve-unknown-fields\":true," + words + "}");
    }

    private static String rule(String open, String rule) {
        return spec(open + ",\"x-kubernetes-validations\":[{\"rule\":\"" + rule + "\"}]}");
    }

    private void objects(JsonObject schema, SplittableRandom chance) {
        define(schema);
        for (int i = 0; i < 4; i++) {
            JsonObject object =
                    tree(
                            "{\"apiVersion\":\"fuzz.example.com/v1\",\"kind\":\"Fuzz\","
                                    + "\"metadata\":{\"name\":\"a\"}}");
            for (String name : List.of("a", "b", "spec")) {
                object = object.with(name, value(chance, 0));
            }
            Answer answer = admin.post(path() + "?fieldValidation=Strict", JsonText.write(object));
            answered(answer, cut(schema + "\n" + object));
            answered(admin.merge(path() + "/a", "{\"spec\":" + value(chance, 0) + "}"), "patch");
            answered(admin.get(path(), TABLE), "list");
            answered(admin.delete(path() + "/a"), "delete");
        }
        answered(admin.get("/openapi/v3/apis/fuzz.example.com/v1"), "openapi");
        remove();
    }

    private void define(JsonObject schema) {
        answered(admin.post(DEFINITIONS, definition(schema)), schema.toString());
    }

    private void remove() {
        answered(admin.delete(DEFINITIONS + "/fuzzes.fuzz.example.com"), "definition");
        while (admin.get(DEFINITIONS + "/fuzzes.fuzz.example.com").status() != 404) {
            Thread.onSpinWait();
        }
    }

    private String path() {
        return "/apis/fuzz.example.com/v1/namespaces/" + namespace + "/fuzzes";
    }

    private static boolean isTaken(Answer answer, JsonObject schema) {
        answered(answer, schema.toString());
        return answer.status() == 201;
    }

    private static void answered(Answer answer, String asked) {
        assertThat(answer.status()).as("%s%n%s", asked, cut(answer.body())).isLessThan(500);
        assertThat(cut(answer.body()))
                .as(asked)
                .doesNotContain("Exception", "dev.weft.api", "java.lang");
    }

    private static String cut(String text) {
        return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
    }

    private static String definition(JsonObject schema) {
        return DEFINITION.replace("SCHEMA", JsonText.write(schema));
    }

    private static JsonObject tree(String text) {
        return JsonText.read(text).object().orElseThrow();
    }

    private static JsonObject root(SplittableRandom chance) {
        var properties = JsonObject.builder();
        for (String name : List.of("a", "b", "spec")) {
            properties.put(name, schema(chance, 0));
        }
        return JsonObject.builder()
                .put("type", "object")
                .put("properties", properties.build())
                .build();
    }

    /** Mostly a schema that can be taken; now and then any word with any value. */
    private static JsonObject schema(SplittableRandom chance, int depth) {
        String type =
                of(List.of("object", "array", "string", "integer", "number", "boolean"), chance);
        JsonObject made = JsonObject.empty().with("type", type);
        if (type.equals("object") && depth < 4) {
            made =
                    chance.nextBoolean()
                            ? made.with("additionalProperties", schema(chance, depth + 1))
                            : made.with("properties", properties(chance, depth));
        } else if (type.equals("array")) {
            JsonObject items =
                    depth < 4 ? schema(chance, depth + 1) : tree("{\"type\":\"integer\"}");
            made = made.with("items", items).with("maxItems", chance.nextInt(9));
        }
        if (chance.nextInt(3) == 0) {
            JsonObject rule = JsonObject.of("rule", Json.of(of(RULES, chance)));
            made = made.with("x-kubernetes-validations", JsonArray.of(rule));
        }
        while (chance.nextInt(6) == 0) {
            Json value = chance.nextBoolean() ? value(chance, 2) : schema(chance, depth + 2);
            made = made.with(of(WORDS, chance), value);
        }
        return made;
    }

    private static JsonObject properties(SplittableRandom chance, int depth) {
        var properties = JsonObject.builder();
        for (String name :
                List.of("a", "b", "c__d", "x-y", "namespace").subList(0, 1 + chance.nextInt(5))) {
            properties.put(name, schema(chance, depth + 1));
        }
        return properties.build();
    }

    private static Json value(SplittableRandom chance, int depth) {
        return switch (chance.nextInt(depth > 5 ? 6 : 9)) {
            case 0 -> Json.of(chance.nextLong());
            case 1 -> Json.of("a".repeat(chance.nextInt(30)));
            case 2 -> JsonNull.NULL;
            case 3 -> Json.of(chance.nextBoolean() ? "object" : "map");
            case 4 -> Json.of(chance.nextInt(10));
            case 5 -> JsonText.read(chance.nextBoolean() ? "true" : "-1.5e300");
            case 6 -> JsonArray.of(value(chance, depth + 1), value(chance, depth + 1));
            default -> {
                JsonObject object = JsonObject.empty();
                for (String name : List.of("a", "b", "c__d")) {
                    object = object.with(name, value(chance, depth + 2));
                }
                yield object;
            }
        };
    }

    private static <T> T of(List<T> list, SplittableRandom chance) {
        return list.get(chance.nextInt(list.size()));
    }
}
