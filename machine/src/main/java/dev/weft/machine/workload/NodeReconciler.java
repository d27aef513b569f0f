package dev.weft.machine.workload;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Reconciler;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.Moments;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Registers this machine as a node, and says every {@value #RENEWAL_SECONDS} seconds that it is
 * alive, by a Lease as Kubernetes does. Any thread.
 */
final class NodeReconciler implements Reconciler {
    static final String LEASES = "kube-node-lease";
    private static final int RENEWAL_SECONDS = 10;
    private static final int LEASE_SECONDS = 40;
    private static final int PODS_MOST = 110;
    private static final Duration REPORT = Duration.ofMinutes(5);

    private final ThisNode here;
    private final Clock clock;
    private final Informer nodes;
    private final Informer leases;
    private final Informer namespaces;
    private final Key self;

    NodeReconciler(ThisNode here, Copies copies, Clock clock) {
        this.here = here;
        this.clock = clock;
        this.nodes = copies.of(Types.NODE);
        this.leases = copies.of(Types.LEASE);
        this.namespaces = copies.of(Types.NAMESPACE);
        this.self = new Key("", here.name());
    }

    Controller controller(Surroundings surroundings) {
        Controller controller =
                new Controller(surroundings, "node-controller", this, 1)
                        .watching(nodes, it -> it.key().equals(self) ? List.of(self) : List.of())
                        .reading(leases)
                        .reading(namespaces);
        controller.look(self);
        return controller;
    }

    @Override
    public Plan reconcile(Key key) {
        if (!key.equals(self)) {
            return Plan.nothing();
        }
        Duration next = Duration.ofSeconds(RENEWAL_SECONDS);
        Optional<Resource> known = nodes.find(self);
        if (known.isEmpty()) {
            return Plan.of(new Action.Create(Types.NODE, labelled(named()))).againAfter(next);
        }
        var actions = new ArrayList<Action>();
        Resource node = known.get();
        Resource labelled = labelled(node);
        if (!labelled.equals(node)) {
            actions.add(new Action.Update(Types.NODE, labelled));
            return Plan.of(actions).againAfter(next);
        }
        JsonObject status = status(node);
        if (!status.equals(node.status())) {
            actions.add(new Action.UpdateStatus(Types.NODE, node.withStatus(status)));
        }
        renewal(node).ifPresent(actions::addAll);
        return Plan.of(actions).againAfter(next);
    }

    private Resource named() {
        return Resource.of(Types.NODE, "", here.name());
    }

    private Resource labelled(Resource node) {
        Map<String, String> own =
                Map.of(
                        "kubernetes.io/hostname", here.name(),
                        "kubernetes.io/os", "linux",
                        "kubernetes.io/arch", here.software().architecture());
        Resource labelled = node;
        for (var label : own.entrySet()) {
            labelled =
                    labelled.withAt(
                            Json.of(label.getValue()), "metadata", "labels", label.getKey());
        }
        return labelled;
    }

    private JsonObject status(Resource node) {
        Instant now = clock.now();
        JsonObject capacity =
                JsonObject.builder()
                        .put("cpu", Integer.toString(here.processors()))
                        .put("ephemeral-storage", here.diskBytes() / 1024 + "Ki")
                        .put("memory", here.memoryKib() + "Ki")
                        .put("pods", Integer.toString(PODS_MOST))
                        .build();
        JsonArray addresses =
                JsonArray.of(address("InternalIP", "127.0.0.1"), address("Hostname", here.name()));
        return node.status()
                .with("capacity", capacity)
                .with("allocatable", capacity)
                .with("conditions", conditions(node, now))
                .with("addresses", addresses)
                .with("nodeInfo", info());
    }

    private static JsonObject address(String type, String address) {
        return JsonObject.builder().put("type", type).put("address", address).build();
    }

    private JsonObject info() {
        ThisNode.Software software = here.software();
        return JsonObject.builder()
                .put("machineID", software.machineId())
                .put("systemUUID", software.machineId())
                .put("bootID", software.bootId())
                .put("kernelVersion", software.kernel())
                .put("osImage", software.system())
                .put("containerRuntimeVersion", ThisNode.RUNTIME + software.version())
                .put("kubeletVersion", "v" + software.version())
                .put("kubeProxyVersion", "v" + software.version())
                .put("operatingSystem", "linux")
                .put("architecture", software.architecture())
                .build();
    }

    /** The four that Kubernetes' nodes have; those of others stay. */
    private JsonArray conditions(Resource node, Instant now) {
        boolean due =
                node.condition("Ready")
                        .flatMap(it -> Moments.at(it.tree(), "lastHeartbeatTime"))
                        .map(it -> !it.plus(REPORT).isAfter(now))
                        .orElse(true);
        var own =
                List.of(
                        healthy("MemoryPressure", "KubeletHasSufficientMemory", "memory", now),
                        healthy("DiskPressure", "KubeletHasNoDiskPressure", "disk", now),
                        healthy("PIDPressure", "KubeletHasSufficientPID", "PID", now),
                        Condition.of("Ready", true, "KubeletReady", "the platform runs pods", now));
        var conditions = new ArrayList<Json>();
        for (Condition condition : own) {
            Optional<Condition> known = node.condition(condition.type());
            boolean stays =
                    !due && known.filter(it -> it.status().equals(condition.status())).isPresent();
            Condition fresh =
                    new Condition(
                            condition
                                    .since(known)
                                    .tree()
                                    .with("lastHeartbeatTime", Moments.text(now)));
            conditions.add(stays ? known.orElse(fresh).tree() : fresh.tree());
        }
        List<String> types = own.stream().map(Condition::type).toList();
        node.status().array("conditions").objects().stream()
                .filter(it -> !types.contains(new Condition(it).type()))
                .forEach(conditions::add);
        return JsonArray.of(conditions);
    }

    private static Condition healthy(String type, String reason, String what, Instant now) {
        return Condition.of(type, false, reason, "the machine has sufficient " + what, now);
    }

    private Optional<List<Action>> renewal(Resource node) {
        Instant now = clock.now();
        var key = new Key(LEASES, here.name());
        Optional<Resource> known = leases.find(key);
        if (known.isEmpty()) {
            Resource lease =
                    Resource.of(Types.LEASE, LEASES, here.name())
                            .withOwner(
                                    new OwnerReference(
                                            node.apiVersion(),
                                            node.kind(),
                                            node.name(),
                                            node.uid(),
                                            false,
                                            false));
            var actions = new ArrayList<Action>();
            if (namespaces.find(new Key("", LEASES)).isEmpty()) {
                actions.add(
                        new Action.Create(
                                Types.NAMESPACE, Resource.of(Types.NAMESPACE, "", LEASES)));
            }
            actions.add(new Action.Create(Types.LEASE, lease.withSpec(held(lease, now))));
            return Optional.of(actions);
        }
        boolean due =
                Moments.at(known.get().spec(), "renewTime")
                        .map(it -> !it.plusSeconds(RENEWAL_SECONDS - 1).isAfter(now))
                        .orElse(true);
        return due
                ? Optional.of(
                        List.of(
                                new Action.Update(
                                        Types.LEASE, known.get().withSpec(held(known.get(), now)))))
                : Optional.empty();
    }

    private JsonObject held(Resource lease, Instant now) {
        return lease.spec()
                .with("holderIdentity", here.name())
                .with("leaseDurationSeconds", LEASE_SECONDS)
                .with("renewTime", Moments.microText(now));
    }
}
