package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.api.client.Patch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Types;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingLeft.class)
@Timeout(60)
final class PodConfigTest {
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
    void aContainerIsToldWhereToListenAndWhoIsThere() {
        machine.create(
                Types.SERVICE,
                """
                metadata: {name: my-db}
                spec: {selector: {app: db}, ports: [{name: sql, port: 5432}, {name: admin, port: 81, targetPort: 8081}]}
                """);
        String db =
                machine.client()
                        .get(Types.SERVICE, new Key("default", "my-db"))
                        .orElseThrow()
                        .spec()
                        .text("clusterIP")
                        .orElseThrow();
        machine.create(
                Types.POD,
                """
                metadata: {name: told, labels: {app: told}, annotations: {note: hello}}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: weft.dev/host
                    command: [env]
                    ports: [{containerPort: 9090}]
                    resources: {limits: {memory: 64Mi, cpu: 500m}, requests: {memory: 32Mi}}
                    env:
                    - {name: A, value: one}
                    - {name: B, value: '$(A)-$$(A)-$(NONE)-$(PORT)'}
                    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    - {name: NOTE, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['note']"}}}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
                    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                """);
        machine.awaitPhase("told", "Succeeded");

        Map<String, String> variables = variables("told");
        String ip = machine.pod("told").status().text("podIP").orElseThrow();
        assertThat(variables)
                .containsEntry("HOST", ip)
                .containsEntry("PORT", "9090")
                .containsEntry("HOSTNAME", "told")
                .containsEntry("MY_DB_SERVICE_HOST", db)
                .containsEntry("MY_DB_SERVICE_PORT", "5432")
                .containsEntry("MY_DB_SERVICE_PORT_ADMIN", "81")
                .containsEntry("MY_DB_PORT", "tcp://" + db + ":5432")
                .containsEntry("MY_DB_PORT_5432_TCP_ADDR", db)
                .containsEntry("A", "one")
                .containsEntry("B", "one-$(A)-$(NONE)-9090")
                .containsEntry("POD", "told")
                .containsEntry("IP", ip)
                .containsEntry("NOTE", "hello")
                .containsEntry("NODE", "here")
                .containsEntry("MEM", "64")
                .containsEntry("CPU", "1");
        assertThat(variables).doesNotContainKeys("JAVA_HOME", "USER", "SHELL");
    }

    @Test
    void configMapsAndSecretsBecomeVariables() {
        configMap("settings", "colour: blue\n  depth: '3'");
        secret("keys", "token: c2VjcmV0");
        machine.create(
                Types.POD,
                """
                metadata: {name: fed}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: weft.dev/host
                    command: [env]
                    envFrom:
                    - {configMapRef: {name: settings}, prefix: S_}
                    - {secretRef: {name: nowhere, optional: true}}
                    env:
                    - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}
                    - {name: GONE, valueFrom: {configMapKeyRef: {name: settings, key: none, optional: true}}}
                    - {name: S_depth, value: '4'}
                """);
        machine.awaitPhase("fed", "Succeeded");
        assertThat(variables("fed"))
                .containsEntry("S_colour", "blue")
                .containsEntry("S_depth", "4")
                .containsEntry("TOKEN", "secret")
                .doesNotContainKey("GONE");
    }

    @Test
    void aMissingReferenceIsNamedAndTakenWhenItIsThere() {
        machine.create(
                Types.POD,
                """
                metadata: {name: waits}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: weft.dev/host
                    command: [env]
                    env: [{name: C, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}]
                """);
        machine.awaitWaiting("waits", "CreateContainerConfigError");
        assertThat(machine.container("waits").text("state", "waiting", "message"))
                .contains("configmap \"settings\" not found");
        configMap("settings", "other: x");
        machine.await(
                "waits",
                it ->
                        assertThat(machine.container("waits").text("state", "waiting", "message"))
                                .contains(
                                        "couldn't find key colour in ConfigMap default/settings"));
        machine.client()
                .patch(
                        Types.CONFIG_MAP,
                        new Key("default", "settings"),
                        Patch.merge(
                                JsonObject.of("data", JsonObject.of("colour", Json.of("green")))));
        machine.awaitPhase("waits", "Succeeded");
        assertThat(variables("waits")).containsEntry("C", "green");
        eventually(
                () ->
                        assertThat(machine.events("waits"))
                                .contains("Failed: Error: configmap \"settings\" not found"));
    }

    @Test
    void volumesAreWhereTheManifestWantsThemAndFollowTheirSource() {
        assumeThat(new ProcessOwner().isRoot()).isTrue();
        configMap("settings", "colour: blue\n  depth: '3'");
        secret("keys", "token: c2VjcmV0");
        machine.create(
                Types.POD,
                """
                metadata: {name: mounted, labels: {app: mounted}}
                spec:
                  terminationGracePeriodSeconds: 1
                  securityContext: {runAsUser: 4711, fsGroup: 4712}
                  volumes:
                  - {name: conf, configMap: {name: settings}}
                  - {name: keys, secret: {secretName: keys, defaultMode: 0440, items: [{key: token, path: deep/token}]}}
                  - {name: scratch, emptyDir: {}}
                  - {name: me, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
                  - name: all
                    projected: {sources: [{configMap: {name: settings}}, {secret: {name: keys}}]}
                  containers:
                  - name: main
                    image: weft.dev/host
                    command:
                    - sh
                    - -c
                    - |
                      id -u; cat /weft-conf/colour; echo; cat /var/openfaas/secrets/deep/token; echo
                      cat /weft-me/labels; echo; ls /weft-all; echo mine >/weft-scratch/f && cat /weft-scratch/f
                      cat /etc/weft-one; echo; echo x >/weft-conf/x || echo read-only
                      until grep -q red /weft-conf/colour; do sleep 0.05; done; echo followed
                      exec sleep 300
                    volumeMounts:
                    - {name: conf, mountPath: /weft-conf}
                    - {name: keys, mountPath: /var/openfaas/secrets}
                    - {name: scratch, mountPath: /weft-scratch}
                    - {name: me, mountPath: /weft-me}
                    - {name: all, mountPath: /weft-all}
                    - {name: conf, mountPath: /etc/weft-one, subPath: depth}
                """);
        machine.awaitReady("mounted");
        machine.awaitLog("mounted", "read-only");
        assertThat(machine.log("mounted"))
                .startsWith("4711\nblue\nsecret\napp=\"mounted\"\ncolour\ndepth\ntoken\nmine\n3\n");
        machine.client()
                .patch(
                        Types.CONFIG_MAP,
                        new Key("default", "settings"),
                        Patch.merge(
                                JsonObject.of("data", JsonObject.of("colour", Json.of("red")))));
        machine.awaitLog("mounted", "followed");
        assertThat(Path.of("/weft-conf")).doesNotExist();
    }

    @Test
    void aVolumeThatCannotBeHadIsNamed() {
        machine.create(
                Types.POD,
                """
                metadata: {name: lacking}
                spec:
                  volumes: [{name: conf, configMap: {name: nowhere}}]
                  containers: [{name: main, image: weft.dev/host, command: [sleep, '300'], volumeMounts: [{name: conf, mountPath: /c}]}]
                """);
        machine.create(
                Types.POD,
                """
                metadata: {name: claiming}
                spec:
                  volumes: [{name: disk, persistentVolumeClaim: {claimName: mine}}]
                  containers: [{name: main, image: weft.dev/host, command: [sleep, '300']}]
                """);
        eventually(
                () ->
                        assertThat(machine.events("lacking"))
                                .contains(
                                        "FailedMount: MountVolume.SetUp failed for volume"
                                                + " \"conf\" : configmap \"nowhere\" not found"));
        eventually(
                () ->
                        assertThat(machine.events("claiming"))
                                .contains(
                                        "FailedMount: MountVolume.SetUp failed for volume \"disk\""
                                                + " : volumes of the type persistentVolumeClaim are"
                                                + " not supported"));
        machine.awaitWaiting("lacking", "ContainerCreating");
        machine.awaitPhase("lacking", "Pending");
    }

    @Test
    void whoMayNotRunAsRootDoesNot() {
        assumeThat(new ProcessOwner().isRoot()).isTrue();
        machine.shell("rootless", "sleep 300", "  securityContext: {runAsNonRoot: true}");
        machine.shell(
                "someone",
                "id -u; id -g; sleep 300",
                "  securityContext: {runAsNonRoot: true, runAsUser: 4711, runAsGroup: 4712}");
        machine.awaitWaiting("rootless", "CreateContainerConfigError");
        assertThat(machine.container("rootless").text("state", "waiting", "message").orElse(""))
                .contains("runAsNonRoot");
        machine.awaitLog("someone", "4711\n4712\n");
    }

    private void configMap(String name, String data) {
        machine.create(Types.CONFIG_MAP, "metadata: {name: " + name + "}\ndata:\n  " + data + "\n");
    }

    private void secret(String name, String data) {
        machine.create(Types.SECRET, "metadata: {name: " + name + "}\ndata:\n  " + data + "\n");
    }

    private Map<String, String> variables(String pod) {
        var variables = new LinkedHashMap<String, String>();
        for (String line : machine.log(pod).split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return variables;
    }
}
