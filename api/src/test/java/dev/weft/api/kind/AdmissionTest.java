package dev.weft.api.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.FieldValidation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: main
                    image: example/web:1
                    ports: [{containerPort: 8080}]
                    resources: {limits: {cpu: 0.5, memory: 1.5Gi}}
                    readinessProbe: {httpGet: {port: 8080}}
            """;

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: default}
            spec:
              containers:
              - name: main
                image: a
            """;

    private static final String LIMITED = "image: a\n  activeDeadlineSeconds: 5";

    @Test
    void aDeploymentGetsTheDefaultsThatKubernetesGivesIt() {
        JsonObject tree = create(DEPLOYMENT).tree();
        JsonObject container =
                tree.array("spec", "template", "spec", "containers").objects().getFirst();

        assertThat(create(DEPLOYMENT).causes()).isEmpty();
        assertThat(tree.whole("spec", "replicas")).contains(1L);
        assertThat(tree.text("spec", "strategy", "type")).contains("RollingUpdate");
        assertThat(tree.text("spec", "strategy", "rollingUpdate", "maxSurge")).contains("25%");
        assertThat(container.text("imagePullPolicy")).contains("IfNotPresent");
        assertThat(container.text("resources", "requests", "cpu")).contains("500m");
        assertThat(container.text("resources", "limits", "memory")).contains("1536Mi");
        assertThat(container.text("readinessProbe", "httpGet", "scheme")).contains("HTTP");
        assertThat(container.array("ports").objects().getFirst().text("protocol")).contains("TCP");
    }

    @Test
    void admittingWhatWasAdmittedChangesNothing() {
        JsonObject once = create(DEPLOYMENT).tree();
        Admitted twice = Admission.onCreate(found(once), once, List.of(), FieldValidation.STRICT);

        assertThat(twice.undecodable()).isEmpty();
        assertThat(twice.tree()).isEqualTo(once);
    }

    @Test
    void anUnknownFieldIsRefusedWarnedOfOrDropped() {
        String wrong = DEPLOYMENT.replace("spec:\n  sel", "spec:\n  foo: 1\n  sel");

        assertThat(create(wrong).undecodable())
                .isEqualTo(
                        "Deployment in version \"v1\" cannot be handled as a Deployment: strict"
                                + " decoding error: unknown field \"spec.foo\"");
        assertThat(admit(wrong, FieldValidation.WARN).warnings())
                .containsExactly("unknown field \"spec.foo\"");
        assertThat(admit(wrong, FieldValidation.IGNORE).warnings()).isEmpty();
        assertThat(admit(wrong, FieldValidation.IGNORE).tree().at("spec", "foo")).isEmpty();
    }

    @Test
    void aWrongTypeIsToldInTheWordsOfKubernetes() {
        assertThat(
                        create(DEPLOYMENT.replace("spec:\n  sel", "spec:\n  replicas: x\n  sel"))
                                .undecodable())
                .endsWith(
                        "json: cannot unmarshal string into Go struct field"
                                + " DeploymentSpec.spec.replicas of type int32");
        assertThat(
                        create(DEPLOYMENT.replace("labels: {app: web}}", "labels: {app: 1}}"))
                                .undecodable())
                .contains(
                        "cannot unmarshal number into Go struct field"
                                + " ObjectMeta.spec.template.metadata.labels of type string");
    }

    @Test
    void aSelectorThatDoesNotMatchTheTemplateIsRefused() {
        Admitted admitted =
                create(DEPLOYMENT.replace("{labels: {app: web}}", "{labels: {app: other}}"));

        assertThat(admitted.causes())
                .containsExactly(
                        new Cause(
                                Cause.INVALID,
                                "Invalid value: {\"app\":\"other\"}: `selector` does not match"
                                        + " template `labels`",
                                "spec.template.metadata.labels"));
    }

    @Test
    void theSelectorOfADeploymentNeverChanges() {
        JsonObject before = create(DEPLOYMENT).tree();
        JsonObject after = create(DEPLOYMENT.replace("app: web", "app: other")).tree();
        Admitted changed =
                Admission.onUpdate(found(after), before, after, List.of(), FieldValidation.STRICT);

        assertThat(changed.causes())
                .extracting(Cause::text)
                .containsExactly(
                        "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"other\"}}: field"
                                + " is immutable");
    }

    @Test
    void everythingWrongIsToldAtOnce() {
        Admitted admitted =
                create(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: UPPER, namespace: default}
                        spec:
                          type: Wrong
                          ports: [{port: 70000}]
                        """);

        assertThat(admitted.causes())
                .extracting(Cause::field)
                .containsExactly(
                        "metadata.name",
                        "spec.type",
                        "spec.ports[0].port",
                        "spec.ports[0].targetPort");
        assertThat(admitted.causes().get(1).message())
                .isEqualTo(
                        "Unsupported value: \"Wrong\": supported values: \"ClusterIP\","
                                + " \"ExternalName\", \"LoadBalancer\", \"NodePort\"");
    }

    @Test
    void ofAPodOnlySomeFieldsChange() {
        JsonObject pod = create(POD).tree();

        assertThat(changed(pod, "image: a", "image: b").causes()).isEmpty();
        assertThat(changed(pod, "image: a", "image: a\n  activeDeadlineSeconds: 5").causes())
                .isEmpty();
        assertThat(
                        changed(pod, "image: a", "image: a\n  tolerations: [{operator: Exists}]")
                                .causes())
                .isEmpty();
        for (String other :
                List.of(
                        "image: a\n    command: [b]",
                        "image: a\n  restartPolicy: Never",
                        "image: a\n  terminationGracePeriodSeconds: 5")) {
            assertThat(changed(pod, "image: a", other).causes())
                    .extracting(Cause::text)
                    .allMatch(it -> it.startsWith("spec: Forbidden: pod updates may not change"))
                    .hasSize(1);
        }
        JsonObject limited = create(POD.replace("image: a", LIMITED)).tree();
        assertThat(changed(limited, "image: a", LIMITED.replace('5', '6')).causes())
                .extracting(Cause::text)
                .containsExactly(
                        "spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal"
                                + " to previous value");
        assertThat(changed(limited, "", "").causes())
                .extracting(Cause::text)
                .containsExactly(
                        "spec.activeDeadlineSeconds: Invalid value: null: must not update from a"
                                + " positive integer to nil value");
    }

    @Test
    void aStatusIsCheckedAsWellAsASpec() {
        JsonObject deployment = create(DEPLOYMENT).tree();

        assertThat(statusOf(deployment, "{replicas: 1, readyReplicas: 2, availableReplicas: -1}"))
                .containsExactly(
                        "status.availableReplicas: Invalid value: -1: must be greater than or"
                                + " equal to 0",
                        "status.readyReplicas: Invalid value: 2: cannot be greater than"
                                + " status.replicas");
        assertThat(statusOf(deployment, "{replicas: 3, readyReplicas: 2, availableReplicas: 2}"))
                .isEmpty();
        assertThat(statusOf(create(POD).tree(), "{podIP: somewhere}"))
                .containsExactly(
                        "status.podIP: Invalid value: \"somewhere\": must be a valid IP address,"
                                + " (e.g. 10.9.8.7 or 2001:db8::ffff)");
        JsonObject namespace =
                create("{apiVersion: v1, kind: Namespace, metadata: {name: n}}").tree();
        assertThat(statusOf(namespace, "{phase: Terminating}"))
                .containsExactly(
                        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if"
                                + " `deletionTimestamp` is empty");
    }

    private static List<String> statusOf(JsonObject current, String status) {
        JsonObject tree =
                Yaml.readOne(status.getBytes(StandardCharsets.UTF_8))
                        .value()
                        .object()
                        .orElseThrow();
        return Admission.onStatus(
                        found(current),
                        current,
                        current.with("status", tree),
                        List.of(),
                        FieldValidation.STRICT)
                .causes()
                .stream()
                .map(Cause::text)
                .toList();
    }

    private static Admitted changed(JsonObject current, String from, String to) {
        JsonObject next = create(POD.replace(from, to)).tree();
        return Admission.onUpdate(found(current), current, next, List.of(), FieldValidation.STRICT);
    }

    private static Admitted create(String yaml) {
        return admit(yaml, FieldValidation.STRICT);
    }

    private static Admitted admit(String yaml, FieldValidation mode) {
        Yaml.Document document = Yaml.readOne(yaml.getBytes(StandardCharsets.UTF_8));
        JsonObject tree = document.value().object().orElseThrow();
        return Admission.onCreate(found(tree), tree, document.duplicates(), mode);
    }

    private static Kinds.Found found(JsonObject tree) {
        return Kinds.builtIn()
                .findByKind(tree.text("apiVersion").orElseThrow(), tree.text("kind").orElseThrow())
                .orElseThrow();
    }
}
