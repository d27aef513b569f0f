package dev.weft.machine.pod;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Moments;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.PodSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of a pod, from what its containers do. A pure function of its fields.
 *
 * @param failure why the pod as a whole was given up, as reason and message
 * @param own further conditions of the agent's
 * @param before the status that the API shows: whose conditions are not ours stay, and what has not
 *     changed keeps its time
 */
record StatusText(
        PodSpec pod,
        List<ContainerWork> containers,
        String address,
        String hostIp,
        Instant startedAt,
        Optional<Failure> failure,
        List<Condition> own,
        JsonObject before,
        Instant now) {
    /** Conditions of Weft's own: absent where nothing is wrong. */
    static final String OWN_ADDRESS = "weft.dev/OwnAddress";

    static final String VOLUMES_MOUNTED = "weft.dev/VolumesMounted";

    private static final List<String> OURS =
            List.of(
                    "Initialized",
                    "Ready",
                    "ContainersReady",
                    "PodScheduled",
                    OWN_ADDRESS,
                    VOLUMES_MOUNTED);

    /** Why a pod as a whole was given up. */
    record Failure(String reason, String message) {}

    JsonObject tree() {
        var status = JsonObject.builder().put("phase", phase());
        failure.ifPresent(it -> status.put("reason", it.reason()).put("message", it.message()));
        status.put("conditions", JsonArray.of(conditions()));
        status.put("hostIP", hostIp).put("hostIPs", ips(hostIp));
        if (!address.isEmpty()) {
            status.put("podIP", address).put("podIPs", ips(address));
        }
        status.put("startTime", Moments.text(startedAt));
        List<Json> inits = statuses(false);
        if (!inits.isEmpty()) {
            status.put("initContainerStatuses", JsonArray.of(inits));
        }
        return status.put("containerStatuses", JsonArray.of(statuses(true))).build();
    }

    /** As Kubernetes' nodes reckon it. */
    String phase() {
        if (failure.isPresent()) {
            return "Failed";
        }
        if (!isInitialized()) {
            boolean failed =
                    inits().stream()
                            .anyMatch(it -> it.ended().filter(e -> !e.succeeded()).isPresent());
            return failed && pod.restartPolicy() == PodSpec.RestartPolicy.NEVER
                    ? "Failed"
                    : "Pending";
        }
        int running = 0;
        int failed = 0;
        int stopped = 0;
        for (ContainerWork it : mains()) {
            if (it.isRunning() || (it.ended().isEmpty() && it.lastState().isPresent())) {
                running++;
            } else if (it.ended().isPresent()) {
                stopped++;
                failed += it.ended().get().succeeded() ? 0 : 1;
            } else {
                return "Pending";
            }
        }
        if (running > 0 || stopped == 0) {
            return running > 0 ? "Running" : "Pending";
        }
        if (pod.resource().isDeleting()) {
            return failed > 0 ? "Failed" : "Succeeded";
        }
        return switch (pod.restartPolicy()) {
            case ALWAYS -> "Running";
            case ON_FAILURE -> failed > 0 ? "Running" : "Succeeded";
            case NEVER -> failed > 0 ? "Failed" : "Succeeded";
        };
    }

    private List<Json> conditions() {
        boolean over = phase().equals("Succeeded") || phase().equals("Failed");
        var all = new ArrayList<Condition>();
        all.add(initialized());
        List<String> unready =
                counted().stream().filter(it -> !it.isReady()).map(it -> it.spec().name()).toList();
        boolean ready = !over && isInitialized() && unready.isEmpty();
        String reason = over ? "PodCompleted" : "ContainersNotReady";
        String message = over ? "" : "containers with unready status: " + list(unready);
        all.add(condition("ContainersReady", ready, reason, message));
        List<String> shut = shutGates();
        all.add(
                ready && !shut.isEmpty()
                        ? condition(
                                "Ready",
                                false,
                                "ReadinessGatesNotReady",
                                "corresponding condition of pod readiness gate is not True: "
                                        + list(shut))
                        : condition("Ready", ready, reason, message));
        all.add(condition("PodScheduled", true, "", ""));
        all.addAll(own);
        var trees = new ArrayList<Json>();
        for (Condition it : all) {
            trees.add(it.since(known(it.type())).tree());
        }
        for (JsonObject it : before.array("conditions").objects()) {
            if (!OURS.contains(new Condition(it).type())) {
                trees.add(it);
            }
        }
        return trees;
    }

    private Condition initialized() {
        List<String> waiting =
                inits().stream().filter(it -> !isDone(it)).map(it -> it.spec().name()).toList();
        return condition(
                "Initialized",
                waiting.isEmpty(),
                "ContainersNotInitialized",
                "containers with incomplete status: " + list(waiting));
    }

    /** A condition that says why only where it does not hold. */
    private Condition condition(String type, boolean holds, String reason, String message) {
        var tree =
                JsonObject.builder()
                        .put("type", type)
                        .put("status", holds ? "True" : "False")
                        .put("lastTransitionTime", Moments.text(now));
        if (!holds) {
            tree.put("reason", reason);
            if (!message.isEmpty()) {
                tree.put("message", message);
            }
        }
        return new Condition(tree.build());
    }

    private Optional<Condition> known(String type) {
        return before.array("conditions").objects().stream()
                .map(Condition::new)
                .filter(it -> it.type().equals(type))
                .findFirst();
    }

    private List<String> shutGates() {
        return pod.spec().array("readinessGates").objects().stream()
                .map(it -> it.text("conditionType").orElse(""))
                .filter(it -> !known(it).map(Condition::isTrue).orElse(false))
                .toList();
    }

    private List<Json> statuses(boolean main) {
        var statuses = new ArrayList<Json>();
        for (ContainerWork it : containers) {
            if (main == (it.spec().role() == ContainerSpec.Role.MAIN)) {
                statuses.add(status(it));
            }
        }
        return statuses;
    }

    private static JsonObject status(ContainerWork container) {
        boolean init = container.spec().role() == ContainerSpec.Role.INIT;
        boolean ready = init ? isDone(container) : container.isReady();
        var status =
                JsonObject.builder()
                        .put("name", container.spec().name())
                        .put("state", container.state().tree())
                        .put(
                                "lastState",
                                container
                                        .lastState()
                                        .map(ContainerState.Terminated::tree)
                                        .orElse(JsonObject.empty()))
                        .put("ready", ready)
                        .put("restartCount", container.restartCount())
                        .put("image", container.spec().image())
                        .put("imageID", container.digest().orElse(""))
                        .put("started", container.isStarted());
        if (!container.containerId().isEmpty()) {
            status.put("containerID", container.containerId());
        }
        return status.build();
    }

    boolean isInitialized() {
        return inits().stream().allMatch(StatusText::isDone);
    }

    private static boolean isDone(ContainerWork container) {
        return switch (container.spec().role()) {
            case INIT -> container.ended().filter(ContainerState.Terminated::succeeded).isPresent();
            case SIDECAR -> container.isStarted() || container.ended().isPresent();
            case MAIN -> true;
        };
    }

    private List<ContainerWork> inits() {
        return containers.stream()
                .filter(it -> it.spec().role() != ContainerSpec.Role.MAIN)
                .toList();
    }

    private List<ContainerWork> mains() {
        return containers.stream()
                .filter(it -> it.spec().role() == ContainerSpec.Role.MAIN)
                .toList();
    }

    /** Those whose readiness is the pod's. */
    private List<ContainerWork> counted() {
        return containers.stream()
                .filter(it -> it.spec().role() != ContainerSpec.Role.INIT)
                .toList();
    }

    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private static JsonArray ips(String ip) {
        return JsonArray.of(JsonObject.of("ip", Json.of(ip)));
    }
}
