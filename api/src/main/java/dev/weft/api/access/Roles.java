package dev.weft.api.access;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What each identity may do. Immutable; any thread. Members of {@code system:masters} may do
 * everything; Weft's own parts may do what their work needs and no more.
 */
public final class Roles {
    private static final String EVENTS = "events";

    private final Map<String, List<Rule>> byUser;

    private Roles(Map<String, List<Rule>> byUser) {
        this.byUser = Map.copyOf(byUser);
    }

    private static final String GATEWAY_CLASSES = "gatewayclasses.gateway.networking.k8s.io";
    private static final String[] ROUTING = {
        GATEWAY_CLASSES,
        "gateways.gateway.networking.k8s.io",
        "httproutes.gateway.networking.k8s.io",
        "grpcroutes.gateway.networking.k8s.io",
        "tlsroutes.gateway.networking.k8s.io",
        "tcproutes.gateway.networking.k8s.io",
        "referencegrants.gateway.networking.k8s.io",
        "backendtlspolicies.gateway.networking.k8s.io",
        "trafficpolicies.weft.dev",
        "outboundpolicies.weft.dev"
    };

    /** The roles of Weft's own parts. */
    public static Roles builtIn() {
        return new Roles(
                Map.of(
                        // Empties namespaces and collects garbage of every kind, so it needs all.
                        Identity.INTERNAL + "workload", List.of(Rule.EVERYTHING),
                        Identity.INTERNAL + "node", node(),
                        Identity.INTERNAL + "mesh", mesh(),
                        Identity.INTERNAL + "gateway", gateway(),
                        Identity.INTERNAL + "openfaas", openfaas(),
                        Identity.INTERNAL + "console", console()));
    }

    private static List<Rule> node() {
        return List.of(
                Rule.write(
                        "nodes",
                        "nodes/status",
                        "pods",
                        "pods/status",
                        "leases.coordination.k8s.io"),
                Rule.read("configmaps", "secrets", "services", "namespaces"),
                Rule.write(EVENTS));
    }

    private static List<Rule> mesh() {
        return List.of(
                Rule.read(ROUTING),
                Rule.read(
                        "secrets",
                        "configmaps",
                        "services",
                        "endpointslices.discovery.k8s.io",
                        "pods",
                        "namespaces",
                        "trafficsplits.split.smi-spec.io"),
                new Rule(
                        List.of("update", "patch"),
                        List.of("services/status", "trafficsplits.split.smi-spec.io/status")),
                Rule.write(EVENTS));
    }

    private static List<Rule> gateway() {
        return List.of(
                Rule.read(ROUTING),
                Rule.read("services", "namespaces", "secrets", "configmaps"),
                // says where a policy does not count
                Rule.read("trafficsplits.split.smi-spec.io"),
                Rule.write("gateways.gateway.networking.k8s.io", GATEWAY_CLASSES, EVENTS),
                new Rule(
                        List.of("update", "patch"),
                        Stream.of(ROUTING).map(it -> it + "/status").toList()));
    }

    private static List<Rule> openfaas() {
        return List.of(
                Rule.write("deployments.apps", "services", "deployments.apps/scale"),
                Rule.read("pods", "pods/log", "replicasets.apps"),
                Rule.write("secrets", "namespaces", EVENTS));
    }

    private static List<Rule> console() {
        // All that a page shows, which no secret is.
        return List.of(
                Rule.read(
                        "namespaces",
                        "nodes",
                        "pods",
                        "pods/log",
                        "services",
                        "configmaps",
                        EVENTS,
                        "deployments.apps",
                        "replicasets.apps",
                        "endpointslices.discovery.k8s.io",
                        "trafficsplits.split.smi-spec.io",
                        "customresourcedefinitions.apiextensions.k8s.io"),
                new Rule(List.of("update", "patch"), List.of("trafficsplits.split.smi-spec.io")));
    }

    public boolean allows(Identity who, Attempt attempt) {
        if (who.groups().contains(Identity.MASTERS)) {
            return true;
        }
        return byUser.getOrDefault(who.user(), List.of()).stream()
                .anyMatch(rule -> rule.allows(attempt));
    }

    /** What somebody may do, as a SelfSubjectRulesReview tells it. */
    public JsonArray rules(Identity who) {
        List<Rule> rules =
                who.groups().contains(Identity.MASTERS)
                        ? List.of(Rule.EVERYTHING)
                        : byUser.getOrDefault(who.user(), List.of());
        return JsonArray.of(rules.stream().flatMap(rule -> rule.trees().stream()).toList());
    }

    /**
     * Refuses what is not allowed.
     *
     * @throws ApiException with {@code Forbidden}, worded as Kubernetes does
     */
    public void check(Identity who, Attempt attempt) {
        if (!allows(who, attempt)) {
            throw forbidden(who, attempt);
        }
    }

    private static ApiException forbidden(Identity who, Attempt attempt) {
        String where =
                attempt.namespace().isEmpty()
                        ? "at the cluster scope"
                        : "in the namespace \"" + attempt.namespace() + "\"";
        String plural = attempt.resource().split("/", 2)[0];
        String resource = attempt.group().isEmpty() ? plural : plural + "." + attempt.group();
        String object =
                attempt.name().isEmpty() ? resource : resource + " \"" + attempt.name() + "\"";
        var details = JsonObject.builder();
        if (!attempt.name().isEmpty()) {
            details.put("name", attempt.name());
        }
        if (!attempt.group().isEmpty()) {
            details.put("group", attempt.group());
        }
        details.put("kind", plural);
        return new ApiException(
                Reason.FORBIDDEN,
                "%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                        .formatted(
                                object,
                                who.user(),
                                attempt.verb(),
                                attempt.resource(),
                                attempt.group(),
                                where),
                details.build());
    }
}
