package dev.weft.mesh.policy;

import static dev.weft.mesh.policy.ClusterTerms.decimal;
import static dev.weft.mesh.policy.ClusterTerms.whole;
import static dev.weft.mesh.policy.TrafficPolicies.duration;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.mesh.intent.Weight;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a policy asks for requests; what it leaves out stays. Pure. */
final class RouteTerms {
    private static final int PARTS = 10_000;
    private static final int BACKOFF_GROWTH = 8;
    private static final Map<String, Integer> GRPC =
            Map.of(
                    "cancelled", 1,
                    "deadline-exceeded", 4,
                    "resource-exhausted", 8,
                    "internal", 13,
                    "unavailable", 14);

    private RouteTerms() {}

    /**
     * @param name whose policy it is, for figures and refusals
     */
    static Policy apply(JsonObject spec, String name, Policy usual) {
        Policy policy = usual.withGuard(guard(spec, name, usual.guard()));
        if (spec.has("retry") || spec.has("retryBudget")) {
            policy = policy.withRetry(retry(spec, usual.retry()));
        }
        if (spec.has("accessLog")) {
            policy = policy.withLog(log(spec.object("accessLog")));
        }
        if (spec.has("tracing")) {
            policy = policy.withTraced(share(spec.object("tracing"), "samplePercent"));
        }
        return policy.withTimeouts(timeouts(spec, usual.timeouts()));
    }

    private static Guard guard(JsonObject spec, String name, Guard usual) {
        Guard guard = usual;
        if (spec.has("rateLimit")) {
            guard = guard.withLimits(List.of(limit(spec.object("rateLimit"), name)));
        }
        Optional<Long> most = spec.field("requestBodyMax").flatMap(RouteTerms::bytes);
        if (most.isPresent()) {
            guard = guard.withBodyBytesMax(most.get());
        }
        if (spec.has("cors")) {
            guard = guard.withCors(cors(spec.object("cors")));
        }
        return spec.has("fault") ? guard.withFault(fault(spec.object("fault"))) : guard;
    }

    private static Optional<Long> bytes(Json given) {
        var milli = Weight.milli(given);
        return milli.isPresent() ? Optional.of(milli.getAsLong() / 1000) : Optional.empty();
    }

    private static Guard.RateLimit limit(JsonObject asked, String name) {
        double rate = decimal(asked, "requestsPerSecond");
        boolean even = rate >= 1 && rate == Math.rint(rate);
        long requests = even ? (long) rate : Math.max(1, Math.round(rate * 1000));
        Guard.Key key =
                switch (asked.text("perClient").orElse("")) {
                    case "" -> new Guard.Key.Whole();
                    case "Address" -> new Guard.Key.CallerAddress();
                    case "Identity" -> new Guard.Key.CallerIdentity();
                    default ->
                            new Guard.Key.Header(
                                    asked.text("perClient")
                                            .orElse("")
                                            .substring("Header ".length())
                                            .toLowerCase(Locale.ROOT));
                };
        return new Guard.RateLimit(
                name,
                requests,
                Duration.ofSeconds(even ? 1 : 1000),
                asked.whole("burst").orElse(Math.max(1, Math.round(rate))),
                key);
    }

    private static Guard.Cors cors(JsonObject asked) {
        return new Guard.Cors(
                Set.copyOf(asked.array("allowOrigins").texts()),
                Set.copyOf(asked.array("allowMethods").texts()),
                lower(asked.array("allowHeaders").texts()),
                lower(asked.array("exposeHeaders").texts()),
                Duration.ofSeconds(asked.whole("maxAge").orElse(5L)),
                asked.flag("allowCredentials").orElse(false));
    }

    private static Set<String> lower(List<String> texts) {
        var lower = new HashSet<String>();
        texts.forEach(it -> lower.add(it.toLowerCase(Locale.ROOT)));
        return lower;
    }

    private static Guard.Fault fault(JsonObject asked) {
        JsonObject delay = asked.object("delay");
        JsonObject abort = asked.object("abort");
        return new Guard.Fault(
                duration(delay, "duration").orElse(Duration.ZERO),
                delay.isEmpty() ? Share.none() : share(delay, "percent"),
                abort.isEmpty()
                        ? null
                        : new Guard.Abort(
                                whole(abort, "status", 503),
                                whole(abort, "grpcStatus", -1),
                                share(abort, "percent")));
    }

    private static Share share(JsonObject tree, String field) {
        return new Share((int) Math.round(decimal(tree, field) / 100 * PARTS), PARTS);
    }

    private static Retry retry(JsonObject spec, Retry usual) {
        JsonObject asked = spec.object("retry");
        Retry retry = usual;
        if (spec.has("retry")) {
            var codes = new HashSet<Integer>();
            asked.array("codes")
                    .items()
                    .forEach(it -> Weight.milli(it).ifPresent(m -> codes.add((int) (m / 1000))));
            var grpc = new HashSet<Integer>();
            asked.array("grpcCodes").texts().forEach(it -> grpc.add(GRPC.getOrDefault(it, 14)));
            retry =
                    new Retry(
                            whole(asked, "attempts", usual.attempts()),
                            whole(asked, "bodyBytesMax", usual.bodyBytesMax()),
                            new Retry.On(
                                    codes,
                                    grpc,
                                    true,
                                    asked.has("perTryTimeout"),
                                    !codes.isEmpty() || !grpc.isEmpty()),
                            backoff(asked).orElse(usual.backoff()),
                            usual.budget());
        }
        if (spec.has("retryBudget")) {
            JsonObject budget = spec.object("retryBudget");
            Retry.Budget before = usual.budget();
            retry =
                    retry.withBudget(
                            new Retry.Budget(
                                    before.name(),
                                    whole(budget, "percent", before.percent()),
                                    whole(budget, "minPerSecond", before.minPerSecond()),
                                    duration(budget, "interval").orElse(before.ttl())));
        }
        return retry;
    }

    private static Optional<Retry.Backoff> backoff(JsonObject asked) {
        return duration(asked, "backoff")
                .filter(it -> !it.isZero())
                .map(
                        least ->
                                rising(
                                        least,
                                        duration(asked, "backoffMax")
                                                .orElse(least.multipliedBy(BACKOFF_GROWTH))));
    }

    private static Retry.Backoff rising(Duration least, Duration most) {
        if (most.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "retry: backoff %ss, backoffMax %ss (expected: backoffMax no less than backoff)"
                            .formatted(least.toMillis() / 1000.0, most.toMillis() / 1000.0));
        }
        return new Retry.Backoff(least, most);
    }

    private static AccessLog log(JsonObject asked) {
        return new AccessLog(
                asked.text("format").orElse("Json").equals("Common")
                        ? AccessLog.Format.COMMON
                        : AccessLog.Format.JSON,
                asked.has("samplePercent") ? share(asked, "samplePercent") : Share.all());
    }

    private static Timeouts timeouts(JsonObject spec, Timeouts usual) {
        JsonObject asked = spec.object("timeouts");
        Timeouts timeouts =
                usual.withConnect(duration(asked, "connect").orElse(usual.connect()))
                        .withAnswer(duration(asked, "answer").orElse(usual.answer()))
                        .withIdle(duration(asked, "idle").orElse(usual.idle()));
        Optional<Duration> request = duration(asked, "request");
        if (request.isPresent()) {
            timeouts = timeouts.withRequest(request.get());
        }
        Optional<Duration> perTry = duration(spec, "retry", "perTryTimeout");
        if (perTry.isPresent()) {
            timeouts = timeouts.withPerTry(perTry.get());
        }
        Timeouts.Lasting before = usual.lasting();
        Optional<Duration> age = duration(spec, "maxConnectionAge");
        return timeouts.withLasting(
                new Timeouts.Lasting(
                        age.orElse(before.stream()),
                        age.orElse(before.tunnel()),
                        duration(asked, "tunnelIdle").orElse(before.tunnelIdle())));
    }
}
