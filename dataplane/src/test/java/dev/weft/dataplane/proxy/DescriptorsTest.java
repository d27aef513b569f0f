package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A data plane that runs out of file descriptors: in a process of its own, which may have few. */
@Timeout(120)
class DescriptorsTest {
    private static final int DESCRIPTORS = 200;

    /** The process. */
    static final class Child {
        private Child() {}

        /** Serves until its input ends; prints the port. */
        public static void main(String[] args) throws Exception {
            var settings =
                    new DataPlaneSettings(
                            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                            1,
                            ServerLimits.usual(),
                            42);
            try (var plane =
                    DataPlane.start(
                            settings, Clock.system(), new dev.weft.testkit.CollectedFaults())) {
                var origin = new Address("127.0.0.1", Integer.parseInt(args[0]));
                var route =
                        Route.toOne(
                                        "route",
                                        "default/root",
                                        ProxyFixture.endpoints("default/blue", origin))
                                .withPolicy(Policy.usual());
                var dead =
                        Route.toOne(
                                "dead",
                                "default/dead",
                                ProxyFixture.endpoints("default/dead", ProxyFixture.nobody()));
                plane.apply(
                        new Snapshot(
                                List.of(
                                        new VirtualHost(Set.of("dead"), List.of(dead)),
                                        new VirtualHost(Set.of(VirtualHost.ANY), List.of(route))),
                                List.of()));
                // what a log and a refusal need is loaded before files are short
                System.getLogger("weft").log(System.Logger.Level.INFO, "serving");
                System.out.println(plane.edges().getFirst().getPort());
                while (System.in.read() >= 0) {
                    // until the test ends it
                }
            }
        }
    }

    private Origin origin;
    private Process child;
    private int port;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        origin = Origin.named("blue");
        child =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "ulimit -n " + DESCRIPTORS + "; exec \"$@\"",
                                "bash",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                Integer.toString(origin.address().port()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var out =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        port = Integer.parseInt(out.readLine());
    }

    @AfterEach
    void stop() throws Exception {
        closeAll();
        child.getOutputStream().close();
        if (!child.waitFor(30, TimeUnit.SECONDS)) {
            child.destroyForcibly();
            child.waitFor();
        }
        origin.close();
    }

    private void closeAll() throws IOException {
        for (RawClient one : clients) {
            one.close();
        }
        clients.clear();
    }

    private RawClient connect() throws IOException {
        RawClient client =
                RawClient.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        clients.add(client);
        return client;
    }

    @Test
    void itSaysSoRestsAndGoesOn() throws Exception {
        RawClient first = connect();
        assertThat(first.get("/").answer().body()).isEqualTo("blue");
        first.send("GET / HTTP/1.1\r\nHost: dead\r\n\r\n");
        assertThat(first.answer().field("weft-cause")).isEqualTo("connect-refused");
        RawClient second = connect();
        assertThat(second.get("/").answer().body()).isEqualTo("blue");
        // the pooled connection is closed after four seconds, and a new one cannot be made then
        for (int i = 0; i < DESCRIPTORS + 50; i++) {
            connect();
        }
        Eventually.eventually(
                () -> {
                    Eventually.eventually("the endpoint's is closed", () -> origin.open() == 0);
                    // somebody who waits to be accepted takes what became free
                    LockSupport.parkNanos(300_000_000L);
                    RawClient.Answer answer = first.get("/").answer();
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.field("weft-cause")).isEqualTo("descriptors-exhausted");
                });
        // more often than would put an endpoint out
        for (int i = 0; i < 20; i++) {
            assertThat(first.get("/").answer().field("weft-cause"))
                    .isEqualTo("descriptors-exhausted");
        }
        // some wait to be accepted, and nothing turns in circles meanwhile
        long before = ticks();
        RawClient waiting = connect();
        waiting.socket().setSoTimeout(1000);
        waiting.get("/");
        try {
            assertThat(waiting.answer().status()).isEqualTo(503);
        } catch (SocketTimeoutException expected) {
            // as it should be
        }
        assertThat(ticks() - before).as("hundredths of a second of CPU").isLessThan(60);

        clients.remove(first);
        clients.remove(second);
        closeAll();
        Eventually.eventually(
                () ->
                        assertThat(first.get("/").answer().body())
                                .as("the endpoint is asked again")
                                .isEqualTo("blue"));
        assertThat(second.get("/").answer().body()).isEqualTo("blue");
        clients.add(first);
        clients.add(second);
        Eventually.eventually(
                () ->
                        assertThat(connect().get("/").answer().body())
                                .as("the listener takes connections again")
                                .isEqualTo("blue"));
    }

    /** What the process has used of the processor, in hundredths of a second. */
    private long ticks() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + child.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
