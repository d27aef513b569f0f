package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Running;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people do with kubectl, done by one version of it. Each test has a namespace of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NothingLeft.class)
abstract class KubectlScript {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String tool;
    private @Nullable WeftUp weft;
    private @Nullable Path kubectl;
    private @Nullable Path files;
    private String namespace = "default";

    KubectlScript(String tool) {
        this.tool = tool;
    }

    @BeforeAll
    final void start(@TempDir Path folder) throws IOException {
        kubectl = Tools.find(tool);
        files = Files.createDirectories(folder.resolve("files"));
        weft = WeftUp.in(folder.resolve("data"));
    }

    @AfterAll
    final void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    @BeforeEach
    final void takeANamespace() {
        namespace = "n" + NUMBER.incrementAndGet();
        run("create", "namespace", namespace);
    }

    // ---- looking ----

    @Test
    void versionTellsTheServersToo() {
        assertThat(run("version", "-o", "json").out()).contains("\"serverVersion\"", "+weft");
    }

    @Test
    void apiResourcesAreTold() {
        String told = run("api-resources").out();

        for (String kind :
                new String[] {
                    "namespaces",
                    "configmaps",
                    "secrets",
                    "services",
                    "pods",
                    "events",
                    "nodes",
                    "endpointslices",
                    "leases",
                    "deployments",
                    "replicasets",
                    "trafficsplits",
                    "customresourcedefinitions"
                }) {
            assertThat(told).containsPattern("(?m)^" + kind + "\\s");
        }
        assertThat(told).containsPattern("(?m)^deployments\\s+deploy\\s+apps/v1\\s+true");
    }

    @Test
    void explainTellsFieldsAndTypes() {
        assertThat(run("explain", "deployment.spec.replicas").out())
                .contains("Deployment", "replicas", "<integer>");
        assertThat(run("explain", "deployment.spec.template.spec.containers").out())
                .contains("image", "command", "readinessProbe");
        assertThat(run("explain", "trafficsplit.spec").out()).contains("backends", "service");
    }

    @Test
    void nodesAndNamespacesAreThere() {
        assertThat(run("get", "nodes").out()).contains("NAME", "STATUS", "Ready");
        assertThat(run("get", "namespaces").out())
                .contains("default", "kube-system", "openfaas-fn", "Active");
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        assertThat(in("get", "configmaps").run().expectSuccess().err())
                .contains("No resources found in " + namespace + " namespace.");
        assertThat(in("get", "configmap", "none").run().expectExit(1).err())
                .contains("Error from server (NotFound): configmaps \"none\" not found");
        assertThat(in("get", "doodads").run().expectExit(1).err())
                .contains("the server doesn't have a resource type \"doodads\"");
    }

    @Test
    void getShowsTablesYamlAndPaths() {
        apply("cm.yaml", Manifests.configMap("a", "one"));

        assertThat(done("get", "configmap").out()).containsPattern("NAME +DATA +AGE");
        assertThat(done("get", "configmap", "a").out()).containsPattern("(?m)^a +1 +");
        assertThat(done("get", "configmap", "a", "-o", "yaml").out())
                .contains("apiVersion: v1", "kind: ConfigMap", "  key: one", "  name: a\n");
        assertThat(done("get", "configmap", "a", "-o", "jsonpath={.data.key}").out())
                .isEqualTo("one");
        assertThat(done("get", "configmap", "a", "-o", "name").out()).isEqualTo("configmap/a\n");
    }

    @Test
    void watchShowsWhatChanges() {
        try (Running watching = in("get", "configmaps", "-w").start()) {
            eventually(
                    () -> {
                        done("create", "configmap", "w" + NUMBER.incrementAndGet());
                        assertThat(watching.out().text()).containsPattern("(?m)^w[0-9]+ +0 ");
                    });
            apply("cm.yaml", Manifests.configMap("seen", "x"));
            watching.out().await("(?m)^seen +1 ");
        }
    }

    // ---- changing ----

    @Test
    void applyCreatesThenChangesThenLeavesAlone() {
        assertThat(apply("cm.yaml", Manifests.configMap("a", "one")).out())
                .isEqualTo("configmap/a created\n");
        assertThat(apply("cm.yaml", Manifests.configMap("a", "one")).out())
                .isEqualTo("configmap/a unchanged\n");
        assertThat(apply("cm.yaml", Manifests.configMap("a", "two")).out())
                .isEqualTo("configmap/a configured\n");
        assertThat(done("get", "configmap", "a", "-o", "jsonpath={.data.key}").out())
                .isEqualTo("two");
    }

    @Test
    void createMakesTheKindsItKnows() {
        done("create", "configmap", "c", "--from-literal=a=b");
        done("create", "secret", "generic", "s", "--from-literal=p=q");
        done("create", "service", "clusterip", "v", "--tcp=80:8080");
        done("create", "deployment", "d", "--image=weft.dev/host", "--replicas=0");

        assertThat(done("get", "secret", "s", "-o", "jsonpath={.data.p}{.type}").out())
                .isEqualTo("cQ==Opaque");
        assertThat(done("get", "service", "v", "-o", "jsonpath={.spec.clusterIP}").out())
                .startsWith("127.");
        assertThat(done("get", "deployment", "d", "-o", "jsonpath={.spec.replicas}").out())
                .isEqualTo("0");
    }

    @Test
    void createRefusesWhatIsThere() {
        done("create", "configmap", "c");

        assertThat(in("create", "configmap", "c").run().expectExit(1).err())
                .contains("configmaps \"c\" already exists");
    }

    @Test
    void editChangesWhatTheEditorChanged() {
        apply("cm.yaml", Manifests.configMap("a", "one"));

        Command edit =
                in("edit", "configmap", "a").environment("KUBE_EDITOR", "sed -i s/one/three/");
        assertThat(edit.run().expectSuccess().out()).contains("configmap/a edited");
        assertThat(done("get", "configmap", "a", "-o", "jsonpath={.data.key}").out())
                .isEqualTo("three");
    }

    @Test
    void patchTakesEveryForm() {
        apply("d.yaml", Manifests.deployment("d", 0, "sleep", "1"));

        String strategic =
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":"
                        + "[{\"name\":\"c\",\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}]}}}}";
        done("patch", "deployment", "d", "-p", strategic);
        assertThat(
                        done(
                                        "get",
                                        "deployment",
                                        "d",
                                        "-o",
                                        "jsonpath={.spec.template.spec.containers[*].image}"
                                                + "{.spec.template.spec.containers[0].env[0].name}")
                                .out())
                .isEqualTo("weft.dev/hostA");
        done(
                "patch",
                "deployment",
                "d",
                "--type=merge",
                "-p",
                "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
        done(
                "patch",
                "deployment",
                "d",
                "--type=json",
                "-p",
                "[{\"op\":\"replace\",\"path\":\"/metadata/labels/x\",\"value\":\"z\"}]");
        assertThat(done("get", "deployment", "d", "-o", "jsonpath={.metadata.labels.x}").out())
                .isEqualTo("z");
    }

    @Test
    void labelsAnnotationsAndImagesAreSet() {
        apply("d.yaml", Manifests.deployment("d", 0, "sleep", "1"));

        done("label", "deployment", "d", "tier=front");
        done("annotate", "deployment", "d", "note=text");
        done("set", "env", "deployment/d", "COLOUR=blue");

        assertThat(done("get", "deployment", "-l", "tier=front", "-o", "name").out())
                .isEqualTo("deployment.apps/d\n");
        assertThat(done("describe", "deployment", "d").out()).contains("note: text", "blue");
    }

    @Test
    void deleteWaitsUntilItIsGone() {
        apply("cm.yaml", Manifests.configMap("a", "one"));

        assertThat(done("delete", "configmap", "a").out()).contains("configmap \"a\" deleted");
        in("get", "configmap", "a").run().expectExit(1);
        assertThat(in("delete", "configmap", "a").run().expectExit(1).err()).contains("NotFound");
    }

    @Test
    void aNamespaceGoesWithAllThatIsInIt() {
        apply("cm.yaml", Manifests.configMap("a", "one"));

        run("delete", "namespace", namespace);
        in("get", "configmap", "a").run().expectExit(1);
        assertThat(kubectl("get", "namespace", namespace).run().expectExit(1).err())
                .contains("NotFound");
    }

    @Test
    void diffShowsWhatWouldChange() {
        apply("cm.yaml", Manifests.configMap("a", "one"));
        Path file = write("cm.yaml", Manifests.configMap("a", "two"));

        Command.Result changed = in("diff", "-f", file).run().expectExit(1);
        assertThat(changed.out()).contains("-  key: one", "+  key: two");
        write("cm.yaml", Manifests.configMap("a", "one"));
        in("diff", "-f", file).run().expectExit(0);
    }

    @Test
    void aDryRunChangesNothing() {
        Path file = write("cm.yaml", Manifests.configMap("a", "one"));

        assertThat(in("apply", "--dry-run=server", "-f", file).run().expectSuccess().out())
                .contains("configmap/a created (server dry run)");
        in("get", "configmap", "a").run().expectExit(1);
    }

    // ---- being refused ----

    @Test
    void wrongManifestsAreRefusedWithTheirReason() {
        Path unknown =
                write("bad.yaml", Manifests.deployment("d", 0, "sleep", "1") + "\nextra: 1\n");
        assertThat(in("apply", "-f", unknown).run().expectExit(1).err()).contains("extra");

        Path wrongType =
                write(
                        "bad.yaml",
                        Manifests.deployment("d", 0, "sleep", "1").replace(": 0", ": many"));
        assertThat(in("apply", "-f", wrongType).run().expectExit(1).err())
                .contains("replicas")
                .doesNotContain("Exception");

        Path noSelector =
                write(
                        "bad.yaml",
                        Manifests.deployment("d", 0, "sleep", "1")
                                .replace("{matchLabels: {app: d}}", "{matchLabels: {app: e}}"));
        assertThat(in("apply", "--validate=false", "-f", noSelector).run().expectExit(1).err())
                .contains("selector");
    }

    @Test
    void aNamespaceThatIsMissingIsSaidSo() {
        Path file = write("cm.yaml", Manifests.configMap("a", "one"));

        assertThat(kubectl("-n", "nowhere", "apply", "-f", file).run().expectExit(1).err())
                .contains("namespaces \"nowhere\" not found");
    }

    @Test
    void serverSideApplyIsRefusedClearly() {
        Path file = write("cm.yaml", Manifests.configMap("a", "one"));

        assertThat(in("apply", "--server-side", "-f", file).run().expectExit(1).err())
                .containsIgnoringCase("server-side apply");
    }

    // ---- kinds of the user's own ----

    @Test
    void aKindOfTheUsersOwnIsServedLikeAnyOther() {
        String group = namespace + ".example.dev";
        run("apply", "-f", write("crd.yaml", Manifests.definition(group)));
        run("wait", "--for=condition=Established", "crd/gadgets." + group, "--timeout=30s");
        String gadget =
                """
                apiVersion: %s/v1
                kind: Gadget
                metadata: {name: g}
                spec: {size: 3}
                """
                        .formatted(group);
        eventually(() -> apply("g.yaml", gadget));

        assertThat(done("get", "gadgets." + group).out()).containsPattern("g +3");
        assertThat(run("explain", "gadgets.spec").out()).contains("size");
        Path wrong = write("g.yaml", gadget.replace("3", "-3"));
        assertThat(in("apply", "-f", wrong).run().expectExit(1).err())
                .contains("spec.size", "greater than or equal to 0");
        run("delete", "crd", "gadgets." + group);
        in("get", "gadgets." + group).run().expectExit(1);
    }

    @Test
    void aSplitIsServedInAllItsVersions() {
        apply(
                "split.yaml",
                """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: s}
                spec:
                  service: root
                  backends:
                  - {service: blue, weight: 500m}
                  - {service: green, weight: 500m}
                """);

        assertThat(
                        done(
                                        "get",
                                        "trafficsplits.v1alpha4.split.smi-spec.io",
                                        "s",
                                        "-o",
                                        "jsonpath={.apiVersion} {.spec.backends[*].weight}")
                                .out())
                .startsWith("split.smi-spec.io/v1alpha4 500");
    }

    // ---- running ----

    @Test
    void aDeploymentComesUpAndIsWaitedFor() {
        apply("d.yaml", Manifests.deployment("d", 2, "sleep", "1000"));

        done("rollout", "status", "deployment/d", "--timeout=30s");
        done("wait", "--for=condition=Available", "deployment/d", "--timeout=30s");
        assertThat(done("get", "deployment", "d").out()).containsPattern("d +2/2 +2 +2");
        assertThat(done("get", "pods").out()).containsPattern("(?m)^d-[a-z0-9-]+ +1/1 +Running");
        assertThat(done("get", "replicasets").out()).containsPattern("(?m)^d-[a-z0-9]+ +2 +2 +2");
    }

    @Test
    void aDeploymentIsScaled() {
        apply("d.yaml", Manifests.deployment("d", 1, "sleep", "1000"));
        done("rollout", "status", "deployment/d", "--timeout=30s");

        done("scale", "deployment", "d", "--replicas=3");
        done("rollout", "status", "deployment/d", "--timeout=30s");
        assertThat(done("get", "deployment", "d", "-o", "jsonpath={.status.readyReplicas}").out())
                .isEqualTo("3");
        done("scale", "deployment", "d", "--replicas=0");
        eventually(() -> assertThat(done("get", "pods", "-o", "name").out()).isEmpty());
    }

    @Test
    void aRolloutIsUndone() {
        apply("d.yaml", Manifests.deployment("d", 1, "sleep", "1000"));
        done("rollout", "status", "deployment/d", "--timeout=30s");
        apply("d.yaml", Manifests.deployment("d", 1, "sleep", "2000"));
        done("rollout", "status", "deployment/d", "--timeout=30s");
        assertThat(done("rollout", "history", "deployment/d").out()).containsPattern("(?m)^2 ");

        done("rollout", "undo", "deployment/d");
        done("rollout", "status", "deployment/d", "--timeout=30s");
        assertThat(
                        done(
                                        "get",
                                        "deployment",
                                        "d",
                                        "-o",
                                        "jsonpath={.spec.template.spec.containers[0].command[1]}")
                                .out())
                .isEqualTo("1000");
        done("rollout", "restart", "deployment/d");
        done("rollout", "status", "deployment/d", "--timeout=30s");
    }

    @Test
    void logsAreFollowedUntilTheEnd() {
        apply(
                "p.yaml",
                Manifests.pod(
                        "p",
                        "i=0; while [ $i -lt 20 ]; do echo line $i; i=$((i+1)); sleep 0.1; done"));
        done("wait", "--for=condition=Ready", "pod/p", "--timeout=30s");

        String followed = in("logs", "-f", "p").limit(Duration.ofSeconds(60)).run().out();
        assertThat(followed).contains("line 0\n", "line 19\n");
        assertThat(done("logs", "p", "--tail=1").out()).contains("line");
    }

    @Test
    void aDeletedPodIsGoneWithItsProcess() {
        apply("p.yaml", Manifests.pod("p", "echo $$$$; exec sleep 1000"));
        done("wait", "--for=condition=Ready", "pod/p", "--timeout=30s");
        eventually(() -> assertThat(done("logs", "p").out()).isNotBlank());
        long pid = Long.parseLong(done("logs", "p").out().strip());

        done("delete", "pod", "p", "--grace-period=2");
        eventually(() -> assertThat(ProcessHandle.of(pid).filter(it -> it.isAlive())).isEmpty());
    }

    @Test
    void describeShowsEvents() {
        apply("d.yaml", Manifests.deployment("d", 1, "sleep", "1000"));
        done("rollout", "status", "deployment/d", "--timeout=30s");

        eventually(
                () ->
                        assertThat(done("describe", "deployment", "d").out())
                                .contains("ScalingReplicaSet"));
        assertThat(done("get", "events").out()).contains("LAST SEEN", "REASON");
    }

    // ---- what tests say ----

    private Command kubectl(Object... words) {
        if (weft == null || kubectl == null) {
            throw new IllegalStateException("not started");
        }
        return weft.kubectl(kubectl).with(words);
    }

    /** A command in the test's namespace. */
    private Command in(Object... words) {
        return kubectl("-n", namespace).with(words);
    }

    private Command.Result done(Object... words) {
        return in(words).run().expectSuccess();
    }

    private Command.Result run(Object... words) {
        return kubectl(words).run().expectSuccess();
    }

    private Command.Result apply(String name, String manifest) {
        return done("apply", "-f", write(name, manifest));
    }

    private Path write(String name, String text) {
        if (files == null) {
            throw new IllegalStateException("not started");
        }
        try {
            return Files.writeString(files.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
