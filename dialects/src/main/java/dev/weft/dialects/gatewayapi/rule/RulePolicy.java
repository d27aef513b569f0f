package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Stickiness;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.mesh.intent.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a rule says of time, of trying again and of sessions. Pure but for what it finds. */
final class RulePolicy {
    private static final int ATTEMPTS_MAX = 16;
    private static final String SESSION = "weft-session";

    private RulePolicy() {}

    static Policy read(JsonObject rule, String at, Policy usual, Findings findings) {
        Policy policy = usual;
        try {
            if (rule.has("timeouts")) {
                policy = policy.withTimeouts(timeouts(rule.object("timeouts"), policy.timeouts()));
            }
            if (rule.has("retry")) {
                policy = policy.withRetry(retry(rule.object("retry"), policy.retry()));
            }
            if (rule.has("sessionPersistence")) {
                policy = policy.withStickiness(stickiness(rule.object("sessionPersistence")));
            }
        } catch (IllegalArgumentException e) {
            findings.value(at + ": " + e.getMessage());
        }
        return policy;
    }

    /** Who sets a limit for the whole is not held to the usual one for the answer's head. */
    private static Timeouts timeouts(JsonObject asked, Timeouts usual) {
        Optional<Duration> request = duration(asked, "request");
        Optional<Duration> each = duration(asked, "backendRequest");
        if (request.isEmpty() && each.isEmpty()) {
            return usual;
        }
        return usual.withAnswer(Timeouts.NONE)
                .withRequest(request.orElse(Timeouts.NONE))
                .withPerTry(each.orElse(Timeouts.NONE));
    }

    /** {@code attempts} counts the tries after the first. */
    private static Retry retry(JsonObject asked, Retry usual) {
        var codes = new HashSet<Integer>();
        asked.array("codes").items().forEach(it -> code(it.toString()).ifPresent(codes::add));
        int again = asked.whole("attempts").orElse(1L).intValue();
        Duration least = duration(asked, "backoff").orElse(Duration.ZERO);
        return usual.withAttempts(Math.min(ATTEMPTS_MAX, 1 + again))
                .withOn(new Retry.On(codes, Set.of(), true, true, true))
                .withBackoff(
                        least.isZero()
                                ? Retry.Backoff.none()
                                : new Retry.Backoff(least, least.multipliedBy(8)));
    }

    private static Optional<Integer> code(String text) {
        return text.matches("[0-9]{3}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    private static Stickiness stickiness(JsonObject asked) {
        boolean header = asked.text("type").orElse("Cookie").equals("Header");
        boolean lasting =
                asked.text("cookieConfig", "lifetimeType").orElse("Session").equals("Permanent");
        Stickiness.By by =
                header
                        ? Stickiness.By.HEADER
                        : lasting ? Stickiness.By.PERMANENT_COOKIE : Stickiness.By.SESSION_COOKIE;
        return new Stickiness(
                by,
                asked.text("sessionName").orElse(SESSION),
                duration(asked, "absoluteTimeout").orElse(Duration.ZERO),
                duration(asked, "idleTimeout").orElse(Duration.ZERO));
    }

    private static Optional<Duration> duration(JsonObject tree, String field) {
        return tree.text(field)
                .map(
                        it ->
                                Durations.parse(it)
                                        .orElseThrow(
                                                () ->
                                                        new IllegalArgumentException(
                                                                field
                                                                        + ": "
                                                                        + it
                                                                        + " (expected: such as"
                                                                        + " 250ms or 1m30s)")));
    }
}
