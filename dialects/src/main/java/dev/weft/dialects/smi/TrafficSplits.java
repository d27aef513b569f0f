package dev.weft.dialects.smi;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Split;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.Translation;
import dev.weft.mesh.intent.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Translates a TrafficSplit. Any thread. A split that cannot be carried out as it was meant is not
 * carried out at all: its Service then answers as if there were none, and the remark says why.
 */
public final class TrafficSplits implements Translation {
    private static final String SKIP = "smi.linkerd.io/skip";

    @Override
    public ResourceType type() {
        return Types.TRAFFIC_SPLIT;
    }

    @Override
    public Translated translate(Resource resource) {
        if (resource.annotation(SKIP).filter("true"::equals).isPresent()) {
            return Translated.nothing();
        }
        var remarks = new ArrayList<Remark>();
        Optional<Key> root =
                service(resource, resource.spec().text("service").orElse(""), "service", remarks);
        Map<Key, Long> weights = weights(resource, remarks);
        if (!resource.spec().array("matches").isEmpty()) {
            remarks.add(
                    new Remark(
                            "MatchesNotSupported",
                            "spec.matches: HTTPRouteGroup is not supported yet; the split is not"
                                    + " applied, since without its matches it would take every"
                                    + " request"));
        }
        if (root.isEmpty() || !remarks.isEmpty()) {
            return new Translated(List.of(), remarks);
        }
        List<Split.Share> shares =
                weights.entrySet().stream()
                        .map(weight -> new Split.Share(weight.getKey(), weight.getValue()))
                        .toList();
        return new Translated(
                List.of(new Split(Source.of(resource), root.get(), shares)), List.of());
    }

    private static Map<Key, Long> weights(Resource resource, List<Remark> remarks) {
        var weights = new LinkedHashMap<Key, Long>();
        List<JsonObject> backends = resource.spec().array("backends").objects();
        if (backends.isEmpty()) {
            remarks.add(new Remark("NoBackends", "spec.backends: empty (expected: at least one)"));
        }
        for (int i = 0; i < backends.size(); i++) {
            JsonObject backend = backends.get(i);
            String path = "backends[" + i + "]";
            Optional<Key> service =
                    service(
                            resource,
                            backend.text("service").orElse(""),
                            path + ".service",
                            remarks);
            OptionalLong weight =
                    backend.field("weight").map(Weight::milli).orElse(OptionalLong.empty());
            if (weight.isEmpty()) {
                remarks.add(
                        new Remark(
                                "InvalidWeight",
                                "spec.%s.weight: %s (expected: a whole number or a quantity such as"
                                                .formatted(
                                                        path,
                                                        backend.field("weight")
                                                                .map(Object::toString)
                                                                .orElse("absent"))
                                        + " 500m, not negative)"));
            }
            service.ifPresent(key -> weights.merge(key, weight.orElse(0), Long::sum));
        }
        return weights;
    }

    /** Reads a Service's name, be it short or one of the forms in which DNS has it. */
    private static Optional<Key> service(
            Resource split, String name, String path, List<Remark> remarks) {
        String[] labels = name.split("\\.", -1);
        boolean wellFormed =
                !labels[0].isEmpty()
                        && (labels.length <= 2
                                || name.endsWith(".svc") && labels.length == 3
                                || name.endsWith(".svc.cluster.local") && labels.length == 5);
        if (!wellFormed) {
            remarks.add(
                    new Remark(
                            "InvalidService",
                            "spec.%s: \"%s\" (expected: the name of a Service)"
                                    .formatted(path, name)));
            return Optional.empty();
        }
        if (labels.length > 1 && !labels[1].equals(split.namespace())) {
            remarks.add(
                    new Remark(
                            "OtherNamespace",
                            "spec.%s: \"%s\" is in namespace %s (expected: %s, the split's own)"
                                    .formatted(path, name, labels[1], split.namespace())));
            return Optional.empty();
        }
        return Optional.of(new Key(split.namespace(), labels[0]));
    }
}
