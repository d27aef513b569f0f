package dev.weft.mesh.policy;

import static dev.weft.mesh.policy.TrafficPolicies.duration;

import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.upstream.Accrual;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import java.time.Duration;
import java.util.Locale;

/** What a policy asks for the endpoints of a Service; what it leaves out stays. Pure. */
final class ClusterTerms {
    private ClusterTerms() {}

    static Cluster apply(JsonObject spec, Cluster usual) {
        Cluster terms = usual;
        if (spec.has("balancer") || spec.has("panicThreshold")) {
            terms = terms.withBalancer(balancer(spec, terms.balancer()));
        }
        if (spec.has("failureAccrual")) {
            terms = terms.withAccrual(accrual(spec.object("failureAccrual")));
        }
        if (spec.has("connections")) {
            terms = terms.withPooling(pooling(spec.object("connections"), terms.pooling()));
        }
        if (spec.has("concurrency")) {
            JsonObject asked = spec.object("concurrency");
            Cluster.Load load = Cluster.Load.usual();
            terms =
                    terms.withLoad(
                            new Cluster.Load(
                                    whole(asked, "limit", load.requests()),
                                    whole(asked, "queue", load.queue()),
                                    duration(asked, "wait").orElse(load.patience())));
        }
        return terms;
    }

    private static Balancer balancer(JsonObject spec, Balancer usual) {
        JsonObject asked = spec.object("balancer");
        Balancer.Choosing choosing =
                switch (asked.text("type").orElse("")) {
                    case "PeakEwma" -> Balancer.Choosing.PeakEwma.usual();
                    case "RoundRobin" -> new Balancer.Choosing.RoundRobin();
                    case "LeastRequest" -> new Balancer.Choosing.LeastRequest();
                    case "ConsistentHash" ->
                            new Balancer.Choosing.ConsistentHash(key(asked.object("hash")));
                    default -> usual.choosing();
                };
        return new Balancer(
                choosing,
                duration(asked, "slowStart").orElse(usual.slowStart()),
                whole(spec, "panicThreshold", usual.panicPercent()));
    }

    private static Balancer.HashKey key(JsonObject hash) {
        if (hash.size() > 1) {
            throw new IllegalArgumentException(
                    "balancer.hash: %s (expected: one of them)"
                            .formatted(String.join(", ", hash.names())));
        }
        if (hash.has("header")) {
            return new Balancer.HashKey.Header(
                    hash.text("header").orElse("").toLowerCase(Locale.ROOT));
        }
        if (hash.has("cookie")) {
            return new Balancer.HashKey.Cookie(hash.text("cookie").orElse(""), Duration.ofDays(1));
        }
        if (hash.has("queryParameter")) {
            return new Balancer.HashKey.Query(hash.text("queryParameter").orElse(""));
        }
        if (hash.flag("sourceAddress").orElse(false)) {
            return new Balancer.HashKey.Source();
        }
        throw new IllegalArgumentException(
                "balancer.hash: none (expected: header, cookie, queryParameter or sourceAddress)");
    }

    private static Accrual accrual(JsonObject asked) {
        Accrual usual = Accrual.usual();
        JsonObject rate = asked.object("successRate");
        Duration least = duration(asked, "pauseMin").orElse(usual.minPenalty());
        Duration most = duration(asked, "pauseMax").orElse(usual.maxPenalty());
        if (least.isZero() || most.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "failureAccrual: pauseMin %ss, pauseMax %ss (expected: pauseMin above 0, pauseMax no less)"
                            .formatted(least.toMillis() / 1000.0, most.toMillis() / 1000.0));
        }
        return new Accrual(
                whole(asked, "consecutiveFailures", usual.consecutive()),
                rate.isEmpty()
                        ? Accrual.Rate.none()
                        : new Accrual.Rate(
                                decimal(rate, "leastPercent") / 100,
                                duration(rate, "window").orElse(Duration.ofSeconds(10)),
                                whole(rate, "requestsMin", 5)),
                least,
                most,
                usual.jitter());
    }

    private static Pooling pooling(JsonObject asked, Pooling usual) {
        int most = whole(asked, "max", usual.connections());
        return new Pooling(
                most,
                whole(asked, "waitingMax", usual.pending()),
                whole(asked, "requestsMax", usual.requests()),
                duration(asked, "idleTimeout").orElse(usual.idle()),
                duration(asked, "maxAge").orElse(usual.age()),
                Math.min(whole(asked, "warm", usual.warm()), most));
    }

    static int whole(JsonObject tree, String field, int usual) {
        return tree.whole(field).map(Long::intValue).orElse(usual);
    }

    static double decimal(JsonObject tree, String field) {
        return tree.field(field)
                .filter(JsonNumber.class::isInstance)
                .map(it -> ((JsonNumber) it).asDecimal().doubleValue())
                .orElse(0.0);
    }
}
