package dev.weft.dataplane.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.tcp.FirstBytes.Protocol;
import dev.weft.testkit.SimulatedClock;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstBytesTest {
    private static Protocol of(String text) {
        return FirstBytes.of(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1, HTTP_1",
        "CONNECT a:443 HTTP/1.1, HTTP_1",
        "M-SEARCH * HTTP/1.1, HTTP_1",
        "GET /path HT, UNDECIDED",
        "GET, UNDECIDED",
        "GET key, UNDECIDED",
        "GET key~, OPAQUE",
        "GET key x, OPAQUE",
        "PRI * HTTP/2.0, UNDECIDED",
        "PRI * HTTP/1.1, HTTP_1",
        "EHLO mail~, OPAQUE",
        "*3~, OPAQUE",
        "get /, OPAQUE",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ, OPAQUE"
    })
    void textIsTold(String text, Protocol protocol) {
        assertThat(of(text.replace('~', '\r'))).isEqualTo(protocol);
    }

    @Test
    void bytesAreTold() {
        assertThat(of("")).isEqualTo(Protocol.UNDECIDED);
        assertThat(of("\u0016")).isEqualTo(Protocol.UNDECIDED);
        assertThat(of("\u0016\u0003\u0001")).isEqualTo(Protocol.TLS);
        assertThat(of("\u0016\u0002")).isEqualTo(Protocol.OPAQUE);
        assertThat(of("\u0000")).isEqualTo(Protocol.OPAQUE);
        assertThat(of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(Protocol.HTTP_2);
        assertThat(of("GET /" + "x".repeat(2000))).isEqualTo(Protocol.HTTP_1);
    }

    @Test
    void aVerdictIsForgotten() {
        var clock = new SimulatedClock();
        var verdicts = new Verdicts(clock);
        assertThat(verdicts.serverFirst("mail")).isFalse();
        verdicts.sawServerFirst("mail");
        assertThat(verdicts.serverFirst("mail")).isTrue();
        clock.advance(Verdicts.KEPT);
        assertThat(verdicts.serverFirst("mail")).isFalse();
    }
}
