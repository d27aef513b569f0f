package dev.weft.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class YamlTest {
    private static final String[] TEXTS = {
        "",
        " ",
        "a",
        "yes",
        "No",
        "on",
        "null",
        "~",
        "1",
        "1.5",
        "0x1f",
        "1e3",
        "-",
        "- a",
        "a: b",
        "a:b",
        "#x",
        "a #b",
        "a#b",
        "'",
        "\"",
        "\\",
        "a\nb",
        "a\nb\n",
        "a\n\n",
        "\n",
        " a\nb",
        "a \nb",
        "tab\there",
        "{a}",
        "[b]",
        "&x",
        "*y",
        "!z",
        "%p",
        "@q",
        "`r`",
        "|",
        ">",
        "é",
        "日本",
        "\u0001",
        "2001-01-01",
        "12:30",
        "=",
        "<<",
        "a\r\nb",
        "trailing ",
        ".5",
        "+1",
        "0o17",
        "0644",
        "\uD83D\uDE00",
        "---",
        "...",
        "?",
        "? x",
        ":",
        ": x",
        "a\u2028b",
        "true",
        "\ufeffx",
        "k8s.io/name",
        "25%"
    };

    @Test
    void plainWordsAreReadAsKubernetesToolsReadThem() {
        JsonObject read =
                one(
                        """
                        yes: yes
                        off: off
                        octal: 0644
                        hex: 0x10
                        quoted: "yes"
                        text: 'on'
                        date: 2001-01-01
                        nothing: ~
                        empty:
                        big: 123456789012345678901234567890
                        under: 1_000
                        1: one
                        tagged: !!str 12
                        """);

        assertThat(read.flag("true")).contains(true);
        assertThat(read.flag("false")).contains(false);
        assertThat(read.whole("octal")).contains(420L);
        assertThat(read.whole("hex")).contains(16L);
        assertThat(read.text("quoted")).contains("yes");
        assertThat(read.text("text")).contains("on");
        assertThat(read.text("date")).contains("2001-01-01");
        assertThat(read.field("nothing")).contains(JsonNull.NULL);
        assertThat(read.field("empty")).contains(JsonNull.NULL);
        assertThat(read.text("1")).contains("one");
        assertThat(read.whole("under")).contains(1000L);
        assertThat(read.text("tagged")).contains("12");
    }

    @Test
    void aStreamGivesItsDocumentsWithTheirLines() {
        List<Yaml.Document> documents =
                Yaml.read("# first\na: 1\n---\n---\nb: 2\n...\n---\nc: 3\n");

        assertThat(documents).extracting(Yaml.Document::line).containsExactly(2, 5, 8);
    }

    @Test
    void aFieldThatIsGivenTwiceIsTold() {
        assertThat(Yaml.read("a: {b: 1, b: 2}\nc: [{d: 1, d: 1}]\n").getFirst().duplicates())
                .containsExactly("a.b", "c[0].d");
    }

    @Test
    void mergedMapsGiveWhatIsNotThere() {
        JsonObject read = one("base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\n");

        assertThat(read.whole("more", "x")).contains(1L);
        assertThat(read.whole("more", "y")).contains(3L);
    }

    @Test
    void whatIsWrittenIsReadBack(Seed seed) {
        Chance chance = seed.chance();
        for (int round = 0; round < 500; round++) {
            Json value = value(chance, 4);
            String text = Yaml.write(value);
            if (value == JsonNull.NULL) {
                continue;
            }
            assertThat(Yaml.read(text)).as(text).hasSize(1);
            assertThat(Yaml.read(text).getFirst().value()).as(text).isEqualTo(value);
        }
    }

    @Test
    void hostileTextsAreRefusedAndNothingWorse(Seed seed) {
        Chance chance = seed.chance();
        var hostile = new ArrayList<String>();
        hostile.add("[".repeat(20_000));
        hostile.add("{a: ".repeat(5_000));
        hostile.add("- ".repeat(5_000));
        hostile.add("a: &a [*a]");
        hostile.add("? [a, b]\n: c\n");
        hostile.add("a: !!java/object x");
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append(("*a" + (i - 1) + ",").repeat(10)).append("x]\n");
        }
        hostile.add(bomb.toString());
        for (int i = 0; i < 500; i++) {
            var text = new StringBuilder();
            for (int j = 0; j < 30; j++) {
                text.append("a:-[]{}&*!|>'\"%@` \n\t#?,".charAt(chance.below(23)));
            }
            hostile.add(text.toString());
        }
        for (String text : hostile) {
            try {
                Yaml.read(text);
            } catch (MalformedException refusal) {
                assertThat(refusal.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void aMistakeIsToldWithItsLine() {
        assertThatThrownBy(() -> Yaml.read("a: 1\nb: [1\nc: 2\n"))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("yaml: line ");
    }

    private static JsonObject one(String text) {
        return Yaml.read(text).getFirst().value().object().orElseThrow();
    }

    private static Json value(Chance chance, int depth) {
        return switch (chance.below(depth == 0 ? 4 : 6)) {
            case 0 -> Json.of(TEXTS[chance.below(TEXTS.length)]);
            case 1 -> Json.of(chance.below(2) == 0);
            case 2 -> Json.of(chance.below(100_000) - 50_000);
            case 3 -> JsonNull.NULL;
            case 4 -> {
                var object = JsonObject.builder();
                for (int i = chance.below(4); i > 0; i--) {
                    object.put(TEXTS[chance.below(TEXTS.length)], value(chance, depth - 1));
                }
                yield object.build();
            }
            default -> {
                var items = new ArrayList<Json>();
                for (int i = chance.below(4); i > 0; i--) {
                    items.add(value(chance, depth - 1));
                }
                yield JsonArray.of(items);
            }
        };
    }
}
