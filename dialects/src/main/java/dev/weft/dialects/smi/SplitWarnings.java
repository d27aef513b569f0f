package dev.weft.dialects.smi;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.Split;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What whoever applies a TrafficSplit should know at once, though it is taken as it is. Pure; any
 * thread.
 */
public final class SplitWarnings {
    private SplitWarnings() {}

    public static List<String> of(Resource resource, World world) {
        Translated read = new TrafficSplits().translate(resource);
        var warnings = new ArrayList<String>();
        read.remarks().forEach(it -> warnings.add(it.message()));
        for (Intent intent : read.intents()) {
            if (intent instanceof Split split) {
                services(split, resource, world, warnings);
                others(split, resource, world, warnings);
            }
        }
        return warnings;
    }

    private static void services(
            Split split, Resource resource, World world, List<String> warnings) {
        Optional<Resource> root = world.find(Types.SERVICE, split.root());
        if (root.isEmpty()) {
            warnings.add(
                    "spec.service: there is no Service %s yet, so nothing is split"
                            .formatted(split.root()));
        }
        Set<Long> wanted = root.map(SplitWarnings::ports).orElse(Set.of());
        int index = 0;
        for (JsonObject backend : resource.spec().array("backends").objects()) {
            String at = "spec.backends[" + index++ + "].service";
            Key key = new Key(split.root().namespace(), first(backend.text("service").orElse("")));
            Optional<Resource> service = world.find(Types.SERVICE, key);
            if (service.isEmpty()) {
                warnings.add(
                        "%s: there is no Service %s: its share is answered 503".formatted(at, key));
                continue;
            }
            Set<Long> lacking = new LinkedHashSet<>(wanted);
            lacking.removeAll(ports(service.get()));
            if (!lacking.isEmpty()) {
                warnings.add(
                        "%s: Service %s has no port %s of Service %s: it gets no calls to that port"
                                .formatted(at, key, joined(lacking), split.root()));
            }
        }
        if (split.shares().stream().allMatch(it -> it.weightMilli() == 0)) {
            warnings.add(
                    "spec.backends: every weight is 0, so calls to %s are answered 503"
                            .formatted(split.root()));
        }
    }

    private static String joined(Set<Long> ports) {
        return String.join(", ", ports.stream().map(String::valueOf).toList());
    }

    private static String first(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static Set<Long> ports(Resource service) {
        var ports = new LinkedHashSet<Long>();
        new Service(service)
                .ports().stream()
                        .filter(it -> it.tree().text("protocol").orElse("TCP").equals("TCP"))
                        .forEach(it -> it.tree().whole("port").ifPresent(ports::add));
        return ports;
    }

    /** The splits of the same namespace: an older one of the same root, and circles. */
    private static void others(Split split, Resource resource, World world, List<String> warnings) {
        var byRoot = new HashMap<Key, List<Resource>>();
        for (Resource other : world.all(Types.TRAFFIC_SPLIT)) {
            if (other.namespace().equals(resource.namespace())
                    && !other.name().equals(resource.name())) {
                String root = first(other.spec().text("service").orElse(""));
                byRoot.computeIfAbsent(new Key(other.namespace(), root), it -> new ArrayList<>(1))
                        .add(other);
            }
        }
        Optional<Split> older = at(split.root(), byRoot);
        if (older.isPresent() && older.get().source().compareTo(split.source()) < 0) {
            warnings.add(
                    "spec.service: %s is older and has the same root, so this one is not applied"
                            .formatted(older.get().source()));
            return;
        }
        byRoot.put(split.root(), List.of(resource));
        if (leadsBack(split, split.root(), byRoot, new HashSet<>())) {
            warnings.add(
                    "spec.backends: their own splits lead back to %s, so this one is not applied"
                            .formatted(split.root()));
        }
    }

    /** The oldest split with that root; only those that are asked for are read whole. */
    private static Optional<Split> at(Key root, Map<Key, List<Resource>> byRoot) {
        return byRoot.getOrDefault(root, List.of()).stream()
                .flatMap(it -> new TrafficSplits().translate(it).intents().stream())
                .filter(Split.class::isInstance)
                .map(Split.class::cast)
                .min(Comparator.comparing(Split::source));
    }

    private static boolean leadsBack(
            Split from, Key root, Map<Key, List<Resource>> byRoot, Set<Key> seen) {
        for (Split.Share share : from.shares()) {
            Key next = share.service();
            if (next.equals(from.root())) {
                continue;
            }
            if (next.equals(root)) {
                return true;
            }
            Optional<Split> further = at(next, byRoot);
            if (further.isPresent()
                    && seen.add(next)
                    && leadsBack(further.get(), root, byRoot, seen)) {
                return true;
            }
        }
        return false;
    }
}
