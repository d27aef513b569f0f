package dev.weft.mesh.policy;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Durations;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Terms;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.Translation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Translates a TrafficPolicy. Any thread. One that cannot be carried out as it was meant is not
 * carried out at all.
 */
public final class TrafficPolicies implements Translation {
    private static final List<String> OF_SERVICES_ALONE =
            List.of("balancer", "failureAccrual", "panicThreshold", "connections", "concurrency");

    /** What concerns listeners, beside the order in which the rules behind them are asked. */
    private static final List<String> OF_GATEWAYS_ALONE = List.of("listener", "ruleOrder");

    @Override
    public ResourceType type() {
        return Types.TRAFFIC_POLICY;
    }

    @Override
    public Translated translate(Resource policy) {
        List<String> problems = problems(policy);
        if (!problems.isEmpty()) {
            return new Translated(
                    List.of(), problems.stream().map(it -> new Remark("Invalid", it)).toList());
        }
        JsonObject spec = policy.spec();
        String name = "TrafficPolicy " + policy.key();
        var asked =
                new Terms.Asked(
                        JsonText.write(spec.without("targetRefs")),
                        it -> RouteTerms.apply(spec, name, it),
                        it -> ClusterTerms.apply(spec, it),
                        it -> DoorTerms.apply(spec, it),
                        new Terms.OfRules(
                                Set.copyOf(spec.array("callers").texts()),
                                spec.text("ruleOrder").orElse("").equals("AsListed")));
        var intents = new ArrayList<Intent>();
        for (JsonObject target : spec.array("targetRefs").objects()) {
            intents.add(
                    new Terms(
                            Source.of(policy),
                            new Source.Kinded(
                                    target.text("kind").orElse(""),
                                    new Key(policy.namespace(), target.text("name").orElse(""))),
                            target.text("sectionName").orElse(""),
                            asked));
        }
        return new Translated(intents, List.of());
    }

    /** What of a policy cannot be carried out, with the path of each field. */
    static List<String> problems(Resource policy) {
        var problems = new ArrayList<String>();
        JsonObject spec = policy.spec();
        int index = 0;
        for (JsonObject target : spec.array("targetRefs").objects()) {
            String at = "spec.targetRefs[" + index++ + "]";
            String kind = target.text("kind").orElse("");
            boolean service = kind.equals("Service");
            String group = target.text("group").orElse("");
            if (service != group.isEmpty()) {
                problems.add(
                        "%s.group: \"%s\" (expected: %s)"
                                .formatted(
                                        at,
                                        group,
                                        service
                                                ? "none for a Service"
                                                : "gateway.networking.k8s.io"));
            }
            if (service && target.has("sectionName")) {
                problems.add(at + ".sectionName: a Service has no parts (expected: none)");
            }
            if (!service) {
                misplaced(spec, OF_SERVICES_ALONE, "the endpoints of a Service", at, kind)
                        .forEach(problems::add);
            }
            if (!kind.equals("Gateway")) {
                misplaced(spec, OF_GATEWAYS_ALONE, "the listeners of a Gateway", at, kind)
                        .forEach(problems::add);
            }
            if (spec.has("callers") && !kind.endsWith("Route")) {
                problems.add(
                        "spec.callers: concerns the rules of a route (expected: an HTTPRoute or GRPCRoute in %s, not a %s)"
                                .formatted(at, kind));
            }
        }
        String name = "TrafficPolicy " + policy.key();
        try {
            RouteTerms.apply(spec, name, dev.weft.dataplane.route.Policy.usual());
            ClusterTerms.apply(spec, dev.weft.dataplane.route.upstream.Cluster.usual());
            DoorTerms.apply(spec, dev.weft.dataplane.route.entrance.Entrance.usual());
        } catch (IllegalArgumentException e) {
            problems.add("spec: " + e.getMessage());
        }
        return problems;
    }

    private static Stream<String> misplaced(
            JsonObject spec, List<String> fields, String of, String at, String kind) {
        String wanted = of.substring(of.lastIndexOf(' ') + 1);
        return fields.stream()
                .filter(spec::has)
                .map(
                        it ->
                                "spec.%s: concerns %s (expected: a %s in %s, not a %s)"
                                        .formatted(it, of, wanted, at, kind));
    }

    static Optional<Duration> duration(JsonObject tree, String... path) {
        return tree.text(path).flatMap(Durations::parse);
    }
}
