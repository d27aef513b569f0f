package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping and asking the platform, as a person does it. */
final class UpTest {
    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: sleeper}
            spec:
              replicas: 2
              selector: {matchLabels: {app: sleeper}}
              template:
                metadata: {labels: {app: sleeper}}
                spec:
                  containers:
                  - name: sleeper
                    image: weft.dev/host
                    command: [sleep, "SECONDS"]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: sleeper}
            spec:
              selector: {app: sleeper}
              ports: [{port: 80}]
            """;

    @TempDir private Path folder;

    @Test
    void secondUpOnTheSameFolderSaysWhoHoldsItAndEnds() {
        Path data = folder.resolve("data");
        try (var first = WeftUp.in(data)) {
            Command.Result second =
                    WeftUp.weft("up", "--data", data, "--api", "0").run().expectExit(1);

            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .contains("the data folder " + data + " is in use")
                    .containsPattern("seen: held by process " + first.pid() + " since 20");
        }
    }

    @Test
    void sigtermStopsInOrderAndLeavesNoProcess() throws Exception {
        Path data = folder.resolve("data");
        String mark = mark();
        try (var weft = WeftUp.in(data)) {
            WeftUp.weft("apply", "--data", data, "-f", manifest(mark)).run().expectSuccess();
            Eventually.eventually("both run", () -> sleepers(mark) == 2);

            assertThat(weft.stop("TERM")).as("exit code").isZero();
            assertThat(sleepers(mark)).isZero();
            assertThat(weft.said()).contains("stopping");
        }
        assertThat(WeftUp.weft("status", "--data", data).run().expectExit(3).out())
                .contains("weft does not run on");
    }

    @Test
    void downEndsWhatADeadPlatformLeftAndMayBeRunTwice() throws Exception {
        Path data = folder.resolve("data");
        String mark = mark();
        try (var weft = WeftUp.in(data)) {
            WeftUp.weft("apply", "--data", data, "-f", manifest(mark)).run().expectSuccess();
            Eventually.eventually("both run", () -> sleepers(mark) == 2);
            weft.stop("KILL");
        }
        assertThat(sleepers(mark)).as("pods outlive a crash").isEqualTo(2);

        assertThat(WeftUp.weft("down", "--data", data).run().expectSuccess().out())
                .contains("ended 2 containers that a dead platform had left");
        assertThat(sleepers(mark)).isZero();
        assertThat(WeftUp.weft("down", "--data", data).run().expectSuccess().out())
                .contains("weft does not run on")
                .doesNotContain("ended");
    }

    @Test
    void aSecondSignalEndsAtOnceAndSaysWhatIsLeft() throws Exception {
        Path data = folder.resolve("data");
        Path manifest =
                Files.writeString(
                        folder.resolve("stubborn.yaml"),
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: stubborn}
                        spec:
                          terminationGracePeriodSeconds: 60
                          containers:
                          - name: stubborn
                            image: weft.dev/host
                            command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"]
                        """);
        try (var weft = WeftUp.in(data)) {
            WeftUp.weft("apply", "--data", data, "-f", manifest).run().expectSuccess();
            Eventually.eventually(
                    () ->
                            assertThat(said("get", "pod/stubborn", "--data", data))
                                    .contains("Running"));
            weft.signal("INT");
            Eventually.eventually(() -> assertThat(weft.said()).contains("stopping"));

            assertThat(weft.stop("INT")).as("exit code").isEqualTo(130);
            assertThat(weft.said()).contains("weft down --data " + data);
        }
        assertThat(WeftUp.weft("down", "--data", data).run().expectSuccess().out())
                .contains("ended 1 containers");
    }

    @Test
    void anAddressInUseIsNamedWithTheFlagThatChangesIt() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Command.Result result =
                    WeftUp.weft(
                                    "up",
                                    "--data",
                                    folder.resolve("data"),
                                    "--edge",
                                    other.getLocalPort())
                            .run()
                            .expectExit(1);

            assertThat(result.err())
                    .contains("weft: the edge cannot listen at 127.0.0.1:" + other.getLocalPort())
                    .contains("--edge ADDRESS:PORT");
        }
    }

    @Test
    void anUnknownSettingStopsTheStartAndSuggestsTheNearMiss() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("weft.conf"), "# mine\negde = 127.0.0.1:0\n");

        assertThat(WeftUp.weft("up", "--data", data).run().expectExit(2).err())
                .contains("there is no setting egde")
                .contains("weft.conf line 2, did you mean edge?");
    }

    @Test
    void credentialsAreReadByTheirOwnerAlone() throws Exception {
        Path data = folder.resolve("data");
        try (var weft = WeftUp.in(data)) {
            for (String file :
                    List.of("kubeconfig", "admin-password", "pki/ca.key", "pki/admin.key")) {
                assertThat(
                                PosixFilePermissions.toString(
                                        Files.getPosixFilePermissions(data.resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
            assertThat(Files.readString(data.resolve("logs/weft.log")))
                    .doesNotContain(weft.password());
        }
    }

    @Test
    void commandsAnswerAsKubectlWould() throws Exception {
        Path data = folder.resolve("data");
        Path manifest = manifest(mark());
        try (var weft = WeftUp.in(data)) {
            assertThat(said("apply", "--data", data, "-f", manifest))
                    .isEqualTo("deployment.apps/sleeper created\nservice/sleeper created\n");
            assertThat(said("apply", "--data", data, "-f", manifest))
                    .isEqualTo("deployment.apps/sleeper unchanged\nservice/sleeper unchanged\n");
            Files.writeString(
                    manifest, Files.readString(manifest).replace("replicas: 2", "replicas: 1"));
            assertThat(said("apply", "--data", data, "-f", manifest))
                    .isEqualTo("deployment.apps/sleeper configured\nservice/sleeper unchanged\n");
            assertThat(
                            said(
                                    "get",
                                    "deploy",
                                    "--data",
                                    data,
                                    "-o",
                                    "jsonpath={.items[*].spec.replicas}"))
                    .isEqualTo("1\n");
            assertThat(said("get", "deploy/sleeper", "--data", data, "-o", "name"))
                    .isEqualTo("deployment.apps/sleeper\n");
            assertThat(said("get", "svc", "--data", data))
                    .startsWith("NAME ")
                    .containsPattern("sleeper +ClusterIP +127\\.");
            assertThat(said("stack", "sleeper", "--data", data))
                    .contains("host      sleeper.default.svc.cluster.local\n")
                    .contains("telemetry: first");
            assertThat(WeftUp.weft("get", "deplyments", "--data", data).run().expectExit(1).err())
                    .contains("did you mean deployments?");
            assertThat(said("delete", "-f", manifest, "--data", data))
                    .isEqualTo("service/sleeper deleted\ndeployment.apps/sleeper deleted\n");
            assertThat(said("status", "--data", data)).contains(weft.edge().toString());
        }
    }

    private static String said(Object... words) {
        return WeftUp.weft(words).run().expectSuccess().out();
    }

    /** So many seconds that no other process sleeps as long. */
    private String mark() {
        return "9" + Integer.toUnsignedString(folder.hashCode()).toLowerCase(Locale.ROOT);
    }

    private Path manifest(String mark) throws Exception {
        return Files.writeString(
                folder.resolve("sleeper.yaml"), DEPLOYMENT.replace("SECONDS", mark));
    }

    private static long sleepers(String mark) {
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(
                        it ->
                                it.info()
                                        .command()
                                        .filter(path -> path.endsWith("sleep"))
                                        .isPresent())
                .filter(
                        it ->
                                it.info()
                                        .arguments()
                                        .filter(a -> List.of(a).contains(mark))
                                        .isPresent())
                .count();
    }
}
