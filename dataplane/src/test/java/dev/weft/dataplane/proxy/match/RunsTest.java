package dev.weft.dataplane.proxy.match;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void bytesOfAnyLengthHaveTheSameHashWhereverTheyStand() {
        for (int length = 0; length < 40; length++) {
            byte[] text = bytes("/a.É~9xyz".repeat(5).substring(0, length));
            byte[] within = bytes("##" + new String(text, ISO_8859_1) + "#########");

            assertThat(Runs.hash(within, 2, 2 + length)).isEqualTo(Runs.hash(text, 0, length));
            assertThat(Runs.same(within, 2, text, 0, length)).isTrue();
        }
    }

    @Test
    void eachByteCounts() {
        for (int length = 1; length < 40; length++) {
            byte[] text = bytes("a".repeat(length));
            for (int i = 0; i < length; i++) {
                byte[] other = text.clone();
                other[i] = 'b';

                assertThat(Runs.same(text, 0, other, 0, length)).isFalse();
                assertThat(Runs.hash(other, 0, length)).isNotEqualTo(Runs.hash(text, 0, length));
            }
        }
    }

    @Test
    void theHashOfANameDoesNotTellLargeLettersFromSmallOnes() {
        for (String name : List.of("", "A", "Api", "API.Example", "Shop.Example.COM.br")) {
            byte[] text = bytes(name);
            byte[] small = bytes(name.toLowerCase(java.util.Locale.ROOT));

            assertThat(Runs.hashOfName(text, 0, text.length))
                    .isEqualTo(Runs.hashOfName(small, 0, small.length));
        }
    }

    @Test
    void theNextSlashIsFoundAndNoneBehindTheEnd() {
        for (int place = 0; place < 30; place++) {
            byte[] text = bytes("x".repeat(place) + "/.0" + "é".repeat(30 - place) + "/");

            assertThat(Runs.slash(text, 0, text.length)).isEqualTo(place);
            assertThat(Runs.slash(text, 0, place)).isEqualTo(place);
            assertThat(Runs.slash(text, place + 1, text.length)).isEqualTo(text.length - 1);
            assertThat(Runs.slash(text, place + 1, text.length - 1)).isEqualTo(text.length - 1);
        }
    }

    @Test
    void aBlockOfAnyNumberOfPathsFindsEachAndNoOther() {
        for (int count : List.of(0, 1, 7, 8, 9, 12, 13, 64, 1000)) {
            Map<String, List<Integer>> exact = new HashMap<>();
            Map<String, List<Integer>> prefixes = new HashMap<>();
            for (int i = 0; i < count; i++) {
                (i % 2 == 0 ? exact : prefixes).put("/some/" + i, List.of(i));
            }
            byte[] block = PathBlock.of(exact, prefixes, order -> order % 3 == 0);

            for (int i = 0; i < count + 20; i++) {
                byte[] path = bytes("/some/" + i);
                int asExact =
                        PathBlock.find(
                                block, PathBlock.EXACT, path, 0, path.length, PathBlock.hash(path));
                int asPrefix =
                        PathBlock.find(
                                block,
                                PathBlock.PREFIX,
                                path,
                                0,
                                path.length,
                                PathBlock.hashOfPrefix(path));
                assertThat(asExact != 0).isEqualTo(i < count && i % 2 == 0);
                assertThat(asPrefix != 0).isEqualTo(i < count && i % 2 == 1);
                if (i < count) {
                    int key = asExact + asPrefix;
                    int route = PathBlock.route(block, PathBlock.routes(block, key));
                    assertThat(PathBlock.order(route)).isEqualTo(i);
                    assertThat(PathBlock.asksMore(route)).isEqualTo(i % 3 == 0);
                    assertThat(PathBlock.isLast(route)).isTrue();
                }
            }
            assertThat(PathBlock.some(block, 10_000)).hasSize(count);
        }
    }
}
