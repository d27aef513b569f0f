package dev.weft.api.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WrittenReaderTest {
    private static final List<String> PIECES =
            List.of(
                    "a",
                    "\"",
                    "\\",
                    "/",
                    "\n",
                    "\t",
                    "\b",
                    "\f",
                    "\r",
                    "\u0001",
                    "\u001f",
                    "\u007f",
                    "ü",
                    "\uD83D\uDE00",
                    "\u2028",
                    "",
                    "u0041");

    @Test
    @ExtendWith(Seeds.class)
    void readsWhatWasWritten(Seed seed) {
        Chance random = seed.chance();
        for (int i = 0; i < 3000; i++) {
            Json written = any(random, 5);
            Json read = WrittenReader.read(JsonText.writeBytes(written));
            assertThat(read).isNotNull().isEqualTo(written).hasToString(written.toString());
        }
    }

    @Test
    @ExtendWith(Seeds.class)
    void whateverTheBytesAreNothingIsReadThatIsNoJson(Seed seed) {
        Chance random = seed.chance();
        for (int i = 0; i < 5000; i++) {
            byte[] text = JsonText.writeBytes(any(random, 3));
            for (int n = random.below(3); n >= 0 && text.length > 0; n--) {
                text[random.below(text.length)] =
                        (byte) "{}[]\",:\\0-1eu. ".charAt(random.below(15));
            }
            Json read = WrittenReader.read(text);
            // the reader of all JSON takes no escaped surrogates in names
            if (read != null && !new String(text, UTF_8).contains("\\uD")) {
                assertThat(read).hasToString(JsonText.read(text).toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 1",
                "1 ",
                "01",
                "-0",
                "-",
                "1.5",
                "1e3",
                "1234567890123456789012",
                "{",
                "[1",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "tru",
                "nulll",
                "[1}",
                "1,2",
                "\"a\nb\""
            })
    void leavesTheRestToTheReaderOfAllJson(String text) {
        assertThat(WrittenReader.read(text.getBytes(UTF_8))).isNull();
    }

    @Test
    void numbersWithAFractionAndDeepTreesAreReadAllTheSame() {
        String deep = "[".repeat(300) + "1.50" + "]".repeat(300);
        assertThat(JsonText.readWritten(deep.getBytes(UTF_8))).hasToString(deep);
    }

    @Test
    void namesAreOneObjectForAllTrees() {
        byte[] text = "{\"resourceVersionX\":1,\"ü\\n\":2}".getBytes(UTF_8);
        var one = (JsonObject) JsonText.readWritten(text);
        var other = (JsonObject) JsonText.readWritten(text.clone());
        assertThat(one.name(0)).isSameAs(other.name(0));
        assertThat(one.name(1)).isSameAs(other.name(1)).isEqualTo("ü\n");
    }

    private static Json any(Chance random, int depth) {
        return switch (random.below(depth > 0 ? 8 : 5)) {
            case 0 -> JsonNull.NULL;
            case 1 -> random.below(2) == 0 ? JsonBoolean.TRUE : JsonBoolean.FALSE;
            case 2 -> Json.of(random.next() >> (5 + random.below(58)));
            case 3, 4 -> Json.of(text(random));
            case 5 -> {
                var items = new ArrayList<Json>();
                for (int i = random.below(4); i > 0; i--) {
                    items.add(any(random, depth - 1));
                }
                yield JsonArray.of(items);
            }
            default -> {
                var fields = JsonObject.builder();
                for (int i = random.below(20); i > 0; i--) {
                    fields.put(text(random) + i, any(random, depth - 1));
                }
                yield fields.build();
            }
        };
    }

    private static String text(Chance random) {
        var text = new StringBuilder();
        for (int i = random.below(6); i > 0; i--) {
            text.append(PIECES.get(random.below(PIECES.size())));
        }
        return text.toString();
    }
}
