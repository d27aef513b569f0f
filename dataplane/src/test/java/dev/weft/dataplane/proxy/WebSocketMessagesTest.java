package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whole conversations of WebSocket, from a seed: messages in fragments with pings between them,
 * texts that are no UTF-8, sizes around every form of the length and up to 16 MiB, and the close
 * handshake. What comes back must be what was said, byte by byte.
 */
@Timeout(120)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class, Seeds.class})
class WebSocketMessagesTest {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LARGE = 16 << 20;
    private static final List<Integer> SIZES = List.of(0, 1, 125, 126, 127, 65_535, 65_536, 70_000);

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(2, ServerLimits.usual());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    /** What a client says, and what a server that says everything back answers. */
    private static final class Conversation {
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final ByteArrayOutputStream answered = new ByteArrayOutputStream();
        private final Chance chance;

        Conversation(Seed seed) {
            chance = seed.chance();
        }

        Conversation messages(int count) {
            for (int i = 0; i < count; i++) {
                int code = chance.below(2) == 0 ? TEXT : BINARY;
                int fragments = 1 + chance.below(4);
                for (int part = 0; part < fragments; part++) {
                    frame(part == fragments - 1, part == 0 ? code : 0, bytes(size()));
                    if (chance.below(3) == 0) {
                        frame(true, PING, bytes(chance.below(126)));
                    }
                }
            }
            return this;
        }

        private int size() {
            return chance.below(2) == 0
                    ? SIZES.get(chance.below(SIZES.size()))
                    : chance.below(5000);
        }

        byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i += 8) {
                long word = chance.next();
                for (int k = i; k < Math.min(count, i + 8); k++) {
                    bytes[k] = (byte) (word >>> (k - i) * 8);
                }
            }
            return bytes;
        }

        Conversation frame(boolean last, int code, byte[] payload) {
            byte[] mask = bytes(4);
            byte[] masked = payload.clone();
            for (int i = 0; i < masked.length; i++) {
                masked[i] ^= mask[i & 3];
            }
            int fin = last ? 0x80 : 0;
            said.writeBytes(head(fin | code, 0x80, payload.length));
            said.writeBytes(mask);
            said.writeBytes(masked);
            answered.writeBytes(head(fin | (code == PING ? PONG : code), 0, payload.length));
            answered.writeBytes(payload);
            return this;
        }

        Conversation close(int status, String reason) {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            byte[] payload =
                    ByteBuffer.allocate(2 + text.length).putShort((short) status).put(text).array();
            return frame(true, CLOSE, payload);
        }

        private static byte[] head(int first, int masked, int length) {
            ByteBuffer head = ByteBuffer.allocate(10).put((byte) first);
            if (length < 126) {
                head.put((byte) (masked | length));
            } else if (length < 65_536) {
                head.put((byte) (masked | 126)).putShort((short) length);
            } else {
                head.put((byte) (masked | 127)).putLong(length);
            }
            return Arrays.copyOf(head.array(), head.position());
        }
    }

    private void same(byte[] got, Conversation conversation) {
        byte[] wanted = conversation.answered.toByteArray();
        assertThat(got.length).isEqualTo(wanted.length);
        assertThat(Arrays.mismatch(got, wanted)).as("first byte that differs").isEqualTo(-1);
    }

    private void echoing() throws IOException {
        proxy.routeTo(proxy.origin(EchoFrames::serve));
    }

    private RawClient upgraded() throws IOException {
        RawClient client = proxy.client();
        client.send(
                "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(client.head().getFirst()).isEqualTo("HTTP/1.1 101 Switching Protocols");
        return client;
    }

    /** Says everything and hears everything over HTTP/1.1, at the same time. */
    private void talk(Conversation conversation) throws Exception {
        RawClient client = upgraded();
        var saying =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                client.send(conversation.said.toByteArray());
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
        same(client.exactly(conversation.answered.size()), conversation);
        saying.get(10, TimeUnit.SECONDS);
        assertThat(client.closes()).as("the end after the close handshake").isTrue();
    }

    /** The same over a stream of HTTP/2, as far as there is credit. */
    private void talkOverHttp2(Conversation conversation) throws Exception {
        RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        peer.switches(1, "/chat", "sec-websocket-version", "13");
        byte[] said = conversation.said.toByteArray();
        var got = new ByteArrayOutputStream();
        long mine = 65_535;
        long everybodys = 65_535;
        int at = 0;
        boolean stands = false;
        boolean ended = false;
        while (!ended) {
            int some =
                    (int) Math.min(16_384, Math.min(said.length - at, Math.min(mine, everybodys)));
            if (stands && some > 0) {
                peer.send(FrameType.DATA, 0, 1, Arrays.copyOfRange(said, at, at + some));
                at += some;
                mine -= some;
                everybodys -= some;
                continue;
            }
            RawPeer.Frame frame = peer.next();
            switch (frame.type()) {
                case FrameType.WINDOW_UPDATE -> {
                    int more = ByteBuffer.wrap(frame.payload()).getInt();
                    if (frame.stream() == 0) {
                        everybodys += more;
                    } else {
                        mine += more;
                    }
                }
                case FrameType.HEADERS -> {
                    assertThat(frame.field(":status")).isEqualTo("200");
                    stands = true;
                }
                case FrameType.DATA -> {
                    got.writeBytes(frame.payload());
                    ended = frame.ends();
                }
                case FrameType.RST_STREAM -> throw new IOException("reset: " + frame.code());
                default -> {}
            }
        }
        same(got.toByteArray(), conversation);
    }

    private static Conversation many(Seed seed) {
        return new Conversation(seed).messages(60).close(1000, "that is all");
    }

    private static Conversation noUtf8(Seed seed) {
        byte[] overlong = {(byte) 0xc0, (byte) 0xaf};
        byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
        byte[] half = {(byte) 0xe2, (byte) 0x82};
        byte[] rest = {(byte) 0xac};
        return new Conversation(seed)
                .frame(true, TEXT, overlong)
                .frame(true, TEXT, surrogate)
                .frame(false, TEXT, half)
                .frame(true, PING, half)
                .frame(true, 0, rest)
                .close(1007, "\u00e9");
    }

    private static Conversation large(Seed seed) {
        var conversation = new Conversation(seed);
        return conversation
                .frame(true, BINARY, conversation.bytes(LARGE))
                .frame(true, PING, new byte[0])
                .frame(true, TEXT, "small".getBytes(StandardCharsets.US_ASCII))
                .close(1000, "");
    }

    @Test
    void conversationsPassOverHttp1(Seed seed) throws Exception {
        echoing();
        talk(many(seed));
        talk(noUtf8(seed));
    }

    @Test
    void conversationsPassFromHttp2ToHttp1(Seed seed) throws Exception {
        echoing();
        talkOverHttp2(many(seed));
        talkOverHttp2(noUtf8(seed));
    }

    @Test
    void aMessageOf16MebibytesPasses(Seed seed) throws Exception {
        echoing();
        talk(large(seed));
        talkOverHttp2(large(seed));
    }

    @Test
    void anEndpointOfHttp2HearsTheSameBytes(Seed seed) throws Exception {
        Conversation conversation = many(seed);
        var heard = new CompletableFuture<byte[]>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings(8, 1);
                                    int id = peer.asked().stream();
                                    peer.headers(id, false, ":status", "200");
                                    var all = new ByteArrayOutputStream();
                                    while (all.size() < conversation.said.size()) {
                                        all.writeBytes(peer.await(FrameType.DATA, id).payload());
                                    }
                                    heard.complete(all.toByteArray());
                                    peer.send(FrameType.DATA, FrameType.END_STREAM, id);
                                    peer.closes();
                                }));
        Backend.Endpoints endpoints = ProxyFixture.endpoints("default/blue", origin.address());
        proxy.routeTo(endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)));
        RawClient client = upgraded();
        client.send(conversation.said.toByteArray());
        byte[] got = heard.get(20, TimeUnit.SECONDS);
        assertThat(Arrays.mismatch(got, conversation.said.toByteArray()))
                .as("first byte that differs")
                .isEqualTo(-1);
        assertThat(client.closes()).isTrue();
    }
}
