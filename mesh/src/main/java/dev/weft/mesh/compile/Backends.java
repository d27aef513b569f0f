package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Speech;
import dev.weft.mesh.intent.Target;
import dev.weft.mesh.intent.Trust;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes backends of what rules name. Reads what is known at the moment; belongs to one thread. */
final class Backends {
    private static final long FINE = 1000;

    private record Asked(ServiceFacts.Port port, boolean http2, Carried carried) {
        // By hand, as that of Key: each start asks for it.
        @Override
        public boolean equals(Object other) {
            return other instanceof Asked it
                    && http2 == it.http2
                    && carried == it.carried
                    && port.equals(it.port);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * port.hashCode() + Boolean.hashCode(http2)) + carried.hashCode();
        }
    }

    /** What goes to a backend. */
    enum Carried {
        /** Requests, which are never sent in clear to a port that is declared to speak TLS. */
        REQUESTS,
        /** Bytes as they are. */
        BYTES
    }

    private final Map<Key, Map<Asked, Backend>> made = new HashMap<>();
    private final ServiceRoutes.World world;
    private final Wishes wishes;
    private final Material material;

    Backends(ServiceRoutes.World world, Wishes wishes, Material material) {
        this.world = world;
        this.wishes = wishes;
        this.material = material;
    }

    /** The Services that a rule leads to; a Service's own split is followed. */
    List<Asking.Towards> towards(List<HttpRule.Part> parts) {
        var all = new ArrayList<Asking.Towards>();
        for (HttpRule.Part part : parts) {
            if (part.weight() > 0 && part.target() instanceof Target.Port port) {
                all.addAll(towards(port.service()));
            }
        }
        return all;
    }

    List<Asking.Towards> towards(Key service) {
        return world.splits().leaves(service).stream()
                .filter(it -> it.weight() > 0)
                .map(it -> new Asking.Towards(service, it.service()))
                .toList();
    }

    /** Who gets what of a rule's requests or connections; a Service's own split is followed. */
    List<WeightedBackend> of(
            List<HttpRule.Part> parts, String decider, Asking asking, Carried carried) {
        boolean split =
                parts.stream()
                        .anyMatch(
                                it ->
                                        it.target() instanceof Target.Port port
                                                && world.splits().at(port.service()).isPresent());
        var all = new ArrayList<WeightedBackend>();
        for (HttpRule.Part part : parts) {
            if (part.weight() > 0) {
                long weight = split ? part.weight() * FINE : part.weight();
                all.addAll(shares(part, weight, decider, asking, carried));
            }
        }
        if (all.isEmpty()) {
            var nobody =
                    new Refusal(500, "no-weight", decider, "No backend of the rule has a weight.")
                            .withGrpcStatus(Refusal.GRPC_UNAVAILABLE);
            all.add(new WeightedBackend(1, new Backend.Fail(decider, nobody)));
        }
        return all;
    }

    private List<WeightedBackend> shares(
            HttpRule.Part part, long weight, String decider, Asking asking, Carried carried) {
        var all = new ArrayList<WeightedBackend>();
        Changes changes = part.changes().withMirrors(mirrors(part.copies()));
        switch (part.target()) {
            case Target.Nobody nobody ->
                    all.add(
                            new WeightedBackend(
                                    weight,
                                    new Backend.Fail(nobody.name(), nobody.refusal()),
                                    changes));
            case Target.Port port -> {
                List<Splits.Leaf> leaves = world.splits().leaves(port.service());
                long sum = leaves.stream().mapToLong(Splits.Leaf::weight).sum();
                for (Splits.Leaf leaf : leaves) {
                    if (leaf.weight() > 0) {
                        long share = Math.max(1, Math.round((double) weight * leaf.weight() / sum));
                        var to = new Target.Port(leaf.service(), port.port(), port.http2());
                        all.add(
                                new WeightedBackend(
                                        share,
                                        backend(to, decider, carried),
                                        changes,
                                        asking.of(
                                                new Asking.Towards(
                                                        port.service(), leaf.service()))));
                    }
                }
            }
        }
        return all;
    }

    List<Changes.Mirror> mirrors(List<HttpRule.Copy> copies) {
        var mirrors = new ArrayList<Changes.Mirror>();
        for (HttpRule.Copy copy : copies) {
            if (backend(copy.to(), "", Carried.REQUESTS) instanceof Backend.Endpoints endpoints) {
                mirrors.add(new Changes.Mirror(endpoints, copy.share()));
            }
        }
        return mirrors;
    }

    private Backend backend(Target.Port target, String decider, Carried carried) {
        Key service = target.service();
        Optional<ServiceFacts> facts = world.service(service);
        if (facts.isEmpty()) {
            return fail(service, decider, "There is no Service " + service + ".");
        }
        return facts.get()
                .port(target.port())
                .map(it -> endpoints(service, it, target.http2(), carried))
                .orElseGet(
                        () ->
                                fail(
                                        service,
                                        decider,
                                        "Service %s has no port %d."
                                                .formatted(service, target.port())));
    }

    private static Backend fail(Key service, String decider, String sentence) {
        return new Backend.Fail(
                service.toString(),
                new Refusal(500, "no-such-backend", decider, sentence)
                        .withGrpcStatus(Refusal.GRPC_UNAVAILABLE));
    }

    /** What was made of these Services is to be made anew. */
    void forget(Set<Key> changed) {
        changed.forEach(made::remove);
    }

    /** The ready endpoints of a port, and how they are spoken to: one value for all who ask. */
    Backend endpoints(Key service, ServiceFacts.Port port, boolean http2, Carried carried) {
        Carried which = port.speech() == Speech.TLS ? carried : Carried.BYTES;
        return made.computeIfAbsent(service, it -> new HashMap<>())
                .computeIfAbsent(new Asked(port, http2, which), it -> make(service, it));
    }

    private Backend make(Key service, Asked asked) {
        ServiceFacts.Port port = asked.port();
        boolean http2 = asked.http2();
        Cluster terms = wishes.onService(Cluster.usual(), service);
        String cluster = service + ":" + port.label();
        boolean h2 = http2 || port.http2();
        Optional<Trust> trust = wishes.trust(service, port.name());
        if (trust.isPresent()) {
            Optional<TlsClient> tls = client(trust.get());
            if (tls.isEmpty()) {
                return new Backend.Fail(
                        service.toString(),
                        new Refusal(
                                        500,
                                        "no-authority",
                                        trust.get().source().toString(),
                                        "No authority that the policy names is there.")
                                .withGrpcStatus(Refusal.GRPC_UNAVAILABLE));
            }
            terms =
                    terms.withTls(tls.get())
                            .withProtocol(
                                    h2 ? Cluster.Protocol.HTTP2 : Cluster.Protocol.NEGOTIATED);
        } else if (asked.carried() == Carried.REQUESTS && port.speech() == Speech.TLS) {
            return new Backend.Fail(
                    service.toString(),
                    new Refusal(
                                    500,
                                    "unsupported-protocol",
                                    "Service " + service,
                                    "Port %s speaks TLS, and no BackendTLSPolicy says whom to believe."
                                            .formatted(port.label()))
                            .withGrpcStatus(Refusal.GRPC_UNAVAILABLE));
        } else if (h2) {
            terms = terms.withProtocol(Cluster.Protocol.HTTP2);
        }
        return new Backend.Endpoints(
                        service.toString(),
                        http2 && !port.http2() ? cluster + ":h2" : cluster,
                        world.ready(service, port))
                .withTerms(terms);
    }

    /** The same route; its bytes reach endpoints as they are, whatever a policy says of TLS. */
    static Route inClear(Route route) {
        var all = new ArrayList<WeightedBackend>();
        for (WeightedBackend each : route.backends()) {
            Backend backend = each.backend();
            if (backend instanceof Backend.Endpoints endpoints && endpoints.terms().tls() != null) {
                Cluster terms = endpoints.terms().withProtocol(Cluster.Protocol.HTTP1);
                backend = endpoints.withTerms(terms.withTls(null));
            }
            all.add(each.withBackend(backend));
        }
        return new Route(route.name(), route.service(), route.match(), route.policy(), all);
    }

    /**
     * The same route; endpoints with TLS are shown a certificate, and are a cluster of their own.
     */
    static Route showing(Route route, Certificate certificate, Key by) {
        var all = new ArrayList<WeightedBackend>();
        for (WeightedBackend each : route.backends()) {
            all.add(each.withBackend(showing(each.backend(), certificate, by)));
        }
        return new Route(route.name(), route.service(), route.match(), route.policy(), all);
    }

    private static Backend showing(Backend backend, Certificate certificate, Key by) {
        if (!(backend instanceof Backend.Endpoints endpoints)) {
            return backend;
        }
        TlsClient tls = endpoints.terms().tls();
        if (tls == null) {
            return backend;
        }
        var showing =
                new TlsClient(
                        tls.serverName(),
                        tls.authorities(),
                        tls.names(),
                        certificate,
                        tls.verify());
        return new Backend.Endpoints(
                endpoints.name(),
                endpoints.cluster() + "@" + by,
                endpoints.endpoints(),
                endpoints.terms().withTls(showing));
    }

    /** With those of the authorities that are there; none of them is not the same as any. */
    private Optional<TlsClient> client(Trust trust) {
        var authorities = new ArrayList<String>();
        for (Key key : trust.authorities()) {
            material.authority(key).ifPresent(authorities::add);
        }
        if (authorities.isEmpty() && !trust.authorities().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new TlsClient(trust.serverName(), authorities, trust.names(), null, true));
    }
}
