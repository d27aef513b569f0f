package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.always;
import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Types;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingLeft.class)
@Timeout(60)
final class PodProbeTest {
    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start(directory);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void readyMillisecondsAfterItCanServe() throws Exception {
        Path gate = directory.resolve("gate");
        serve(
                "web",
                gate,
                "      readinessProbe: {httpGet: {path: /, port: web}, periodSeconds: 30}");
        machine.awaitPhase("web", "Running");
        always(
                Duration.ofMillis(200),
                () -> assertThat(machine.condition("web", "Ready").isTrue()).isFalse());

        Files.createFile(gate);

        eventually(
                Duration.ofSeconds(10),
                () -> assertThat(machine.condition("web", "Ready").isTrue()).isTrue());
    }

    @Test
    void aContainerThatIsNoLongerReadySaysSo() throws Exception {
        Path sign = Files.createFile(directory.resolve("sign"));
        probed(
                "fickle",
                "readinessProbe: {exec: {command: [test, -e, "
                        + sign
                        + "]}, periodSeconds: 1, failureThreshold: 1}");
        machine.awaitReady("fickle");
        Files.delete(sign);
        machine.await("fickle", it -> assertThat(it.isReady()).isFalse());
        assertThat(machine.condition("fickle", "Ready").message())
                .isEqualTo("containers with unready status: [main]");
        eventually(
                () ->
                        assertThat(machine.events("fickle"))
                                .anyMatch(
                                        it ->
                                                it.startsWith(
                                                        "Unhealthy: Readiness probe failed: ")));
        Files.createFile(sign);
        machine.awaitReady("fickle");
        assertThat(machine.container("fickle").whole("restartCount")).contains(0L);
    }

    @Test
    void aContainerThatIsNotAliveIsRestarted() throws Exception {
        Path sign = Files.createFile(directory.resolve("sign"));
        probed(
                "stuck",
                "livenessProbe: {exec: {command: [test, -e, "
                        + sign
                        + "]}, periodSeconds: 1, failureThreshold: 2}");
        machine.awaitReady("stuck");
        Files.delete(sign);
        machine.await("stuck", it -> assertThat(it.restarts()).isPositive());
        eventually(
                () ->
                        assertThat(machine.events("stuck"))
                                .contains(
                                        "Killing: Container main failed liveness probe, will be"
                                                + " restarted"));
    }

    @Test
    void theOtherProbesWaitForTheStartup() throws Exception {
        Path sign = directory.resolve("sign");
        probed(
                "slow",
                "startupProbe: {exec: {command: [test, -e, "
                        + sign
                        + "]}, periodSeconds: 1, failureThreshold: 30}",
                "livenessProbe: {exec: {command: [test, -e, "
                        + sign
                        + "]}, periodSeconds: 1, failureThreshold: 1}");
        machine.awaitPhase("slow", "Running");
        always(
                Duration.ofMillis(1500),
                () -> {
                    JsonObject container = machine.container("slow");
                    assertThat(container.flag("started")).contains(false);
                    assertThat(container.flag("ready")).contains(false);
                    assertThat(container.whole("restartCount")).contains(0L);
                });
        Files.createFile(sign);
        machine.awaitReady("slow");
        assertThat(machine.container("slow").flag("started")).contains(true);
    }

    @Test
    void aCommandThatHangsCountsAsAFailure() {
        probed(
                "hung",
                "readinessProbe: {exec: {command: [sleep, '60']}, timeoutSeconds: 1, periodSeconds:"
                        + " 1, failureThreshold: 1}");
        eventually(
                () ->
                        assertThat(machine.events("hung"))
                                .anyMatch(it -> it.contains("command timed out after 1.0s")));
        machine.delete("hung");
        machine.awaitGone("hung");
    }

    @Test
    void aPortIsConnectedTo() {
        serve("tcp", directory, "      readinessProbe: {tcpSocket: {port: web}}");
        machine.awaitReady("tcp");
    }

    @Test
    void aGrpcServerIsAskedForItsHealth() {
        rpc("well", "{grpc: {port: 8080}}");
        rpc("ill", "{grpc: {port: 8080, service: sick}, periodSeconds: 1}");
        serve("web", directory, "      readinessProbe: {grpc: {port: 8080}, periodSeconds: 1}");
        machine.awaitReady("well");
        awaitUnhealthy("ill", "service unhealthy (responded with \"NOT_SERVING\")");
        awaitUnhealthy("web", "Readiness probe failed: ");
        assertThat(machine.condition("ill", "Ready").isTrue()).isFalse();
        assertThat(machine.condition("web", "Ready").isTrue()).isFalse();
    }

    private void awaitUnhealthy(String pod, String why) {
        eventually(
                () ->
                        assertThat(machine.events(pod))
                                .anyMatch(it -> it.startsWith("Unhealthy: ") && it.contains(why)));
    }

    private void rpc(String name, String probe) {
        machine.create(
                Types.POD,
                """
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: weft.dev/host
                    ports: [{name: rpc, containerPort: 8080}]
                    command: [sh, -c, "exec %s serve $HOST:$PORT"]
                    readinessProbe: %s
                """
                        .formatted(name, Tools.find("grpc-peer"), probe));
    }

    @Test
    void listeningOnEveryAddressIsWarnedOf() {
        machine.create(
                Types.POD,
                """
                metadata: {name: greedy}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: weft.dev/host
                    command: [python3, -c, "import socket,time; s=socket.create_server(('',0)); time.sleep(300)"]
                """);
        eventually(
                () ->
                        assertThat(machine.events("greedy"))
                                .anyMatch(
                                        it ->
                                                it.startsWith(
                                                        "WildcardAddress: Container main listens"
                                                                + " on every address")));
        machine.await(
                "greedy",
                it ->
                        assertThat(machine.condition("greedy", "weft.dev/OwnAddress").isFalse())
                                .isTrue());
    }

    @Test
    void aPortOnASocketIsProbedThroughIt() throws Exception {
        Path gate = directory.resolve("gate");
        onSocket("asked", gate, "{httpGet: {path: /, port: web}, periodSeconds: 1}");
        onSocket("dialled", gate, "{tcpSocket: {port: 8000}, periodSeconds: 1}");
        machine.awaitReady("dialled");
        awaitUnhealthy("asked", "HTTP probe failed with statuscode: 503");
        assertThat(machine.condition("asked", "Ready").isTrue()).isFalse();
        Files.createFile(gate);
        machine.awaitReady("asked");
        onSocket("elsewhere", gate, "{tcpSocket: {port: 8001}, periodSeconds: 1}");
        awaitUnhealthy("elsewhere", "connection refused");
    }

    /** Listens on the socket alone; answers 503 until a file is there. */
    private void onSocket(String name, Path gate, String probe) {
        machine.create(
                Types.POD,
                """
                metadata:
                  name: %s
                  annotations: {weft.dev/socket: web}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: weft.dev/host
                    ports: [{name: web, containerPort: 8000}]
                    readinessProbe: %s
                    command:
                    - python3
                    - -c
                    - |
                      import os, socket
                      s = socket.socket(socket.AF_UNIX)
                      s.bind(os.environ['WEFT_SOCKET'])
                      s.listen(9)
                      while True:
                          c, _ = s.accept()
                          if c.recv(4096):
                              good = os.path.exists('%s')
                              status = b'200 OK' if good else b'503 Busy'
                              c.sendall(b'HTTP/1.1 ' + status + b'\\r\\n\\r\\n')
                          c.close()
                """
                        .formatted(name, probe, gate));
    }

    private void probed(String name, String... probes) {
        var yaml =
                new StringBuilder(
                        """
                        metadata: {name: %s}
                        spec:
                          terminationGracePeriodSeconds: 1
                          containers:
                          - name: main
                            image: weft.dev/host
                            command: [sleep, '300']
                        """
                                .formatted(name));
        for (String probe : probes) {
            yaml.append("    ").append(probe).append('\n');
        }
        machine.create(Types.POD, yaml.toString());
    }

    /** Serves HTTP on the pod's address once a file is there. */
    private void serve(String name, Path gate, String probe) {
        machine.create(
                Types.POD,
                """
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: weft.dev/host
                    ports: [{name: web, containerPort: 8080}]
                    command: [sh, -c, "until [ -e %s ]; do sleep 0.01; done; exec python3 -m http.server --bind $HOST $PORT"]
                """
                                .formatted(name, gate)
                        + probe.substring(2)
                        + "\n");
    }
}
