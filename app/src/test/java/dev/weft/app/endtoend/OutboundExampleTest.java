package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Running;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code examples/outbound}, to the letter of its README, but for the ports. */
@ExtendWith(NothingLeft.class)
@Timeout(240)
final class OutboundExampleTest {
    private static final String README = "examples/outbound/README.md";
    private static final String PROXY = "127.0.0.1:4140";
    private static final String OUTSIDE = "8999";

    @TempDir private Path folder;

    @Test
    void theReadmeCanBeFollowed() throws Exception {
        String port = free();
        Path data = folder.resolve("data");
        try (var weft = WeftUp.in(data)) {
            Iterator<String> lines = commands(weft, port, copied(port)).iterator();
            try (Running outside = Command.of(words(lines.next(), "jwebserver")).start()) {
                Eventually.eventually(
                        "the host outside answers",
                        () -> outside.out().text().contains("127.0.0.2"));
                theListMakesTheDifference(lines, port, data);
                assertThat(weft(lines.next(), data)).contains("outbound", weft.outbound() + "\n");
                assertThat(lines).isExhausted();
            }
        }
    }

    private static void theListMakesTheDifference(Iterator<String> lines, String port, Path data) {
        assertThat(curl(lines.next()))
                .startsWith("HTTP/1.1 403 Forbidden\r\n")
                .contains("weft-cause: outbound-not-listed\r\n")
                .contains("{hosts: [\"127.0.0.2\"], ports: [" + port + "]}");
        assertThat(weft(lines.next(), data)).contains("outboundpolicy.weft.dev/example created");
        String listed = lines.next();
        Eventually.eventually(
                () ->
                        assertThat(curl(listed))
                                .startsWith("HTTP/1.1 200 OK\r\n")
                                .containsIgnoringCase("\r\nvia: 1.1 weft\r\n")
                                .contains("kind: OutboundPolicy"));
        assertThat(curl(lines.next()))
                .startsWith("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n")
                .doesNotContainIgnoringCase("\r\nvia:")
                .contains("kind: OutboundPolicy");
    }

    /** A port that nobody listens on at the address that plays the host outside. */
    private static String free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.2"))) {
            return String.valueOf(socket.getLocalPort());
        }
    }

    /** The example with another port. */
    private Path copied(String port) throws IOException {
        Path copy = Files.createDirectory(folder.resolve("outbound"));
        String policy = Files.readString(Tools.root().resolve("examples/outbound/policy.yaml"));
        Files.writeString(copy.resolve("policy.yaml"), policy.replace(OUTSIDE, port));
        return copy;
    }

    private static List<String> commands(WeftUp weft, String port, Path copy) throws IOException {
        List<String> commands = new ArrayList<>();
        for (String line : Files.readAllLines(Tools.root().resolve(README))) {
            if (line.startsWith("    ")) {
                commands.add(
                        line.replaceFirst(" +#.*| &$", "")
                                .strip()
                                .replace(PROXY, weft.outbound().getAuthority())
                                .replace(OUTSIDE, port)
                                .replace("\"$PWD/examples/outbound\"", copy.toString())
                                .replace("examples/outbound", copy.toString()));
            }
        }
        return commands;
    }

    private static Object[] words(String line, String program) {
        Path java = Path.of(System.getProperty("java.home"), "bin");
        Object[] words = List.of(line.split(" +")).toArray();
        assertThat(words[0]).isEqualTo(program);
        words[0] = program.equals("curl") ? Tools.find("curl") : java.resolve(program);
        return words;
    }

    private static String curl(String line) {
        return Command.of(words(line, "curl"))
                .environment("no_proxy", "")
                .environment("NO_PROXY", "")
                .run()
                .expectSuccess()
                .out();
    }

    private static String weft(String line, Path data) {
        assertThat(line).startsWith("./weft ");
        Object[] words = line.substring("./weft ".length()).split(" +");
        return WeftUp.weft(words).with("--data", data).run().expectSuccess().out();
    }
}
