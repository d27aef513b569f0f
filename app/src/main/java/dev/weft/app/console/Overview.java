package dev.weft.app.console;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.Key;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.event.SeriesName;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Weight;
import dev.weft.mesh.observe.Golden;
import dev.weft.mesh.observe.Observer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the page shows, made of the objects and of the data plane's figures. Any thread; asks no one
 * but the observer.
 */
public final class Overview {
    private static final int ROWS_MAX = 100;
    private static final int PODS_MAX = 50;
    private static final int NEWS_MAX = 8;
    private static final Duration NEWS_AGE = Duration.ofHours(1);
    private static final Comparator<Resource> BY_KEY = Comparator.comparing(Resource::key);

    private final Observer observer;
    private final Function<Key, List<Remark>> problems;
    private final String version;
    private final String edge;

    /**
     * @param problems what is wrong with a TrafficSplit
     * @param edge the edge's address, as people type it
     */
    public Overview(
            Observer observer, Function<Key, List<Remark>> problems, String version, String edge) {
        this.observer = observer;
        this.problems = problems;
        this.version = version;
        this.edge = edge;
    }

    JsonObject of(World world, String search, Instant now) {
        Predicate<Resource> meant = meant(search);
        Map<Key, Counted> endpoints = endpoints(world.slices());
        List<Resource> services = sorted(world.services(), meant);
        List<Resource> workloads = sorted(world.deployments(), meant);
        List<Resource> splits = sorted(world.splits(), meant);
        var pods = new HashMap<String, List<Pod>>();
        for (Resource pod : world.pods()) {
            pods.computeIfAbsent(pod.namespace(), it -> new ArrayList<>()).add(new Pod(pod));
        }
        return JsonObject.builder()
                .put("version", version)
                .put("edge", edge)
                .put("summary", summary(world))
                .put("splits", rows(splits, it -> split(it, endpoints)))
                .put("services", rows(services, it -> service(it, endpoints)))
                .put("serviceTotal", services.size())
                .put(
                        "workloads",
                        rows(
                                workloads,
                                it ->
                                        workload(
                                                it,
                                                pods.getOrDefault(it.namespace(), List.of()),
                                                now)))
                .put("workloadTotal", workloads.size())
                .put("news", news(world.events(), meant, now))
                .build();
    }

    /** How many of something there are, and how many of them are ready. */
    private record Counted(long ready, long all) {
        Counted plus(Counted other) {
            return new Counted(ready + other.ready, all + other.all);
        }
    }

    private static Predicate<Resource> meant(String search) {
        String wanted = search.toLowerCase(Locale.ROOT);
        return it -> wanted.isEmpty() || it.key().toString().contains(wanted);
    }

    private static List<Resource> sorted(List<Resource> all, Predicate<Resource> meant) {
        return all.stream().filter(meant).sorted(BY_KEY).toList();
    }

    private static JsonArray rows(List<Resource> all, Function<Resource, JsonObject> row) {
        return JsonArray.of(all.stream().limit(ROWS_MAX).map(row).toList());
    }

    private JsonObject summary(World world) {
        long ready = world.deployments().stream().filter(it -> ready(it) >= wanted(it)).count();
        var summary =
                JsonObject.builder()
                        .put("workloads", world.deployments().size())
                        .put("readyWorkloads", ready);
        putFigures(summary, observer.golden(target -> true));
        return summary.build();
    }

    private static long wanted(Resource deployment) {
        return deployment.tree().whole("spec", "replicas").orElse(1L);
    }

    private static long ready(Resource deployment) {
        return deployment.tree().whole("status", "readyReplicas").orElse(0L);
    }

    private static Map<Key, Counted> endpoints(List<Resource> slices) {
        var counted = new HashMap<Key, Counted>();
        for (Resource resource : slices) {
            var slice = new EndpointSlice(resource);
            List<EndpointSlice.Endpoint> all = slice.endpoints();
            long ready = all.stream().filter(EndpointSlice.Endpoint::isReady).count();
            counted.merge(
                    new Key(resource.namespace(), slice.serviceName()),
                    new Counted(ready, all.size()),
                    Counted::plus);
        }
        return counted;
    }

    private JsonObject split(Resource split, Map<Key, Counted> endpoints) {
        String root = shortName(split.spec().text("service").orElse(""));
        List<JsonObject> backends = split.spec().array("backends").objects();
        long wanted = backends.stream().mapToLong(Overview::weight).sum();
        Key rootKey = new Key(split.namespace(), root);
        double seen = observer.golden(it -> it.service().equals(rootKey.toString())).rate();
        List<JsonObject> shares =
                backends.stream()
                        .map(
                                backend ->
                                        share(
                                                new Key(
                                                        split.namespace(),
                                                        shortName(
                                                                backend.text("service")
                                                                        .orElse(""))),
                                                rootKey,
                                                new Shares(weight(backend), wanted, seen),
                                                endpoints))
                        .toList();
        return JsonObject.builder()
                .put("namespace", split.namespace())
                .put("name", split.name())
                .put("root", root)
                .put(
                        "problems",
                        JsonArray.ofTexts(
                                problems.apply(split.key()).stream().map(Remark::message).toList()))
                .put("shares", JsonArray.of(shares))
                .build();
    }

    /** A backend's weight, the sum of all, and the rate of all. */
    private record Shares(long weight, long sum, double rate) {}

    private JsonObject share(Key backend, Key root, Shares shares, Map<Key, Counted> endpoints) {
        Predicate<SeriesName> meant =
                it ->
                        it.service().equals(root.toString())
                                && it.backend().equals(backend.toString());
        Golden golden = observer.golden(meant);
        Counted counted = endpoints.getOrDefault(backend, new Counted(0, 0));
        var share =
                JsonObject.builder()
                        .put("name", backend.name())
                        .put("ready", counted.ready())
                        .put("endpoints", counted.all())
                        .put("wanted", part(shares.weight(), shares.sum()))
                        .put("seen", part(golden.rate(), shares.rate()));
        putFigures(share, golden);
        return share.put("series", series(meant)).build();
    }

    private static Json part(double some, double all) {
        return all > 0 ? number(some / all) : JsonNull.NULL;
    }

    private static long weight(JsonObject backend) {
        return backend.field("weight").map(it -> Weight.milli(it).orElse(0)).orElse(0L);
    }

    private static String shortName(String service) {
        int dot = service.indexOf('.');
        return dot < 0 ? service : service.substring(0, dot);
    }

    private JsonObject service(Resource service, Map<Key, Counted> endpoints) {
        String name = service.key().toString();
        Predicate<SeriesName> meant = it -> it.service().equals(name) || it.backend().equals(name);
        Counted counted = endpoints.getOrDefault(service.key(), new Counted(0, 0));
        String address = service.name() + "." + service.namespace() + ".svc.cluster.local";
        var row =
                JsonObject.builder()
                        .put("namespace", service.namespace())
                        .put("name", service.name())
                        .put("address", address)
                        .put("ready", counted.ready())
                        .put("endpoints", counted.all());
        putFigures(row, observer.golden(meant));
        return row.put("series", series(meant)).build();
    }

    private static JsonObject workload(Resource deployment, List<Pod> neighbours, Instant now) {
        var selector = new LabelSelector(deployment.tree().object("spec", "selector"));
        List<Pod> pods =
                neighbours.stream()
                        .filter(it -> !selector.isEmpty())
                        .filter(it -> selector.matches(it.resource().labels()))
                        .sorted(Comparator.comparing(it -> it.resource().key()))
                        .toList();
        List<JsonObject> containers =
                deployment.tree().array("spec", "template", "spec", "containers").objects();
        String image = containers.isEmpty() ? "" : containers.getFirst().text("image").orElse("");
        return JsonObject.builder()
                .put("namespace", deployment.namespace())
                .put("name", deployment.name())
                .put("image", image)
                .put("ready", ready(deployment))
                .put("wanted", wanted(deployment))
                .put("restarts", pods.stream().mapToLong(Pod::restarts).sum())
                .put(
                        "pods",
                        JsonArray.of(
                                pods.stream()
                                        .limit(PODS_MAX)
                                        .map(pod -> pod(pod, deployment.name(), now))
                                        .toList()))
                .build();
    }

    private static JsonObject pod(Pod pod, String workload, Instant now) {
        Resource resource = pod.resource();
        String name = resource.name();
        String rest =
                name.startsWith(workload + "-") ? name.substring(workload.length() + 1) : name;
        boolean failed = pod.phase().equals("Failed") || !waiting(pod).isEmpty();
        return JsonObject.builder()
                .put("name", name)
                .put("short", rest.substring(rest.lastIndexOf('-') + 1))
                .put("state", state(pod))
                .put("ready", pod.isReady() && !resource.isDeleting())
                .put("failed", failed)
                .put("ip", pod.ip())
                .put("age", age(resource.createdAt().orElse(now), now))
                .build();
    }

    private static String state(Pod pod) {
        if (pod.resource().isDeleting()) {
            return "stopping";
        }
        if (pod.isReady()) {
            return "ready";
        }
        String waiting = waiting(pod);
        return waiting.isEmpty() ? pod.phase().toLowerCase(Locale.ROOT) : waiting;
    }

    /** Why a container does not run although it should, empty where that is not so. */
    private static String waiting(Pod pod) {
        return pod.resource().tree().array("status", "containerStatuses").objects().stream()
                .flatMap(it -> it.text("state", "waiting", "reason").stream())
                .filter(it -> !it.equals("ContainerCreating") && !it.equals("PodInitializing"))
                .findFirst()
                .orElse("");
    }

    private static JsonArray news(List<Resource> events, Predicate<Resource> meant, Instant now) {
        return JsonArray.of(
                events.stream()
                        .filter(it -> it.tree().text("type").orElse("").equals("Warning"))
                        .filter(meant)
                        .filter(it -> lastSeen(it, now).isAfter(now.minus(NEWS_AGE)))
                        .sorted(Comparator.comparing((Resource it) -> lastSeen(it, now)).reversed())
                        .limit(NEWS_MAX)
                        .map(it -> piece(it, now))
                        .toList());
    }

    private static JsonObject piece(Resource event, Instant now) {
        JsonObject about = event.tree().object("involvedObject");
        return JsonObject.builder()
                .put("id", event.uid())
                .put("message", event.tree().text("message").orElse(""))
                .put(
                        "about",
                        about.text("kind").orElse("")
                                + " "
                                + about.text("namespace").map(it -> it + "/").orElse("")
                                + about.text("name").orElse(""))
                .put("reason", event.tree().text("reason").orElse(""))
                .put("age", age(lastSeen(event, now), now))
                .put("count", event.tree().whole("count").orElse(1L))
                .build();
    }

    private static Instant lastSeen(Resource event, Instant now) {
        return event.tree()
                .text("lastTimestamp")
                .or(() -> event.tree().text("eventTime"))
                .map(Instant::parse)
                .or(event::createdAt)
                .orElse(now);
    }

    private static long age(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toSeconds());
    }

    private JsonArray series(Predicate<SeriesName> meant) {
        return JsonArray.of(observer.series(meant).stream().map(JsonNumber::of).toList());
    }

    private static void putFigures(JsonObject.Builder into, Golden golden) {
        into.put("rate", number(golden.rate()))
                .put("success", optional(golden.success(), 1))
                .put("p50", optional(golden.p50(), 1000))
                .put("p99", optional(golden.p99(), 1000));
    }

    private static Json optional(OptionalDouble value, double times) {
        return value.isPresent() ? number(value.getAsDouble() * times) : JsonNull.NULL;
    }

    private static Json number(double value) {
        return JsonNumber.of(BigDecimal.valueOf(value).round(new MathContext(5)));
    }
}
