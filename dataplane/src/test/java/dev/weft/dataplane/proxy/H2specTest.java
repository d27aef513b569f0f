package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.testkit.Tools;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The edge under h2spec, which knows the standard by its paragraphs. */
@ExtendWith(NoBufferLeaks.class)
class H2specTest {
    @Test
    void nothingFailsInClear() throws Exception {
        try (var fixture = new ProxyFixture()) {
            fixture.routeTo(fixture.named("hello"));
            assertThat(run(fixture.plane.edges().getFirst()))
                    .containsPattern("[0-9]+ tests, [0-9]+ passed, [0-9]+ skipped, 0 failed");
        }
    }

    private static String run(InetSocketAddress edge, String... more) throws Exception {
        Path tool = Tools.find("h2spec");
        var command =
                new ArrayList<>(
                        List.of(
                                tool.toString(),
                                "-h",
                                "127.0.0.1",
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
