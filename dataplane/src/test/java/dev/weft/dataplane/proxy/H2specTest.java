package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.testkit.Tools;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The edge under h2spec, which knows the standard by its paragraphs. */
@ExtendWith(NoBufferLeaks.class)
class H2specTest {
    @Test
    void nothingFailsInClear() throws Exception {
        try (var fixture = new ProxyFixture()) {
            fixture.routeTo(fixture.named("hello"));
            expectClean(run(fixture.plane.edges().getFirst()));
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void nothingFailsWithTls(TlsEngine engine) throws Exception {
        try (var fixture = new ProxyFixture(1, engine)) {
            Address at = ProxyFixture.free();
            var tls =
                    new TlsServer(
                            List.of(
                                    TlsFixture.certificate(
                                            TlsFixture.identity(
                                                    TlsFixture.authority("h2spec"), "h2spec"))),
                            TlsServer.Clients.ANYONE,
                            List.of(),
                            List.of("h2", "http/1.1"));
            var hello =
                    Route.toOne(
                            "hello",
                            "default/hello",
                            ProxyFixture.endpoints(
                                    "default/hello", fixture.named("hello").address()));
            fixture.listen(
                    new Listener.Http(
                            "secure",
                            at,
                            Entrance.usual().withTls(tls),
                            List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(hello)))));
            expectClean(run(at.socket(), "-t", "-k"));
        }
    }

    private static void expectClean(String told) {
        assertThat(told)
                .containsPattern("1[0-9]{2} tests, 1[0-9]{2} passed, [0-9] skipped, 0 failed");
    }

    private static String run(InetSocketAddress edge, String... more) throws Exception {
        Path tool = Tools.find("h2spec");
        var command =
                new ArrayList<>(
                        List.of(
                                tool.toString(),
                                "-h",
                                edge.getAddress().getHostAddress(),
                                "-p",
                                String.valueOf(edge.getPort()),
                                "-o",
                                "5"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String told =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return told;
        } finally {
            process.destroyForcibly();
        }
    }
}
