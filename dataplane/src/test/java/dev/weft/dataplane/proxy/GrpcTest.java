package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** gRPC calls through the edge, as their frames tell them. */
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class GrpcTest {
    /** A message of three bytes behind gRPC's five. */
    private static final String MESSAGE = "\0\0\0\0\3abc";

    private ProxyFixture proxy;
    private RawPeer client;
    private RawOrigin origin;
    private final List<RawPeer.Frame> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture();
        client = RawPeer.to(proxy.plane.edges().getFirst());
        origin =
                RawOrigin.start(
                        peer -> {
                            peer.settings();
                            RawPeer.Frame request;
                            while ((request = peer.request()) != null) {
                                requests.add(request);
                                answer(peer, request);
                            }
                        });
        routeTo(origin.address());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        origin.close();
        proxy.close();
    }

    private void routeTo(Address address) {
        var endpoints = ProxyFixture.endpoints("default/blue", address);
        proxy.routeTo(endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)));
    }

    private static void answer(RawPeer peer, RawPeer.Frame request) throws IOException {
        int id = request.stream();
        String[] head = {":status", "200", "content-type", "application/grpc"};
        switch (request.path()) {
            case "/a.B/Unary", "/a.B/Many" -> {
                peer.await(FrameType.DATA, id);
                peer.headers(id, false, head);
                peer.data(id, false, MESSAGE);
                if (request.path().equals("/a.B/Many")) {
                    peer.data(id, false, MESSAGE);
                }
                peer.headers(id, true, "grpc-status", "0", "x-more", "yes");
            }
            case "/a.B/Refused" ->
                    peer.headers(
                            id,
                            true,
                            ":status",
                            "200",
                            "content-type",
                            "application/grpc",
                            "grpc-status",
                            "5");
            default -> {
                // never answered
            }
        }
    }

    private RawPeer call(int stream, String path, String... more) throws IOException {
        String[] fields =
                RawPeer.request("POST", path, "content-type", "application/grpc", "te", "trailers");
        String[] all = java.util.Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return client.headers(stream, false, all).data(stream, true, MESSAGE);
    }

    @Test
    void aCallsStatusComesInTrailers() throws Exception {
        RawPeer.Message answer = call(1, "/a.B/Unary").message(1);

        assertThat(answer.status()).isEqualTo("200");
        assertThat(answer.body()).isEqualTo(MESSAGE);
        assertThat(answer.trailers())
                .containsEntry("grpc-status", "0")
                .containsEntry("x-more", "yes");
        assertThat(requests.getFirst().fields())
                .containsEntry("te", "trailers")
                .doesNotContainKey("transfer-encoding")
                .doesNotContainKey("host");
    }

    @Test
    void anAnswerOfManyMessagesKeepsThem() throws Exception {
        assertThat(call(1, "/a.B/Many").message(1).body()).isEqualTo(MESSAGE + MESSAGE);
    }

    @Test
    void anAnswerOfTrailersAloneStaysOne() throws Exception {
        call(1, "/a.B/Refused");

        RawPeer.Frame head = client.await(FrameType.HEADERS, 1);
        assertThat(head.fields()).containsEntry("grpc-status", "5");
        assertThat(head.ends()).isTrue();
    }

    @Test
    void whatWeftRefusesIsToldInGrpcsShape() throws Exception {
        routeTo(ProxyFixture.nobody());
        call(1, "/a.B/Unary");

        RawPeer.Frame head = client.await(FrameType.HEADERS, 1);
        assertThat(head.ends()).isTrue();
        assertThat(head.fields())
                .containsEntry(":status", "200")
                .containsEntry("content-type", "application/grpc")
                .containsEntry("grpc-status", "14")
                .containsEntry("weft-cause", "connect-refused");
        assertThat(head.field("grpc-message")).contains("No connection");
    }

    @Test
    void theCallersDeadlineIsTheRequests() throws Exception {
        call(1, "/a.B/Never", "grpc-timeout", "50m");

        RawPeer.Frame head = client.await(FrameType.HEADERS, 1);
        assertThat(head.ends()).isTrue();
        assertThat(head.fields())
                .containsEntry("grpc-status", "4")
                .containsEntry("weft-cause", "grpc-timeout");
    }
}
