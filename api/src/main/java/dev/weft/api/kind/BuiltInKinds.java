package dev.weft.api.kind;

import dev.weft.api.kind.Kind.Generation;
import java.util.ArrayList;
import java.util.List;

/** The kinds that Weft serves by itself. Their shapes stand in the types' resource file. */
final class BuiltInKinds {
    private static final String[] EVENT_FIELDS = {
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type"
    };

    static final Kinds SET = Kinds.of(all());

    private BuiltInKinds() {}

    private static List<Kind> all() {
        var all = new ArrayList<>(own());
        all.addAll(ShippedKinds.all());
        return all;
    }

    private static List<Kind> own() {
        return List.of(
                core("Namespace").brief("ns").cluster().status().selects("status.phase").build(),
                core("ConfigMap").brief("cm").build(),
                core("Secret").selects("type").build(),
                core("Service")
                        .brief("svc")
                        .category("all")
                        .status()
                        .selects("spec.clusterIP", "spec.type")
                        .build(),
                pod(),
                core("Event").brief("ev").rebuildable().selects(EVENT_FIELDS).build(),
                core("Node")
                        .brief("no")
                        .cluster()
                        .status()
                        .statusRebuildable()
                        .selects("spec.unschedulable")
                        .build(),
                core("ServiceAccount").brief("sa").build(),
                in("apps", "Deployment")
                        .brief("deploy")
                        .category("all")
                        .status()
                        .scale()
                        .generation(Generation.SPEC)
                        .build(),
                in("apps", "ReplicaSet")
                        .brief("rs")
                        .category("all")
                        .status()
                        .scale()
                        .generation(Generation.SPEC)
                        .selects("status.replicas")
                        .build(),
                in("apps", "ControllerRevision").build(),
                in("events.k8s.io", "Event")
                        .brief("ev")
                        .rebuildable()
                        .storedAs("events", "v1")
                        .selects(EVENT_FIELDS)
                        .build(),
                in("apiextensions.k8s.io", "CustomResourceDefinition")
                        .brief("crd", "crds")
                        .category("api-extensions")
                        .cluster()
                        .status()
                        .generation(Generation.SPEC)
                        .build(),
                in("coordination.k8s.io", "Lease").rebuildable().build(),
                in("discovery.k8s.io", "EndpointSlice")
                        .generation(Generation.ALL_BUT_METADATA)
                        .build(),
                TrafficSplits.kind());
    }

    private static Kind pod() {
        return core("Pod")
                .brief("po")
                .category("all")
                .status()
                .statusRebuildable()
                .generation(Generation.SPEC)
                .others("log")
                .selects(
                        "spec.nodeName",
                        "spec.restartPolicy",
                        "spec.schedulerName",
                        "spec.serviceAccountName",
                        "spec.hostNetwork",
                        "status.phase",
                        "status.podIP",
                        "status.podIPs",
                        "status.nominatedNodeName")
                .build();
    }

    private static KindBuilder core(String kind) {
        return new KindBuilder("", kind);
    }

    private static KindBuilder in(String group, String kind) {
        return new KindBuilder(group, kind);
    }
}
