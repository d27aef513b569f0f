package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.Command;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Running;
import dev.weft.testkit.Tools;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A gRPC client and a gRPC server that others wrote, with Weft between them. */
@Timeout(120)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class GrpcPeerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Policy policy() {
        var on = new Retry.On(Set.of(), Set.of(14), true, false, true);
        return Policy.usual().withRetry(new Retry(4, 64 * 1024).withOn(on));
    }

    private static Backend.Endpoints peer(Running server) {
        String port = server.out().await(LONG, "listening 127.0.0.1:([0-9]+)").group(1);
        Backend.Endpoints endpoints =
                ProxyFixture.endpoints(
                        "default/peer", new Address("127.0.0.1", Integer.parseInt(port)));
        return endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2));
    }

    private static String say(Path tool, InetSocketAddress edge, String host, String text) {
        return Command.of(tool, "say", "127.0.0.1:" + edge.getPort(), host, text)
                .limit(LONG)
                .run()
                .expectSuccess()
                .out()
                .strip();
    }

    @Test
    void everyKindOfCallPasses() throws Exception {
        Path tool = Tools.find("grpc-peer");
        try (Running server = Command.of(tool, "serve").start();
                var proxy = new ProxyFixture()) {
            proxy.routeTo(peer(server), policy());
            Command.Result result =
                    Command.of(
                                    tool,
                                    "call",
                                    "127.0.0.1:" + proxy.plane.edges().getFirst().getPort())
                            .limit(Duration.ofSeconds(100))
                            .run();
            assertThat(result.out())
                    .doesNotContain("FAILED")
                    .contains(
                            "ok unary",
                            "ok large",
                            "ok at-once",
                            "ok metadata",
                            "ok server-stream",
                            "ok client-stream",
                            "ok both-ways",
                            "ok empty-stream",
                            "ok status",
                            "ok unimplemented",
                            "ok deadline",
                            "ok deadline-passed-on",
                            "ok cancellation",
                            "ok sent-again",
                            "ok push-back",
                            "ok health",
                            "ok health-watch");
            result.expectSuccess();
        }
    }

    @Test
    void whatWeftRefusesIsReadAsGrpc() throws Exception {
        Path tool = Tools.find("grpc-peer");
        try (Running server = Command.of(tool, "serve").start();
                var proxy = new ProxyFixture()) {
            Backend.Endpoints nobody =
                    ProxyFixture.endpoints("default/nobody", ProxyFixture.nobody());
            var refusal = new Refusal(403, "forbidden", "Rule a", "Nobody may: 100 % sure, ü.");
            proxy.plane.apply(
                    new Snapshot(
                            List.of(
                                    host("peer.example", peer(server)),
                                    host("empty.example", ProxyFixture.endpoints("default/empty")),
                                    host(
                                            "dead.example",
                                            nobody.withTerms(
                                                    nobody.terms()
                                                            .withProtocol(Cluster.Protocol.HTTP2))),
                                    host("no.example", new Backend.Fail("no", refusal))),
                            List.of()));
            InetSocketAddress edge = proxy.plane.edges().getFirst();
            assertThat(say(tool, edge, "peer.example", "echo hello")).isEqualTo("OK hello");
            assertThat(say(tool, edge, "other.example", "echo hello")).startsWith("Unimplemented ");
            assertThat(say(tool, edge, "empty.example", "echo hello")).startsWith("Unavailable ");
            assertThat(say(tool, edge, "dead.example", "echo hello"))
                    .startsWith("Unavailable No connection to the endpoint");
            assertThat(say(tool, edge, "no.example", "echo hello"))
                    .isEqualTo("PermissionDenied Nobody may: 100 % sure, ü.");
        }
    }

    private static VirtualHost host(String name, Backend backend) {
        var route = Route.toOne(name, "default/" + name, backend).withPolicy(Policy.usual());
        return new VirtualHost(Set.of(name), List.of(route));
    }
}
