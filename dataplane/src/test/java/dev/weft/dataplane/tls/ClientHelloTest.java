package dev.weft.dataplane.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.tls.ClientHello.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    /** What the JDK's client says first. */
    private static byte[] hello(String name, String... protocols) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        if (!name.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static Reading read(byte[] bytes, int length) {
        ByteBuf buf = Unpooled.wrappedBuffer(bytes, 0, length);
        Reading reading = ClientHello.read(buf);
        assertThat(buf.readerIndex()).isZero();
        return reading;
    }

    @Test
    void namesAndProtocolsAreRead() throws Exception {
        byte[] bytes = hello("Www.Example.COM", "h2", "http/1.1");
        assertThat(read(bytes, bytes.length))
                .isEqualTo(
                        new Reading.Whole(
                                new ClientHello("www.example.com", List.of("h2", "http/1.1"))));
    }

    @Test
    void aClientNeedNotNameAnybody() throws Exception {
        byte[] bytes = hello("");
        assertThat(read(bytes, bytes.length))
                .isEqualTo(new Reading.Whole(new ClientHello("", List.of())));
    }

    @Test
    void everyBeginningOfOneIsUnfinished() throws Exception {
        byte[] bytes = hello("a.example", "h2");
        for (int length = 0; length < bytes.length; length++) {
            assertThat(read(bytes, length)).isInstanceOf(Reading.Unfinished.class);
        }
    }

    @Test
    void itMayBeCutIntoRecords() throws Exception {
        byte[] whole = hello("a.example");
        var cut = new java.io.ByteArrayOutputStream();
        for (int at = 5; at < whole.length; at += 7) {
            int length = Math.min(7, whole.length - at);
            cut.write(new byte[] {22, 3, 1, 0, (byte) length});
            cut.write(whole, at, length);
        }
        byte[] bytes = cut.toByteArray();
        assertThat(read(bytes, bytes.length))
                .isEqualTo(new Reading.Whole(new ClientHello("a.example", List.of())));
    }

    @Test
    void whatIsNotTlsIsRefusedAtItsFirstByte() {
        assertThat(read("GET / HTTP/1.1\r\n".getBytes(US_ASCII), 1))
                .isInstanceOf(Reading.Refused.class);
        assertThat(read(new byte[] {22, 2}, 2)).isInstanceOf(Reading.Refused.class);
        assertThat(read(new byte[] {22, 3, 1, 0, 0}, 5)).isInstanceOf(Reading.Refused.class);
        assertThat(read(new byte[] {22, 3, 1, 0, 4, 2, 0, 0, 0}, 9))
                .isInstanceOf(Reading.Refused.class);
    }

    @Test
    void aHelloWithoutEndIsRefused() {
        byte[] huge = new byte[9];
        System.arraycopy(new byte[] {22, 3, 1, 0x40, 0, 1, 1, 0, 0}, 0, huge, 0, 9);
        assertThat(read(huge, 9)).isInstanceOf(Reading.Refused.class);
        byte[] drops = new byte[ClientHello.BYTES_MAX * 2 + 6];
        for (int at = 0; at + 6 <= drops.length; at += 6) {
            System.arraycopy(new byte[] {22, 3, 1, 0, 1, 1}, 0, drops, at, 6);
        }
        assertThat(read(drops, drops.length)).isInstanceOf(Reading.Refused.class);
    }

    @Test
    void brokenOnesAreRefusedAndNeverThrow() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ClientHelloTest seed " + seed);
        var random = new Random(seed);
        byte[] good = hello("a.example", "h2");
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            read(bad, random.nextInt(bad.length + 1));
        }
    }
}
