package dev.weft.app.endtoend;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.Running;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The platform in a process of its own, on ports that were free and with a folder of its own. */
final class WeftUp implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path data;
    private final Running process;
    private final URI edge;
    private final URI outbound;
    private final URI console;
    private final URI api;
    private final ApiCaller client;

    private WeftUp(Path data, Running process) {
        this.data = data;
        this.process = process;
        Eventually.eventually(
                LIMIT,
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("weft has ended: " + said());
                    }
                    if (!Pattern.compile("(?m)^\\s*ready in").matcher(said()).find()) {
                        throw new AssertionError("weft is not ready: " + said());
                    }
                });
        this.edge = address("edge");
        this.outbound = address("outbound");
        this.console = address("console");
        this.api = address("API");
        this.client = ApiCaller.admin(data);
    }

    static WeftUp in(Path data) {
        return start(data, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0");
    }

    /** The same platform, after it was killed: on the same folder and the same ports. */
    WeftUp again() {
        return start(data, api.getAuthority(), edge.getAuthority(), console.getAuthority());
    }

    private static WeftUp start(Path data, String api, String edge, String console) {
        Command up = weft("up", "--data", data, "--api", api, "--edge", edge, "--console", console);
        return new WeftUp(data, up.with("--outbound", "127.0.0.1:0").start());
    }

    /** A command of the program: what {@code ./test} has built, else what was just compiled. */
    static Command weft(Object... words) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String shipped = System.getProperty("weft.dist", "");
        Command program =
                shipped.isEmpty()
                        ? Command.of(
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.weft.app.Main")
                        : Command.of(java, "@" + shipped + "/server.args");
        return program.with(words).limit(LIMIT);
    }

    /** Ends it with a signal and gives its exit code. */
    int stop(String signal) {
        process.signal(signal);
        return process.awaitExit(LIMIT);
    }

    void signal(String name) {
        process.signal(name);
    }

    URI edge() {
        return edge;
    }

    URI outbound() {
        return outbound;
    }

    URI console() {
        return console;
    }

    String password() throws Exception {
        return Files.readString(data.resolve("admin-password")).strip();
    }

    long pid() {
        return process.pid();
    }

    /** Ends the platform as a crash would. */
    void kill() {
        stop("KILL");
    }

    /** Asks the API as the admin. */
    HttpResponse<String> ask(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        return client.ask(api, method, path, type, body);
    }

    JsonObject read(String path) throws IOException, InterruptedException {
        return tree(ask("GET", path, "", "").body());
    }

    static JsonObject tree(String body) {
        return JsonText.read(body).object().orElseThrow();
    }

    Command kubectl() {
        return Command.of(Tools.find("kubectl-current"), "--kubeconfig", data.resolve("kubeconfig"))
                .in(Tools.root())
                .limit(LIMIT);
    }

    /** Another kubectl, with a home of its own to keep what it remembers. */
    Command kubectl(Path program) {
        return Command.of(program, "--kubeconfig", data.resolve("kubeconfig"))
                .environment("HOME", data.toString())
                .environment("TZ", "UTC")
                .limit(LIMIT);
    }

    /** What it has written, for the message of a failure. */
    String said() {
        return process.out().text() + process.err().text();
    }

    private URI address(String part) {
        Matcher matcher =
                Pattern.compile("(?m)" + part + "\\s+(https?://\\S+)")
                        .matcher(process.out().text());
        return URI.create(
                Optional.of(matcher)
                        .filter(Matcher::find)
                        .orElseThrow(() -> new AssertionError("no " + part + ": " + said()))
                        .group(1));
    }

    @Override
    public void close() {
        client.close();
        if (process.isAlive()) {
            stop("TERM");
        }
        process.close();
    }
}
