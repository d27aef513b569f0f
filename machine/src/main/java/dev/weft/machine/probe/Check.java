package dev.weft.machine.probe;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.foundation.task.Pause;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.StartRefusal;
import dev.weft.machine.sandbox.ExecResult;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.SandboxException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One thing that is done to a container to hear how it is, or to tell it something: a request, a
 * connection, a command. Any thread; waits.
 *
 * @param action the part of the manifest that says what
 * @param address the pod's
 * @param socket where the pod listens in the place of one port
 * @param health asks where the manifest says {@code grpc}
 */
public record Check(
        JsonObject action,
        ContainerSpec container,
        String address,
        Optional<Local> socket,
        Run run,
        HealthCalls health) {
    /** A port that is served on a Unix-domain socket. */
    public record Local(int port, Path file) {}

    /**
     * How it went.
     *
     * @param refused whether nobody was there to answer
     */
    public record Outcome(boolean good, boolean refused, String text) {
        public static Outcome success() {
            return new Outcome(true, false, "");
        }

        public static Outcome failure(String text) {
            return new Outcome(false, false, text);
        }
    }

    /** Whether it is one that costs a process each time. */
    public boolean isCommand() {
        return action.has("exec");
    }

    public Outcome make(Duration timeout) throws InterruptedException {
        try {
            if (action.has("httpGet")) {
                return request(action.object("httpGet"), timeout);
            }
            if (action.has("tcpSocket")) {
                return connect(action.object("tcpSocket"), timeout);
            }
            if (action.has("grpc")) {
                return ask(action.object("grpc"), timeout);
            }
            if (action.has("sleep")) {
                Duration wanted = Duration.ofSeconds(action.whole("sleep", "seconds").orElse(0L));
                Pause.of(wanted.compareTo(timeout) < 0 ? wanted : timeout);
                return Outcome.success();
            }
            return execute(timeout);
        } catch (StartRefusal e) {
            return Outcome.failure(e.text());
        }
    }

    private Outcome execute(Duration timeout) throws InterruptedException {
        try {
            ExecResult result = run.exec(action.array("exec", "command").texts(), timeout);
            if (result.timedOut()) {
                return Outcome.failure("command timed out after " + seconds(timeout));
            }
            return result.exitCode() == 0 ? Outcome.success() : Outcome.failure(said(result));
        } catch (SandboxException e) {
            return Outcome.failure(String.valueOf(e.getMessage()));
        }
    }

    private static String said(ExecResult result) {
        String output = result.output().strip();
        return output.isEmpty() ? "command ended with code " + result.exitCode() : output;
    }

    private Outcome request(JsonObject get, Duration timeout) {
        var request =
                new HttpCheck(
                        get.text("scheme").orElse("HTTP").equals("HTTPS"),
                        host(get),
                        port(get),
                        get.text("path").filter(it -> !it.isEmpty()).orElse("/"),
                        get.array("httpHeaders").objects());
        Optional<Path> local = local(get).filter(it -> !request.secure());
        return local.isPresent() ? request.make(local.get(), timeout) : request.make(timeout);
    }

    /** Where to ask, if what is asked for is served on a socket of the pod's. */
    private Optional<Path> local(JsonObject target) {
        return socket.filter(it -> host(target).equals(address) && it.port() == port(target))
                .map(Local::file);
    }

    private Outcome ask(JsonObject grpc, Duration timeout) {
        var to = new InetSocketAddress(address, port(grpc));
        try {
            return health.ask(to, grpc.text("service").orElse(""), timeout)
                    .map(Outcome::failure)
                    .orElseGet(Outcome::success);
        } catch (IOException e) {
            return HttpCheck.failed("gRPC health check of " + text(to), e);
        }
    }

    private Outcome connect(JsonObject target, Duration timeout) {
        Optional<Path> local = local(target);
        if (local.isPresent()) {
            return connect(local.get(), timeout);
        }
        var to = new InetSocketAddress(host(target), port(target));
        try (var connection = new Socket()) {
            connection.connect(to, millis(timeout));
            return Outcome.success();
        } catch (IOException e) {
            return HttpCheck.failed("dial tcp " + text(to), e);
        }
    }

    private static Outcome connect(Path file, Duration timeout) {
        try {
            new LocalTalk(file, millis(timeout)).close();
            return Outcome.success();
        } catch (IOException e) {
            return HttpCheck.failed("dial unix " + file, e);
        }
    }

    static int millis(Duration timeout) {
        return Math.toIntExact(Math.max(1, timeout.toMillis()));
    }

    private String host(JsonObject target) {
        return target.text("host").filter(it -> !it.isEmpty()).orElse(address);
    }

    private int port(JsonObject target) {
        Json port = target.field("port").orElse(Json.of(0));
        return port.whole()
                .map(Math::toIntExact)
                .or(() -> port.text().flatMap(this::named))
                .filter(it -> it > 0 && it < 65536)
                .orElseThrow(() -> StartRefusal.config("the container has no port " + port));
    }

    private Optional<Integer> named(String name) {
        return name.matches("[0-9]{1,5}")
                ? Optional.of(Integer.parseInt(name))
                : container.port(name);
    }

    public static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static String seconds(Duration timeout) {
        return timeout.toMillis() / 1000.0 + "s";
    }
}
