package dev.weft.dataplane.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http2.hpack.HpackDecoder.Result;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Header blocks there and back, the standard's own examples, and bytes of no meaning. */
@ExtendWith(Seeds.class)
class HpackTest {
    private static final int LIST_MAX = 64 * 1024;

    private final HpackDecoder decoder = new HpackDecoder();
    private Result result = Result.BROKEN;

    private List<String> decoded(byte[] block) {
        Head head = Head.empty();
        List<String> fields = new ArrayList<>();
        result =
                decoder.decode(
                        block,
                        0,
                        block.length,
                        head,
                        LIST_MAX,
                        (start, nameEnd, valueStart, valueEnd, id) ->
                                fields.add(
                                        text(head, start, nameEnd)
                                                + "="
                                                + text(head, valueStart, valueEnd)));
        return fields;
    }

    private static String text(Head head, int from, int to) {
        return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    private List<String> decoded(String hex) {
        return decoded(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void readsTheStandardsRequestsWithHuffmanCode() {
        assertThat(decoded("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
                .containsExactly(
                        ":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com");
        assertThat(decoded("8286 84be 5886 a8eb 1064 9cbf"))
                .containsExactly(
                        ":method=GET",
                        ":scheme=http",
                        ":path=/",
                        ":authority=www.example.com",
                        "cache-control=no-cache");
        assertThat(decoded("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
                .containsExactly(
                        ":method=GET",
                        ":scheme=https",
                        ":path=/index.html",
                        ":authority=www.example.com",
                        "custom-key=custom-value");
    }

    @Test
    void aTableThatGrowsBeyondItsBoundForgetsTheOldest() {
        assertThat(decoded("3f09 4001 6101 31 4001 6201 32")).containsExactly("a=1", "b=2");
        // 40 bytes hold one field of 34, so the first has gone
        assertThat(decoded("be")).containsExactly("b=2");
        assertThat(decoded("bf")).isEmpty();
        assertThat(result).isEqualTo(Result.BROKEN);
    }

    @Test
    void whatIsEncodedIsDecodedWhateverItIs(Seed seed) {
        Chance chance = seed.chance();
        var encoder = new HpackEncoder();
        for (int round = 0; round < 2000; round++) {
            if (chance.below(50) == 0) {
                encoder.peerTableMax(chance.below(5000));
            }
            ByteBuf block = Unpooled.buffer();
            encoder.begin(block);
            List<String> given = new ArrayList<>();
            int count = 1 + chance.below(12);
            for (int i = 0; i < count; i++) {
                String name = name(chance);
                byte[] value = value(chance);
                byte[] nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
                encoder.field(block, nameBytes, 0, nameBytes.length, value, 0, value.length);
                given.add(
                        name.toLowerCase(Locale.ROOT)
                                + "="
                                + new String(value, StandardCharsets.ISO_8859_1));
            }
            byte[] bytes = new byte[block.readableBytes()];
            block.readBytes(bytes).release();
            assertThat(decoded(bytes)).isEqualTo(given);
            assertThat(result).isEqualTo(Result.COMPLETE);
        }
    }

    private static String name(Chance chance) {
        String[] known = {"accept", "Content-Type", "cookie", "x-request-id", "Via", "a", "te"};
        return chance.below(3) == 0 ? "x-" + chance.below(40) : known[chance.below(known.length)];
    }

    private static byte[] value(Chance chance) {
        byte[] value = new byte[chance.below(chance.below(10) == 0 ? 300 : 30)];
        boolean often = chance.below(2) == 0;
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (often ? 'a' + i % 26 : chance.below(256));
        }
        return value;
    }

    @Test
    void bytesOfNoMeaningEndInAnAnswerAndNeverInAnException(Seed seed) {
        Chance chance = seed.chance();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[chance.below(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) chance.below(256);
            }
            var unused = decoded(bytes);
            assertThat(result).isNotNull();
        }
    }
}
