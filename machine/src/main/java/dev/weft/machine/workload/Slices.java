package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Container;
import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.api.model.Types;
import dev.weft.machine.network.PodSockets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The slices of one Service: which pods it means, on which ports, and in which state. Pods on which
 * the Service's ports lead to different numbers stand in different slices, and no slice holds more
 * than {@value #ENDPOINTS_MOST}. An endpoint stays in its slice for as long as it can, so that one
 * pod's change is one slice's change.
 *
 * <p>Belongs to the thread that makes it, and to one decision.
 */
final class Slices {
    static final String WRITER = "endpointslice-controller.k8s.io";
    static final int ENDPOINTS_MOST = 100;
    private static final String HEADLESS = "service.kubernetes.io/headless";

    private final Service service;
    private final Supplier<String> letters;
    private final List<Action> actions = new ArrayList<>();
    private final List<Action> removals = new ArrayList<>();
    private final Optional<PodSockets> sockets;

    /** What is reached by a socket in the place of a port, by uid of the pod. */
    private final Map<String, Served> served = new HashMap<>();

    private record Served(String ip, int port, String path) {}

    /**
     * @param letters gives the end of a new slice's name, another one each time
     */
    Slices(Service service, Supplier<String> letters) {
        this(service, letters, Optional.empty());
    }

    /**
     * @param sockets where pods listen that ask for a socket
     */
    Slices(Service service, Supplier<String> letters, Optional<PodSockets> sockets) {
        this.sockets = sockets;
        this.service = service;
        this.letters = letters;
    }

    /** Whether the Service's endpoints are to be found by its selector, and not written by hand. */
    static boolean isAutomatic(Service service) {
        return !service.selector().isEmpty()
                && !service.type().equals("ExternalName")
                && !service.resource().isDeleting();
    }

    /**
     * @param pods those that the Service's selector means
     * @param present the slices that this program once wrote for the Service
     */
    Plan plan(List<Pod> pods, List<EndpointSlice> present) {
        if (service.resource().isDeleting()) {
            return Plan.nothing();
        }
        if (!isAutomatic(service)) {
            return Plan.of(present.stream().map(Slices::delete).toList());
        }
        Map<JsonArray, Map<String, JsonObject>> wanted = wanted(pods);
        Map<JsonArray, List<EndpointSlice>> known = new LinkedHashMap<>();
        for (EndpointSlice slice : present) {
            JsonArray ports = slice.resource().tree().array("ports");
            known.computeIfAbsent(ports, it -> new ArrayList<>()).add(slice);
        }
        wanted.forEach(
                (ports, endpoints) -> fill(ports, endpoints, known.getOrDefault(ports, List.of())));
        known.forEach(
                (ports, slices) -> {
                    if (!wanted.containsKey(ports)) {
                        slices.forEach(it -> removals.add(delete(it)));
                    }
                });
        // What is empty now goes last: until then it says what was.
        actions.addAll(removals);
        return Plan.of(actions);
    }

    /** The endpoints by uid of their pods, for each set of ports. Never without any set. */
    private Map<JsonArray, Map<String, JsonObject>> wanted(List<Pod> pods) {
        var wanted = new LinkedHashMap<JsonArray, Map<String, JsonObject>>();
        pods.stream()
                .filter(it -> !it.ip().isEmpty() && !it.isTerminal())
                .sorted(Comparator.comparing(it -> it.resource().key()))
                .peek(this::note)
                .forEach(
                        it ->
                                wanted.computeIfAbsent(ports(it), p -> new LinkedHashMap<>())
                                        .put(it.resource().uid(), endpoint(it)));
        if (wanted.isEmpty()) {
            // An empty slice says that somebody looked, and found nothing.
            wanted.put(JsonArray.empty(), Map.of());
        }
        return wanted;
    }

    private void note(Pod pod) {
        OptionalInt port = PodSockets.port(pod);
        if (sockets.isPresent() && port.isPresent()) {
            String path = sockets.get().file(pod).toString();
            served.put(pod.resource().uid(), new Served(pod.ip(), port.getAsInt(), path));
        }
    }

    /** The sockets of a slice's endpoints, by address and port. */
    private JsonObject sockets(JsonArray ports, List<Json> endpoints) {
        JsonObject all = JsonObject.empty();
        for (Json endpoint : endpoints) {
            String uid = endpoint.object().flatMap(it -> it.text("targetRef", "uid")).orElse("");
            Served one = served.get(uid);
            boolean has =
                    one != null
                            && ports.objects().stream()
                                    .anyMatch(it -> it.whole("port").orElse(0L) == one.port);
            if (one != null && has) {
                all = all.with(one.ip + ":" + one.port, one.path);
            }
        }
        return all;
    }

    private JsonArray ports(Pod pod) {
        var ports = new ArrayList<Json>();
        for (Service.Port port : service.ports()) {
            OptionalInt number = number(port, pod);
            if (number.isPresent()) {
                ports.add(
                        JsonObject.builder()
                                .put("name", port.name())
                                .put("port", number.getAsInt())
                                .put("protocol", port.protocol())
                                .putIf("appProtocol", port.appProtocol().map(Json::of))
                                .build());
            }
        }
        return JsonArray.of(ports);
    }

    /** A named port is looked for in the pod; a pod that has none of that name has no such port. */
    private static OptionalInt number(Service.Port port, Pod pod) {
        return switch (port.target()) {
            case Service.Target.Number(int number) -> OptionalInt.of(number);
            case Service.Target.Named(String name) ->
                    pod.containers().stream()
                            .flatMap(it -> it.ports().stream())
                            .filter(it -> it.name().equals(name))
                            .filter(it -> it.protocol().equals(port.protocol()))
                            .mapToInt(Container.Port::number)
                            .findFirst();
        };
    }

    private JsonObject endpoint(Pod pod) {
        boolean serving = pod.isReady();
        boolean terminating = pod.resource().isDeleting();
        boolean ready = service.publishesNotReady() || (serving && !terminating);
        Resource resource = pod.resource();
        var target =
                JsonObject.builder()
                        .put("kind", "Pod")
                        .put("namespace", resource.namespace())
                        .put("name", resource.name())
                        .put("uid", resource.uid())
                        .build();
        var endpoint =
                JsonObject.builder()
                        .put("addresses", JsonArray.of(Json.of(pod.ip())))
                        .put(
                                "conditions",
                                JsonObject.builder()
                                        .put("ready", ready)
                                        .put("serving", serving)
                                        .put("terminating", terminating)
                                        .build());
        hostname(pod).ifPresent(it -> endpoint.put("hostname", it));
        if (!pod.nodeName().isEmpty()) {
            endpoint.put("nodeName", pod.nodeName());
        }
        return endpoint.put("targetRef", target).build();
    }

    /** The name under which a pod is found beneath a headless Service that it names. */
    private Optional<String> hostname(Pod pod) {
        JsonObject spec = pod.resource().spec();
        return spec.text("hostname")
                .filter(it -> !it.isEmpty())
                .filter(it -> spec.text("subdomain").orElse("").equals(service.resource().name()));
    }

    /** Spreads the endpoints of one set of ports over its slices, moving as few as possible. */
    private void fill(
            JsonArray ports, Map<String, JsonObject> endpoints, List<EndpointSlice> slices) {
        var left = new LinkedHashMap<>(endpoints);
        var kept = new LinkedHashMap<EndpointSlice, List<Json>>();
        slices.forEach(it -> kept.put(it, staying(it, left)));
        var rest = new ArrayList<Json>(left.values());
        kept.values().forEach(it -> move(rest, it));
        // Of the slices that are there one is kept, even if empty, rather than making another.
        boolean allEmpty = rest.isEmpty() && kept.values().stream().allMatch(List::isEmpty);
        for (var entry : kept.entrySet()) {
            if (entry.getValue().isEmpty() && !allEmpty) {
                removals.add(delete(entry.getKey()));
                continue;
            }
            allEmpty = false;
            update(entry.getKey(), ports, entry.getValue());
        }
        while (!rest.isEmpty() || allEmpty) {
            var more = new ArrayList<Json>();
            move(rest, more);
            actions.add(create(ports, more));
            allEmpty = false;
        }
    }

    /** The endpoints that stand in a slice and still should, as they are now; takes them away. */
    private static List<Json> staying(EndpointSlice slice, Map<String, JsonObject> left) {
        var staying = new ArrayList<Json>();
        for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
            String uid = endpoint.tree().text("targetRef", "uid").orElse("");
            if (left.containsKey(uid) && staying.size() < ENDPOINTS_MOST) {
                staying.add(left.remove(uid));
            }
        }
        return staying;
    }

    private static void move(List<Json> from, List<Json> to) {
        int count = Math.min(from.size(), ENDPOINTS_MOST - to.size());
        to.addAll(from.subList(0, count));
        from.subList(0, count).clear();
    }

    private Action create(JsonArray ports, List<Json> endpoints) {
        Resource owner = service.resource();
        Resource slice =
                Resource.of(
                                Types.ENDPOINT_SLICE,
                                owner.namespace(),
                                Replication.named(owner.name() + "-", letters.get()))
                        .withAt(Json.of(owner.name() + "-"), "metadata", "generateName")
                        .withOwner(OwnerReference.controlledBy(owner))
                        .with("addressType", Json.of("IPv4"));
        return new Action.Create(Types.ENDPOINT_SLICE, with(slice, ports, endpoints));
    }

    private void update(EndpointSlice slice, JsonArray ports, List<Json> endpoints) {
        Resource changed = with(slice.resource(), ports, endpoints);
        if (!same(changed, slice.resource())) {
            actions.add(new Action.Update(Types.ENDPOINT_SLICE, changed));
        }
    }

    private static boolean same(Resource one, Resource other) {
        return one.tree().array("endpoints").equals(other.tree().array("endpoints"))
                && one.tree().array("ports").equals(other.tree().array("ports"))
                && one.labels().equals(other.labels())
                && one.annotation(EndpointSlice.SOCKETS)
                        .equals(other.annotation(EndpointSlice.SOCKETS));
    }

    private Resource with(Resource slice, JsonArray ports, List<Json> endpoints) {
        Resource filled = slice.withLabels(labels()).with("endpoints", JsonArray.of(endpoints));
        JsonObject paths = sockets(ports, endpoints);
        Resource led =
                paths.isEmpty()
                        ? filled.withoutAt("metadata", "annotations", EndpointSlice.SOCKETS)
                        : filled.withAnnotation(EndpointSlice.SOCKETS, JsonText.write(paths));
        return ports.isEmpty() ? led.withoutAt("ports") : led.with("ports", ports);
    }

    /** The Service's own, so that slices are found as it is, and those that say whose they are. */
    private Map<String, String> labels() {
        var labels = new LinkedHashMap<>(service.resource().labels());
        labels.remove(HEADLESS);
        if (service.isHeadless()) {
            labels.put(HEADLESS, "");
        }
        labels.put(EndpointSlice.SERVICE_NAME, service.resource().name());
        labels.put(EndpointSlice.MANAGED_BY, WRITER);
        return labels;
    }

    private static Action delete(EndpointSlice slice) {
        Resource it = slice.resource();
        return new Action.Delete(
                Types.ENDPOINT_SLICE, it.key(), Deletion.background().onlyUid(it.uid()));
    }
}
