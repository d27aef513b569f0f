package dev.weft.dataplane.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.HeadParser.Progress;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class HeadParserTest {
    private static final String HEAD =
            "POST /a/b?c=d HTTP/1.1\r\nHost: Shop.Example:80\r\nContent-Length: 12\r\n"
                    + "X-Empty:\r\nX-Spaces:  \t v a l \t \r\nConnection: close, X-Empty\r\n\r\n";

    private static Progress feed(Head head, byte[] bytes, int from, int to) {
        head.append(bytes, from, to);
        return HeadParser.request(head, 64 * 1024);
    }

    private static Head parsed(String text) {
        var head = new Head();
        byte[] bytes = Head.ascii(text);
        assertThat(feed(head, bytes, 0, bytes.length)).isEqualTo(Progress.COMPLETE);
        return head;
    }

    private static void check(Head head) {
        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.path()).isEqualTo("/a/b");
        assertThat(head.query()).isEqualTo("c=d");
        assertThat(head.host()).isEqualTo("Shop.Example");
        assertThat(head.contentLength()).isEqualTo(12);
        assertThat(head.value("x-EMPTY")).contains("");
        assertThat(head.value("X-Spaces")).contains("v a l");
        assertThat(head.close).isTrue();
        assertThat(head.nominates).isTrue();
    }

    @Test
    void readsAHeadWholeAndInPiecesAlike() {
        check(parsed(HEAD));
        byte[] bytes = Head.ascii(HEAD);
        for (int cut = 1; cut < bytes.length; cut++) {
            var head = new Head();
            assertThat(feed(head, bytes, 0, cut)).as("cut at %d", cut).isEqualTo(Progress.MORE);
            assertThat(feed(head, bytes, cut, bytes.length)).isEqualTo(Progress.COMPLETE);
            check(head);
        }
        var slow = new Head();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(feed(slow, bytes, i, i + 1)).isEqualTo(Progress.MORE);
        }
        assertThat(feed(slow, bytes, bytes.length - 1, bytes.length)).isEqualTo(Progress.COMPLETE);
        check(slow);
    }

    @Test
    void stopsWhereTheHeadEnds() {
        Head head = parsed(HEAD + "the body, which is not the head's\r\n\r\n");
        assertThat(head.at).isEqualTo(HEAD.length());
        check(head);
    }

    @Test
    void anAbsoluteTargetTakesThePlaceOfTheHost() {
        Head head = parsed("GET HTTP://Other:90?q HTTP/1.1\r\nHost: other:90\r\n\r\n");
        assertThat(head.host()).isEqualTo("Other");
        assertThat(head.path()).isEqualTo("/");
        assertThat(head.query()).isEqualTo("q");
        assertThat(head.headers().all("host")).containsExactly("Other:90");
        assertThat(parsed("GET http://a/b/c HTTP/1.1\r\nHost: a\r\n\r\n").path()).isEqualTo("/b/c");
    }

    @Test
    void randomBytesEndInAnAnswerAndNeverInAnException(Seed seed) {
        Chance chance = seed.chance();
        String alphabet =
                "GETPOST /?:,;.ab019\r\n\r\n\t\0\u007f\u00e4[]#%HTTP/1.1hostcontent-length";
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Head.ascii(HEAD);
            int changes = 1 + chance.below(5);
            for (int i = 0; i < changes; i++) {
                bytes[chance.below(bytes.length)] =
                        (byte) alphabet.charAt(chance.below(alphabet.length()));
            }
            var whole = new Head();
            Progress atOnce = feed(whole, bytes, 0, bytes.length);
            var pieces = new Head();
            Progress inPieces = Progress.MORE;
            for (int at = 0; at < bytes.length && inPieces == Progress.MORE; ) {
                int to = Math.min(bytes.length, at + 1 + chance.below(30));
                inPieces = feed(pieces, bytes, at, to);
                at = to;
            }
            if (inPieces == Progress.MORE && atOnce == Progress.BAD) {
                // a line that came in pieces is looked at when it ends
                inPieces = feed(pieces, new byte[] {'\n'}, 0, 1);
            }
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(inPieces).as(text).isEqualTo(atOnce);
            if (atOnce == Progress.COMPLETE) {
                assertThat(pieces.headers().toString()).isEqualTo(whole.headers().toString());
                assertThat(pieces.path()).isEqualTo(whole.path());
                assertThat(pieces.host()).isEqualTo(whole.host());
                assertThat(pieces.contentLength()).isEqualTo(whole.contentLength());
            }
        }
    }
}
