package dev.weft.dataplane.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.HeadParser.Progress;
import dev.weft.dataplane.http.body.ChunkDecoder;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Heads and chunks made by chance from pieces that matter, then bent: whatever they are, they are
 * read the same however they arrive, and what was accepted is written so that it reads the same.
 */
@ExtendWith(Seeds.class)
class FramingFuzzTest {
    private static final int ROUNDS = 1500;
    private static final int HEAD_MAX = 4096;

    private static final List<String> STARTS =
            List.of(
                    "GET / HTTP/1.1",
                    "POST /a/../b%2f%41?x=/.. HTTP/1.1",
                    "PUT http://a:80/x HTTP/1.1",
                    "GET //x/./%2e%2E/y HTTP/1.0",
                    "OPTIONS * HTTP/1.1",
                    "CONNECT a:80 HTTP/1.1",
                    "GET / HTTP/2.0",
                    "HTTP/1.1 200 OK",
                    "HTTP/1.0 304 ",
                    "HTTP/1.1 103 Early");
    private static final List<String> FIELDS =
            List.of(
                    "Host: a",
                    "Host: [::1]:80",
                    "hOST:a.b.:65535",
                    "Content-Length: 5",
                    "content-length:005",
                    "Content-Length: 5, 5",
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding:\tCHUNKED ",
                    "Transfer-Encoding: gzip",
                    "Connection: close, x",
                    "Connection: upgrade",
                    "Upgrade: websocket",
                    "Expect: 100-continue",
                    "X: y",
                    "X-Long: " + "v".repeat(40),
                    " folded",
                    "X : y",
                    "");
    private static final List<String> CHUNKS =
            List.of(
                    "5\r\nhello\r\n",
                    "1;a=b\r\nx\r\n",
                    "a\r\n0123456789\r\n",
                    "0\r\n",
                    "\r\n",
                    "X-Sum: 1\r\n",
                    "Content-Length: 9\r\n",
                    "00000001\r\ny\r\n",
                    "FFFFFFFFF\r\n",
                    "5 \r\nhello\r\n");
    private static final String BENT = "\r\n\0 \t:;,%/\\.\"\u007f\u00e4;=0aF-+x";

    @Test
    void headsAreReadTheSameHoweverTheyArrive(Seed seed) {
        Chance chance = seed.chance();
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bend(head(chance), chance);
            boolean request = bytes.length > 0 && bytes[0] != 'H';
            Head whole = new Head();
            Progress progress = feed(whole, bytes, bytes.length, request);
            String expected = text(whole, progress);
            for (int cut = 1; cut < bytes.length; cut++) {
                Head pieces = new Head();
                Progress first = feed(pieces, bytes, cut, request);
                Progress then =
                        first == Progress.MORE ? feed(pieces, bytes, bytes.length, request) : first;
                assertThat(text(pieces, then))
                        .as("%s, cut at %d: %s", seed, cut, shown(bytes))
                        .isEqualTo(expected);
            }
            if (progress == Progress.COMPLETE) {
                accepted++;
                checkWritten(whole, request, seed, bytes);
            }
        }
        assertThat(accepted).as("%s", seed).isPositive();
    }

    /** What was accepted is written so that it is accepted again, and means the same. */
    private static void checkWritten(Head head, boolean request, Seed seed, byte[] bytes) {
        if (request && head.host().isEmpty()) {
            // HTTP/1.0 without a host gets one from its connection
            Framing.addHost(head, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80));
        }
        ByteBuf out = Unpooled.buffer();
        HeadWriter.write(head, out);
        out.writeShort('\r' << 8 | '\n');
        byte[] written = new byte[out.readableBytes()];
        out.readBytes(written);
        Head again = new Head();
        assertThat(feed(again, written, written.length, request))
                .as("%s: %s became %s", seed, shown(bytes), shown(written))
                .isEqualTo(Progress.COMPLETE);
        assertThat(text(again, Progress.COMPLETE))
                .as("%s: %s became %s", seed, shown(bytes), shown(written))
                .isEqualTo(text(head, Progress.COMPLETE));
    }

    @Test
    void chunksAreReadTheSameHoweverTheyArrive(Seed seed) {
        Chance chance = seed.chance();
        for (int round = 0; round < ROUNDS; round++) {
            var made = new StringBuilder();
            for (int i = chance.below(5); i >= 0; i--) {
                made.append(chance.pick(CHUNKS));
            }
            byte[] bytes = bend(made.append("0\r\n\r\nrest").toString(), chance);
            String expected = decoded(bytes, bytes.length);
            for (int cut = 1; cut < bytes.length; cut++) {
                assertThat(decoded(bytes, cut))
                        .as("%s, cut at %d: %s", seed, cut, shown(bytes))
                        .isEqualTo(expected);
            }
        }
    }

    private static String decoded(byte[] bytes, int cut) {
        var decoder = new ChunkDecoder();
        var data = new ByteArrayOutputStream();
        ByteBuf first = Unpooled.wrappedBuffer(bytes, 0, cut);
        ChunkDecoder.Found found = drain(decoder, first, data);
        int left = first.readableBytes() + bytes.length - cut;
        if (found == ChunkDecoder.Found.MORE) {
            ByteBuf second = Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut);
            found = drain(decoder, second, data);
            left = second.readableBytes();
        }
        return found
                + (found == ChunkDecoder.Found.END ? " with " + left + " left" : "")
                + ": "
                + data.toString(StandardCharsets.ISO_8859_1);
    }

    private static ChunkDecoder.Found drain(
            ChunkDecoder decoder, ByteBuf buf, ByteArrayOutputStream data) {
        while (true) {
            ChunkDecoder.Found found = decoder.step(buf);
            if (found != ChunkDecoder.Found.DATA) {
                return found;
            }
            int length = decoder.data(buf);
            for (int i = 0; i < length; i++) {
                data.write(buf.readByte());
            }
            decoder.took(length);
        }
    }

    private static String head(Chance chance) {
        var made = new StringBuilder(chance.pick(STARTS)).append("\r\n");
        if (chance.percent(80)) {
            made.append("Host: a\r\n");
        }
        for (int i = chance.below(5); i > 0; i--) {
            made.append(chance.pick(FIELDS)).append("\r\n");
        }
        return made.append("\r\n").toString();
    }

    /** Changes, drops or doubles a few bytes, or none. */
    private static byte[] bend(String text, Chance chance) {
        var bent = new StringBuilder(text);
        for (int i = chance.below(4); i > 0 && bent.length() > 1; i--) {
            int at = chance.below(bent.length());
            switch (chance.below(3)) {
                case 0 -> bent.setCharAt(at, BENT.charAt(chance.below(BENT.length())));
                case 1 -> bent.deleteCharAt(at);
                default -> bent.insert(at, BENT.charAt(chance.below(BENT.length())));
            }
        }
        return bent.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Progress feed(Head head, byte[] bytes, int upTo, boolean request) {
        head.append(bytes, head.limit, upTo);
        return request ? HeadParser.request(head, HEAD_MAX) : HeadParser.answer(head, HEAD_MAX);
    }

    private static String text(Head head, Progress progress) {
        return switch (progress) {
            case MORE -> "MORE";
            case BAD -> "BAD " + head.problemStatus + " " + head.problem;
            case COMPLETE ->
                    (head.status == 0
                                    ? head.method() + " " + head.path() + " " + head.query()
                                    : head.status + "")
                            + (head.status == 0 ? " for " + head.host() + head.hostPort() : "")
                            + " length "
                            + head.contentLength
                            + (head.chunked ? " chunked" : "")
                            + (head.close ? " close" : "")
                            + (head.upgrade ? " upgrade" : "")
                            + " "
                            + sorted(head);
        };
    }

    private static List<String> sorted(Head head) {
        List<String> fields = new ArrayList<>();
        head.headers()
                .forEach((name, value) -> fields.add(name.toLowerCase(Locale.ROOT) + "=" + value));
        fields.sort(null);
        return fields;
    }

    private static String shown(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\0", "\\0");
    }
}
