package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.always;
import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.Patch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Types;
import dev.weft.testkit.NothingLeft;
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
final class PodLifeTest {
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
    void aPodRunsWithAWholeStatus() {
        machine.shell("web", "sleep 300");
        machine.awaitReady("web");

        JsonObject status = machine.pod("web").status();
        assertThat(status.text("phase")).contains("Running");
        assertThat(status.text("hostIP")).contains("127.0.0.1");
        String ip = status.text("podIP").orElseThrow();
        assertThat(ip).startsWith("127.").doesNotStartWith("127.0.").isNotEqualTo("127.96.0.1");
        assertThat(status.array("podIPs").objects().getFirst().text("ip")).contains(ip);
        assertThat(status.text("startTime")).isPresent();
        assertThat(status.text("qosClass")).contains("BestEffort");
        assertThat(machine.condition("web", "PodScheduled").isTrue()).isTrue();
        assertThat(machine.condition("web", "Initialized").isTrue()).isTrue();
        assertThat(machine.condition("web", "ContainersReady").isTrue()).isTrue();

        JsonObject container = machine.container("web");
        assertThat(container.text("name")).contains("main");
        assertThat(container.flag("ready")).contains(true);
        assertThat(container.flag("started")).contains(true);
        assertThat(container.whole("restartCount")).contains(0L);
        assertThat(container.text("image")).contains("weft.dev/host");
        assertThat(container.text("imageID").orElse("")).startsWith("sha256:");
        assertThat(container.text("containerID").orElse("")).startsWith("process://");
        assertThat(container.text("state", "running", "startedAt")).isPresent();
        eventually(
                () ->
                        assertThat(machine.events("web"))
                                .contains(
                                        "Pulled: Container image \"weft.dev/host\" already present"
                                                + " on machine",
                                        "Created: Created container: main",
                                        "Started: Started container main"));
    }

    @Test
    void aDeletedPodIsGoneOnlyAfterItsProcess() throws Exception {
        Path marks = directory.resolve("marks");
        machine.shell(
                "slow",
                "trap 'sleep 0.5; echo done >"
                        + marks
                        + "; exit 0' TERM;"
                        + " echo up; while :; do sleep 0.02; done");
        machine.awaitReady("slow");
        machine.awaitLog("slow", "up");

        machine.delete("slow");

        assertThat(machine.exists("slow")).isTrue();
        machine.await("slow", it -> assertThat(it.isReady()).isFalse());
        machine.awaitGone("slow");
        assertThat(Files.readString(marks)).isEqualTo("done\n");
        eventually(() -> assertThat(directory.resolve("data/pods")).isEmptyDirectory());
        assertThat(directory.resolve("data/logs/pods")).isEmptyDirectory();
        assertThat(directory.resolve("data/sandbox/runs")).isEmptyDirectory();
    }

    @Test
    void aProcessThatIgnoresBeingAskedIsKilledAfterTheGrace() {
        machine.shell("deaf", "trap '' TERM; echo up; while :; do sleep 0.02; done");
        machine.awaitLog("deaf", "up");
        machine.client()
                .delete(
                        Types.POD,
                        new Key("default", "deaf"),
                        new dev.weft.api.client.Deletion(
                                dev.weft.api.client.Deletion.Propagation.BACKGROUND,
                                java.util.Optional.of(Duration.ofSeconds(1)),
                                "",
                                ""));
        machine.awaitGone("deaf");
    }

    @Test
    void aPodDeletedWithoutGraceLeavesNoProcess() {
        machine.shell("forced", "trap '' TERM; echo up; while :; do sleep 0.02; done");
        machine.awaitLog("forced", "up");
        machine.client()
                .delete(
                        Types.POD,
                        new Key("default", "forced"),
                        dev.weft.api.client.Deletion.now());
        machine.awaitGone("forced");
        eventually(
                Machine.LONG,
                () -> assertThat(directory.resolve("data/sandbox/runs")).isEmptyDirectory());
    }

    @Test
    void aCrashingContainerIsRestartedWithGrowingPauses() {
        machine.shell("crash", "echo run; exit 3");

        machine.awaitWaiting("crash", "CrashLoopBackOff");
        JsonObject container = machine.container("crash");
        assertThat(container.whole("lastState", "terminated", "exitCode")).contains(3L);
        assertThat(container.text("lastState", "terminated", "reason")).contains("Error");
        assertThat(container.text("state", "waiting", "message").orElse(""))
                .contains("restarting failed container=main pod=crash_default(");
        machine.await("crash", it -> assertThat(it.restarts()).isGreaterThanOrEqualTo(3));
        assertThat(new Pod(machine.pod("crash")).phase()).isEqualTo("Running");
        eventually(
                () ->
                        assertThat(machine.events("crash"))
                                .anyMatch(it -> it.startsWith("BackOff: Back-off restarting")));
    }

    @Test
    void restartPolicyDecidesHowAPodEnds() {
        machine.shell("never-good", "exit 0", "  restartPolicy: Never");
        machine.shell("never-bad", "exit 2", "  restartPolicy: Never");
        machine.shell("failing", "exit 2", "  restartPolicy: OnFailure");
        machine.shell("done", "exit 0", "  restartPolicy: OnFailure");

        machine.awaitPhase("never-good", "Succeeded");
        machine.awaitPhase("never-bad", "Failed");
        machine.awaitPhase("done", "Succeeded");
        machine.await("failing", it -> assertThat(it.restarts()).isPositive());
        assertThat(machine.container("never-bad").whole("state", "terminated", "exitCode"))
                .contains(2L);
        assertThat(machine.container("never-good").text("state", "terminated", "reason"))
                .contains("Completed");
        assertThat(machine.condition("never-good", "Ready").reason()).isEqualTo("PodCompleted");
        always(
                Duration.ofMillis(300),
                () ->
                        assertThat(machine.container("never-bad").whole("restartCount"))
                                .contains(0L));
    }

    @Test
    void initContainersRunOneAfterTheOtherBeforeTheOthers() {
        machine.create(
                Types.POD,
                """
                metadata: {name: staged}
                spec:
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: shared, emptyDir: {}}]
                  initContainers:
                  - {name: one, image: weft.dev/host, command: [sh, -c, 'echo one >> $WEFT_VOLUME_SHARED/order'], volumeMounts: [{name: shared, mountPath: /shared}]}
                  - {name: two, image: weft.dev/host, command: [sh, -c, 'echo two >> $WEFT_VOLUME_SHARED/order'], volumeMounts: [{name: shared, mountPath: /shared}]}
                  containers:
                  - {name: main, image: weft.dev/host, command: [sh, -c, 'cat $WEFT_VOLUME_SHARED/order; exec sleep 300'], volumeMounts: [{name: shared, mountPath: /shared}]}
                  - {name: side, image: weft.dev/host, command: [sleep, '300']}
                """);
        machine.awaitReady("staged");

        eventually(
                () ->
                        assertThat(
                                        machine.log(
                                                "staged",
                                                new PodOutput.Wish(
                                                        "main",
                                                        false,
                                                        false,
                                                        dev.weft.machine.log.LogQuery.ALL)))
                                .isEqualTo("one\ntwo\n"));
        JsonArray inits = machine.pod("staged").status().array("initContainerStatuses");
        assertThat(inits.objects())
                .hasSize(2)
                .allMatch(
                        it ->
                                it.text("state", "terminated", "reason")
                                        .orElse("")
                                        .equals("Completed"));
    }

    @Test
    void aFailingInitContainerHoldsTheOthersBack() {
        machine.create(
                Types.POD,
                """
                metadata: {name: held}
                spec:
                  initContainers: [{name: one, image: weft.dev/host, command: [sh, -c, exit 1]}]
                  containers: [{name: main, image: weft.dev/host, command: [sleep, '300']}]
                """);
        eventually(
                () ->
                        assertThat(
                                        machine.pod("held")
                                                .status()
                                                .array("initContainerStatuses")
                                                .objects()
                                                .getFirst()
                                                .text("state", "waiting", "reason"))
                                .contains("CrashLoopBackOff"));
        assertThat(new Pod(machine.pod("held")).phase()).isEqualTo("Pending");
        assertThat(machine.container("held").text("state", "waiting", "reason"))
                .contains("PodInitializing");
        assertThat(machine.condition("held", "Initialized").isFalse()).isTrue();
    }

    @Test
    void aSidecarStartsBeforeAndEndsAfterTheMainContainer() {
        machine.create(
                Types.POD,
                """
                metadata: {name: helped}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  initContainers: [{name: helper, restartPolicy: Always, image: weft.dev/host, command: [sleep, '300']}]
                  containers: [{name: main, image: weft.dev/host, command: [sh, -c, sleep 0.2]}]
                """);
        machine.awaitPhase("helped", "Succeeded");
        eventually(
                () ->
                        assertThat(
                                        machine.pod("helped")
                                                .status()
                                                .array("initContainerStatuses")
                                                .objects()
                                                .getFirst()
                                                .at("state", "terminated"))
                                .isPresent());
    }

    @Test
    void aPodThatIsActiveTooLongFails() {
        machine.shell("late", "sleep 300", "  activeDeadlineSeconds: 1");
        machine.awaitReady("late");
        machine.awaitPhase("late", "Failed");
        assertThat(machine.pod("late").status().text("reason")).contains("DeadlineExceeded");
        machine.await(
                "late",
                it -> assertThat(machine.container("late").at("state", "terminated")).isPresent());
    }

    @Test
    void anotherImageRestartsTheContainer() throws Exception {
        Path image = Files.createDirectory(directory.resolve("image"));
        Files.writeString(image.resolve("say"), "new image\n");
        machine.agent()
                .images()
                .add(
                        dev.weft.machine.image.ImageName.parse("blue:2"),
                        new dev.weft.machine.image.ImageSource(
                                image, java.util.List.of("sh", "-c", "cat say; exec sleep 300")),
                        bytes -> {});
        machine.shell("blue", "sleep 300");
        machine.awaitReady("blue");
        var change =
                JsonObject.builder()
                        .put("op", "replace")
                        .put("path", "/spec/containers/0/image")
                        .put("value", "blue:2")
                        .build();
        machine.client()
                .patch(
                        Types.POD,
                        new Key("default", "blue"),
                        new Patch(Patch.Form.JSON, JsonArray.of((Json) change)));

        machine.await("blue", it -> assertThat(it.restarts()).isEqualTo(1));
        machine.awaitReady("blue");
        assertThat(machine.container("blue").text("image")).contains("blue:2");
    }

    @Test
    void aMissingImageSaysHowToAddItAndIsTakenWhenItIsThere() throws Exception {
        machine.create(
                Types.POD,
                """
                metadata: {name: pulled}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: 'registry.example/team/green:1.2'}]
                """);
        machine.create(
                Types.POD,
                """
                metadata: {name: forbidden}
                spec:
                  containers: [{name: main, image: 'green', imagePullPolicy: Never}]
                """);
        machine.awaitWaiting("pulled", "ImagePullBackOff");
        assertThat(machine.container("pulled").text("state", "waiting", "message"))
                .contains(
                        "image \"registry.example/team/green:1.2\" is not in this machine's store;"
                            + " add it with: weft image add registry.example/team/green:1.2 DIR --"
                            + " COMMAND…");
        machine.awaitWaiting("forbidden", "ErrImageNeverPull");
        Path image = Files.createDirectory(directory.resolve("image"));
        machine.agent()
                .images()
                .add(
                        dev.weft.machine.image.ImageName.parse("registry.example/team/green:1.2"),
                        new dev.weft.machine.image.ImageSource(
                                image, java.util.List.of("sleep", "300")),
                        bytes -> {});
        machine.awaitReady("pulled");
    }

    @Test
    void whatCannotBeStartedIsSaidInWords() {
        machine.create(
                Types.POD,
                """
                metadata: {name: empty}
                spec: {containers: [{name: main, image: weft.dev/host}]}
                """);
        machine.create(
                Types.POD,
                """
                metadata: {name: misspelt}
                spec: {containers: [{name: main, image: weft.dev/host, command: [no-such-program]}]}
                """);
        machine.create(
                Types.POD,
                """
                metadata: {name: badly-named}
                spec: {containers: [{name: main, image: 'Not An Image'}]}
                """);
        machine.awaitWaiting("empty", "CreateContainerError");
        assertThat(machine.container("empty").text("state", "waiting", "message").orElse(""))
                .contains("no command specified");
        machine.awaitWaiting("misspelt", "CrashLoopBackOff");
        assertThat(machine.container("misspelt").text("lastState", "terminated", "reason"))
                .contains("StartError");
        assertThat(
                        machine.container("misspelt")
                                .text("lastState", "terminated", "message")
                                .orElse(""))
                .contains("exec: \"no-such-program\": executable file not found in PATH");
        machine.awaitWaiting("badly-named", "InvalidImageName");
    }

    @Test
    void hooksRunAfterTheStartAndBeforeTheEnd() throws Exception {
        Path marks = directory.resolve("marks");
        machine.create(
                Types.POD,
                """
                metadata: {name: hooked}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                  - name: main
                    image: weft.dev/host
                    command: [sh, -c, "trap 'echo asked >>%1$s; exit 0' TERM; while :; do sleep 0.02; done"]
                    lifecycle:
                      postStart: {exec: {command: [sh, -c, 'echo started >>%1$s']}}
                      preStop: {exec: {command: [sh, -c, 'sleep 0.2; echo stopping >>%1$s']}}
                """
                        .formatted(marks));
        machine.awaitReady("hooked");
        assertThat(Files.readString(marks)).isEqualTo("started\n");
        machine.delete("hooked");
        machine.awaitGone("hooked");
        assertThat(Files.readString(marks)).isEqualTo("started\nstopping\nasked\n");
    }

    @Test
    void aStatusIsWrittenOnceForAChange() {
        machine.shell("calm", "sleep 300");
        machine.awaitReady("calm");
        String version = machine.pod("calm").resourceVersion();
        always(
                Duration.ofMillis(500),
                () -> assertThat(machine.pod("calm").resourceVersion()).isEqualTo(version));
    }

    @Test
    void othersConditionsStayAndReadinessGatesCount() {
        machine.shell("gated", "sleep 300", "  readinessGates: [{conditionType: example.com/go}]");
        machine.await(
                "gated",
                it -> assertThat(machine.condition("gated", "ContainersReady").isTrue()).isTrue());
        assertThat(machine.condition("gated", "Ready").reason())
                .isEqualTo("ReadinessGatesNotReady");
        var go = JsonObject.builder().put("type", "example.com/go").put("status", "True").build();
        machine.client()
                .patchStatus(
                        Types.POD,
                        new Key("default", "gated"),
                        new Patch(
                                Patch.Form.STRATEGIC,
                                JsonObject.of(
                                        "status",
                                        JsonObject.of("conditions", JsonArray.of((Json) go)))));
        machine.awaitReady("gated");
        assertThat(machine.condition("gated", "example.com/go").isTrue()).isTrue();
    }
}
