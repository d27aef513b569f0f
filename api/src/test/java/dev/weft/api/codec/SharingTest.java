package dev.weft.api.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharingTest {
    @Test
    void whatDidNotChangeIsTheOlderObject() {
        JsonObject before = read("{'spec':{'a':[{'x':1},{'x':2}],'b':'text'},'kind':'K'}");
        JsonObject now = read("{'spec':{'a':[{'x':1},{'x':3}],'b':'text'},'kind':'K'}");

        JsonObject shared = now.sharing(before);

        assertThat(shared).isEqualTo(now);
        assertThat(shared.array("spec", "a").item(0)).isSameAs(before.array("spec", "a").item(0));
        assertThat(shared.at("spec", "b").orElseThrow())
                .isSameAs(before.at("spec", "b").orElseThrow());
        assertThat(shared.at("kind").orElseThrow()).isSameAs(before.at("kind").orElseThrow());
    }

    @Test
    void whatIsWrittenAlikeIsTheOlderObjectAsAWhole() {
        JsonObject before = read("{'a':[1,2.50,null,true,{}],'b':{'c':'d'}}");

        assertThat(read("{'a':[1,2.50,null,true,{}],'b':{'c':'d'}}").sharing(before))
                .isSameAs(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1,'b':2} | {'b':2,'a':1}",
                "{'a':1.0} | {'a':1}",
                "{'a':[1]} | {'a':[1,1]}",
                "{'a':[1,2]} | {'a':[1]}",
                "{'a':{}} | {'a':[]}",
                "{'a':1} | {'a':1,'b':2}",
                "{'a':'1'} | {'a':1}"
            })
    void otherOrderAndOtherSpellingStayAsTheyAreWritten(String now, String before) {
        JsonObject shared = read(now).sharing(read(before));

        assertThat(shared).hasToString(read(now).toString());
    }

    @Test
    @ExtendWith(Seeds.class)
    void nothingIsLostOrMadeUpWhateverTheTwoStatesAre(Seed seed) {
        Chance random = seed.chance();
        for (int i = 0; i < 2000; i++) {
            Json before = any(random, 4);
            Json now = any(random, 4);

            assertThat(Json.sharing(now, before)).hasToString(now.toString());
        }
    }

    private static Json any(Chance random, int depth) {
        return switch (random.below(depth > 0 ? 7 : 4)) {
            case 0 -> Json.of(random.below(3));
            case 1 -> Json.of("t" + random.below(3));
            case 2 -> JsonNull.NULL;
            case 3 -> Json.of(random.percent(50));
            case 4 -> {
                JsonArray array = JsonArray.empty();
                for (int i = random.below(4); i > 0; i--) {
                    array = array.with(any(random, depth - 1));
                }
                yield array;
            }
            default -> {
                var object = JsonObject.builder();
                for (int i = random.below(4); i > 0; i--) {
                    object.put("f" + random.below(3), any(random, depth - 1));
                }
                yield object.build();
            }
        };
    }

    private static JsonObject read(String text) {
        return (JsonObject) JsonText.read(text.replace('\'', '"').getBytes(UTF_8));
    }
}
