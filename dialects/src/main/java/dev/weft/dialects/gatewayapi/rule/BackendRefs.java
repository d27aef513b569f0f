package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.api.model.Types;
import dev.weft.dataplane.route.Refusal;
import dev.weft.mesh.intent.Speech;
import dev.weft.mesh.intent.Target;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Whom a route's backends mean. Pure. */
public final class BackendRefs {
    private final Resource route;
    private final RouteSort sort;
    private final World world;
    private final Findings findings;

    public BackendRefs(Resource route, RouteSort sort, World world, Findings findings) {
        this.route = route;
        this.sort = sort;
        this.world = world;
        this.findings = findings;
    }

    /** What answers; whether the Service exists is not looked at here. */
    Target target(JsonObject ref, String path) {
        Key key = key(ref);
        String kind = ref.text("kind").orElse("Service");
        String group = ref.text("group").orElse("");
        if (!group.isEmpty() || !kind.equals("Service")) {
            String seen = group.isEmpty() ? kind : group + "/" + kind;
            return nobody(key, "InvalidKind", path + ": " + seen + " (expected: a Service)");
        }
        if (!Grants.permit(
                new Grants.Reference(
                        sort.kind(), route.namespace(), kind, key.namespace(), key.name()),
                world)) {
            return nobody(
                    key,
                    "RefNotPermitted",
                    "%s: no ReferenceGrant in namespace %s lets a %s of namespace %s name Service %s"
                            .formatted(
                                    path,
                                    key.namespace(),
                                    sort.kind(),
                                    route.namespace(),
                                    key.name()));
        }
        Optional<Long> port = ref.whole("port");
        if (port.isEmpty()) {
            return nobody(
                    key,
                    "BackendNotFound",
                    path + ".port: none (expected: one of Service " + key + ")");
        }
        return new Target.Port(key, port.get().intValue(), sort == RouteSort.GRPC);
    }

    private Key key(JsonObject ref) {
        return key(ref, route.namespace());
    }

    /** What is read of a route's rules as long as they stay the same object. */
    private record Named(String namespace, List<String> services) {}

    /** The Services that the rules of a route name, written as keys. Any thread. */
    public static List<String> named(Resource route) {
        JsonArray rules = route.spec().array("rules");
        String namespace = route.namespace();
        Named known = rules.derived(Named.class, it -> named(it, namespace));
        return (known.namespace.equals(namespace) ? known : named(rules, namespace)).services;
    }

    private static Named named(JsonArray rules, String namespace) {
        var keys = new LinkedHashSet<Key>();
        for (JsonObject rule : rules.objects()) {
            for (JsonObject ref : rule.array("backendRefs").objects()) {
                keys.add(key(ref, namespace));
            }
            for (JsonObject filter : rule.array("filters").objects()) {
                if (filter.has("requestMirror")) {
                    keys.add(key(filter.object("requestMirror", "backendRef"), namespace));
                }
            }
        }
        return new Named(namespace, keys.stream().map(Key::toString).toList());
    }

    private static Key key(JsonObject ref, String namespace) {
        return new Key(ref.text("namespace").orElse(namespace), ref.text("name").orElse(""));
    }

    private Target nobody(Key key, String reason, String message) {
        findings.reference(reason, message);
        return nobody(key.toString(), "invalid-backend", message);
    }

    /** Answers 500, as the Gateway API has it. */
    Target.Nobody nobody(String name, String cause, String message) {
        return new Target.Nobody(
                name,
                new Refusal(500, cause, sort.kind() + " " + route.key(), ascii(message))
                        .withGrpcStatus(Refusal.GRPC_UNAVAILABLE));
    }

    private static String ascii(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** The references of a route that are well-formed and lead nowhere just now. */
    public static List<Problem> missing(Resource route, RouteSort sort, World world) {
        boolean requests = sort == RouteSort.HTTP || sort == RouteSort.GRPC;
        var missing = new ArrayList<Problem>();
        // many rules lead to the same backends
        var there = new HashSet<JsonObject>();
        int rules = 0;
        for (JsonObject rule : route.spec().array("rules").objects()) {
            String at = "rules[" + rules++ + "]";
            int refs = 0;
            for (JsonObject ref : rule.array("backendRefs").objects()) {
                int index = refs++;
                if (there.contains(ref)) {
                    continue;
                }
                String path = at + ".backendRefs[" + index + "]";
                missing(route, ref, path, world)
                        .or(() -> requests ? unbelieved(route, ref, path, world) : Optional.empty())
                        .ifPresentOrElse(missing::add, () -> there.add(ref));
            }
            int filters = 0;
            for (JsonObject filter : rule.array("filters").objects()) {
                String path = at + ".filters[" + filters++ + "].requestMirror.backendRef";
                if (filter.has("requestMirror")) {
                    JsonObject ref = filter.object("requestMirror", "backendRef");
                    missing(route, ref, path, world)
                            .or(() -> unbelieved(route, ref, path, world))
                            .ifPresent(missing::add);
                }
            }
        }
        return missing;
    }

    private static Optional<Problem> missing(
            Resource route, JsonObject ref, String path, World world) {
        if (!Words.isKind(ref, "Service")) {
            return Optional.empty();
        }
        Key key =
                new Key(
                        ref.text("namespace").orElse(route.namespace()),
                        ref.text("name").orElse(""));
        Optional<Resource> service = world.find(Types.SERVICE, key);
        if (service.isEmpty()) {
            return Optional.of(
                    new Problem("BackendNotFound", path + ": there is no Service " + key));
        }
        long port = ref.whole("port").orElse(0L);
        boolean has =
                new Service(service.get())
                        .ports().stream()
                                .anyMatch(it -> it.tree().whole("port").orElse(0L) == port);
        return has || port == 0
                ? Optional.empty()
                : Optional.of(
                        new Problem(
                                "BackendNotFound",
                                "%s.port: Service %s has no port %d".formatted(path, key, port)));
    }

    /** A port that speaks TLS, where nobody says whose certificate is to be believed. */
    private static Optional<Problem> unbelieved(
            Resource route, JsonObject ref, String path, World world) {
        if (!Words.isKind(ref, "Service")) {
            return Optional.empty();
        }
        Key key =
                new Key(
                        ref.text("namespace").orElse(route.namespace()),
                        ref.text("name").orElse(""));
        Optional<Service> service = world.find(Types.SERVICE, key).map(Service::new);
        long number = ref.whole("port").orElse(0L);
        return service.flatMap(
                        it ->
                                it.ports().stream()
                                        .filter(port -> port.number() == number)
                                        .findFirst())
                .filter(port -> Speech.of(service.orElseThrow(), port) == Speech.TLS)
                .filter(port -> !isTrusted(key, port.name(), world))
                .map(
                        port ->
                                new Problem(
                                        "UnsupportedProtocol",
                                        "%s: port %d of Service %s speaks TLS, and no BackendTLSPolicy says whose certificate to believe; it is answered 500 and never asked in clear"
                                                .formatted(path, number, key)));
    }

    private static boolean isTrusted(Key service, String port, World world) {
        return world.all(Types.BACKEND_TLS_POLICY).stream()
                .filter(it -> it.namespace().equals(service.namespace()))
                .flatMap(it -> it.spec().array("targetRefs").objects().stream())
                .filter(it -> Words.isKind(it, "Service"))
                .filter(it -> it.text("name").orElse("").equals(service.name()))
                .map(it -> it.text("sectionName").orElse(""))
                .anyMatch(it -> it.isEmpty() || it.equals(port));
    }
}
