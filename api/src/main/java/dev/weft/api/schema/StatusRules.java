package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must be true of the status of an object of a built-in kind when somebody writes it. */
final class StatusRules {
    private static final String NEGATIVE = "must be greater than or equal to 0";
    private static final String ABOVE_ALL = "cannot be greater than status.replicas";
    private static final String ABOVE_READY = "cannot be greater than readyReplicas";
    private static final String NO_ADDRESS =
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private static final String FORGOTTEN =
            "missing from spec.versions; V was previously a storage version, and must remain in"
                    + " spec.versions until a storage migration ensures no data remains persisted"
                    + " in V and removes V from status.storedVersions";

    private StatusRules() {}

    static void check(JsonObject from, JsonObject to, String typeName, Causes causes) {
        JsonObject status = to.object("status");
        switch (typeName) {
            case "io.k8s.api.apps.v1.Deployment" ->
                    deployment(from.object("status"), status, causes);
            case "io.k8s.api.apps.v1.ReplicaSet" -> replicaSet(status, causes);
            case "io.k8s.api.core.v1.Pod" -> pod(from, to, causes);
            case "io.k8s.api.core.v1.Service" -> service(to, causes);
            case "io.k8s.api.core.v1.Namespace" -> namespace(to, causes);
            case "io.k8s.api.core.v1.Node" -> node(status, causes);
            case "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition" ->
                    definition(to, causes);
            default -> {}
        }
    }

    private static void deployment(JsonObject from, JsonObject status, Causes causes) {
        counts(
                status,
                List.of(
                        "observedGeneration",
                        "replicas",
                        "updatedReplicas",
                        "readyReplicas",
                        "availableReplicas",
                        "unavailableReplicas",
                        "collisionCount"),
                causes);
        long all = count(status, "replicas");
        atMost(status, "updatedReplicas", all, ABOVE_ALL, causes);
        atMost(status, "readyReplicas", all, ABOVE_ALL, causes);
        atMost(status, "availableReplicas", all, ABOVE_ALL, causes);
        atMost(status, "availableReplicas", count(status, "readyReplicas"), ABOVE_READY, causes);
        if (count(status, "collisionCount") < count(from, "collisionCount")) {
            causes.invalid(
                    "status.collisionCount",
                    Json.of(count(status, "collisionCount")),
                    "cannot be decremented");
        }
    }

    private static void replicaSet(JsonObject status, Causes causes) {
        counts(
                status,
                List.of(
                        "replicas",
                        "fullyLabeledReplicas",
                        "readyReplicas",
                        "availableReplicas",
                        "observedGeneration"),
                causes);
        long all = count(status, "replicas");
        atMost(status, "fullyLabeledReplicas", all, ABOVE_ALL, causes);
        atMost(status, "readyReplicas", all, ABOVE_ALL, causes);
        atMost(status, "availableReplicas", all, ABOVE_ALL, causes);
        atMost(status, "availableReplicas", count(status, "readyReplicas"), ABOVE_READY, causes);
    }

    private static void pod(JsonObject from, JsonObject to, Causes causes) {
        JsonObject status = to.object("status");
        addresses(status, "podIPs", "status.podIPs", causes);
        addresses(status, "hostIPs", "status.hostIPs", causes);
        address(status, "podIP", "status.podIP", causes);
        address(status, "hostIP", "status.hostIP", causes);
        Optional<String> quality = from.text("status", "qosClass").filter(it -> !it.isEmpty());
        Optional<String> given = status.text("qosClass").filter(it -> !it.isEmpty());
        if (quality.isPresent() && given.isPresent() && !quality.equals(given)) {
            causes.invalid("status.qosClass", Json.of(given.get()), "field is immutable");
        }
        if (to.text("spec", "restartPolicy").orElse("Always").equals("Never")) {
            noSecondLife(from.object("status"), status, "containerStatuses", causes);
            noSecondLife(from.object("status"), status, "initContainerStatuses", causes);
        }
    }

    /** A container that has ended and is not to be restarted stays ended. */
    private static void noSecondLife(
            JsonObject before, JsonObject after, String list, Causes causes) {
        var ended = new ArrayList<String>();
        for (JsonObject it : before.array(list).objects()) {
            if (it.object("state").has("terminated")) {
                ended.add(it.text("name").orElse(""));
            }
        }
        int index = 0;
        for (JsonObject it : after.array(list).objects()) {
            String path = "status." + list + "[" + index++ + "].state";
            if (ended.contains(it.text("name").orElse(""))
                    && !it.object("state").has("terminated")) {
                causes.forbidden(path, "may not be transitioned to non-terminated state");
            }
        }
    }

    private static void service(JsonObject service, Causes causes) {
        List<JsonObject> ingress = service.array("status", "loadBalancer", "ingress").objects();
        String path = "status.loadBalancer.ingress";
        if (!ingress.isEmpty() && !service.text("spec", "type").orElse("").equals("LoadBalancer")) {
            causes.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
        }
        int index = 0;
        for (JsonObject it : ingress) {
            String here = path + "[" + index++ + "]";
            address(it, "ip", here + ".ip", causes);
            Optional<String> name = it.text("hostname").filter(text -> !text.isEmpty());
            name.ifPresent(
                    text ->
                            MetadataRules.each(
                                    Formats.subdomain(text), here + ".hostname", text, causes));
        }
    }

    private static void namespace(JsonObject namespace, Causes causes) {
        boolean deleting = namespace.at("metadata", "deletionTimestamp").isPresent();
        String phase = namespace.text("status", "phase").orElse("");
        if (!deleting && !phase.equals("Active")) {
            causes.invalid(
                    "status.Phase",
                    Json.of(phase),
                    "may only be 'Active' if `deletionTimestamp` is empty");
        }
        if (deleting && !phase.equals("Terminating")) {
            causes.invalid(
                    "status.Phase",
                    Json.of(phase),
                    "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }
    }

    private static void node(JsonObject status, Causes causes) {
        for (String list : List.of("capacity", "allocatable")) {
            status.texts(list)
                    .forEach(
                            (name, amount) -> {
                                if (amount.startsWith("-")) {
                                    causes.invalid(
                                            "status." + list + "." + name,
                                            Json.of(amount),
                                            NEGATIVE);
                                }
                            });
        }
    }

    /** A version in which something may be stored cannot be forgotten while it is named here. */
    static void definition(JsonObject definition, Causes causes) {
        List<JsonObject> versions = definition.array("spec", "versions").objects();
        List<String> names = versions.stream().flatMap(it -> it.text("name").stream()).toList();
        List<String> stored = definition.array("status", "storedVersions").texts();
        int index = 0;
        for (String version : stored) {
            String path = "status.storedVersions[" + index++ + "]";
            if (!names.contains(version)) {
                causes.invalid(path, Json.of(version), FORGOTTEN.replace("V", version));
            }
        }
    }

    private static void counts(JsonObject status, List<String> fields, Causes causes) {
        for (String field : fields) {
            if (count(status, field) < 0) {
                causes.invalid("status." + field, Json.of(count(status, field)), NEGATIVE);
            }
        }
    }

    private static void atMost(
            JsonObject status, String field, long most, String words, Causes causes) {
        if (count(status, field) > most) {
            causes.invalid("status." + field, Json.of(count(status, field)), words);
        }
    }

    private static long count(JsonObject status, String field) {
        return status.whole(field).orElse(0L);
    }

    private static void addresses(JsonObject status, String list, String path, Causes causes) {
        int index = 0;
        for (JsonObject it : status.array(list).objects()) {
            address(it, "ip", path + "[" + index++ + "]", causes);
        }
    }

    private static void address(JsonObject tree, String field, String path, Causes causes) {
        Optional<String> given = tree.text(field).filter(it -> !it.isEmpty());
        if (given.isPresent()
                && !StringFormats.isIpv4(given.get())
                && !StringFormats.isIpv6(given.get())) {
            causes.invalid(path, Json.of(given.get()), NO_ADDRESS);
        }
    }
}
