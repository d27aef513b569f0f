package dev.weft.api.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import dev.weft.api.kind.Kinds;
import dev.weft.testkit.Golden;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void everyBuiltInKindIsShownAsKubectlShowsIt() {
        var out = new StringBuilder();
        for (Yaml.Document document : Yaml.read(Golden.read("table/objects.yaml"))) {
            JsonObject object = document.value().object().orElseThrow();
            Kinds.Found kind =
                    Kinds.builtIn()
                            .findByKind(
                                    object.text("apiVersion").orElseThrow(),
                                    object.text("kind").orElseThrow())
                            .orElseThrow();
            JsonObject table = Tables.head(kind, JsonObject.empty());
            JsonObject row = Tables.row(kind, object, Tables.Include.NONE, NOW);
            out.append("# ").append(object.text("kind").orElseThrow()).append('\n');
            JsonArray cells = row.array("cells");
            List<JsonObject> heads = table.array("columnDefinitions").objects();
            assertThat(cells.size()).isEqualTo(heads.size());
            for (int i = 0; i < heads.size(); i++) {
                String wide = heads.get(i).whole("priority").orElse(0L) > 0 ? " (wide)" : "";
                out.append(heads.get(i).text("name").orElseThrow())
                        .append(wide)
                        .append(": ")
                        .append(cells.item(i).text().orElseGet(cells.item(i)::toString))
                        .append('\n');
            }
        }
        Golden.assertMatches("table/objects.txt", out.toString());
    }

    @Test
    void columnsOfCustomKindsFollowTheirPaths() {
        JsonObject object =
                tree(
                        "{spec: {n: 5, list: [{name: a, v: 1}, {name: b, v: 2}], 'a.b': x}, status:"
                            + " {conditions: [{type: Ready, status: 'True'}, {type: Other, status:"
                            + " 'False'}]}}");

        assertThat(found(".spec.n", object)).containsExactly(Json.of(5));
        assertThat(found(".status.conditions[?(@.type==\"Ready\")].status", object))
                .containsExactly(Json.of("True"));
        assertThat(found(".status.conditions[?(@.type=='Other')].status", object))
                .containsExactly(Json.of("False"));
        assertThat(found(".spec.list[*].name", object)).containsExactly(Json.of("a"), Json.of("b"));
        assertThat(found(".spec.list[-1].name", object)).containsExactly(Json.of("b"));
        assertThat(found(".spec.list[?(@.v>1)].name", object)).containsExactly(Json.of("b"));
        assertThat(found(".spec.list[0:1].name", object)).containsExactly(Json.of("a"));
        assertThat(found(".spec['a.b']", object)).containsExactly(Json.of("x"));
        assertThat(found(".spec.a\\.b", object)).containsExactly(Json.of("x"));
        assertThat(found(".spec.none.there", object)).isEmpty();
    }

    @Test
    void pathsThatAreNoneFindNothingAndHarmNothing() {
        JsonObject object = tree("{a: [1, 2]}");
        for (String path :
                List.of(
                        "",
                        ".",
                        "[",
                        "]",
                        "[?(",
                        "[?()]",
                        ".a[",
                        ".a[x]",
                        "..",
                        "$",
                        "{.a",
                        "\\",
                        ".a[?(@.b==]",
                        ".a[9999999999]",
                        ".a[1:]")) {
            assertThat(JsonPath.find(path, object)).as(path).isNotNull();
        }
    }

    @Test
    void agesReadAsInKubectl() {
        assertThat(Ages.text(Duration.ofSeconds(119))).isEqualTo("119s");
        assertThat(Ages.text(Duration.ofSeconds(120))).isEqualTo("2m");
        assertThat(Ages.text(Duration.ofSeconds(599))).isEqualTo("9m59s");
        assertThat(Ages.text(Duration.ofMinutes(179))).isEqualTo("179m");
        assertThat(Ages.text(Duration.ofMinutes(181))).isEqualTo("3h1m");
        assertThat(Ages.text(Duration.ofHours(47))).isEqualTo("47h");
        assertThat(Ages.text(Duration.ofHours(49))).isEqualTo("2d1h");
        assertThat(Ages.text(Duration.ofDays(100))).isEqualTo("100d");
        assertThat(Ages.text(Duration.ofDays(800))).isEqualTo("2y70d");
        assertThat(Ages.text(Duration.ofSeconds(-5))).isEqualTo("<invalid>");
    }

    private static List<Json> found(String path, JsonObject object) {
        return new ArrayList<>(
                JsonPath.find(path, object).stream().filter(it -> it != JsonNull.NULL).toList());
    }

    private static JsonObject tree(String yaml) {
        return Yaml.read(yaml).getFirst().value().object().orElseThrow();
    }
}
