package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.WeightedBackend.Own;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What holds for requests: for all of a rule's, and for those alone that go to one of its backends.
 * Pure.
 *
 * <p>The narrower asks last: a Gateway, a Service, the rule in its own words, then who has the
 * route or the rule for a target. What every Service of a rule asks for alike holds for the rule.
 * Where they differ, what can be held below the choice of a backend (limits, faults, the times of a
 * try) holds for each of them; what cannot (trying again, logs, other origins, the time of the
 * whole) is as if no Service had asked.
 *
 * @param whole for all requests
 * @param each for those to one backend, where there is something
 */
record Asking(Policy whole, Map<Asking.Towards, Own> each) {
    /**
     * A backend of a rule.
     *
     * @param named the Service that the rule names
     * @param service the one that the split of the named Service leads to, or the same
     */
    record Towards(Key named, Key service) {
        // By hand, as that of Key: each start asks for it.
        @Override
        public boolean equals(Object other) {
            return other instanceof Towards it
                    && named.equals(it.named)
                    && service.equals(it.service);
        }

        @Override
        public int hashCode() {
            return 31 * named.hashCode() + service.hashCode();
        }
    }

    Own of(Towards backend) {
        return each.getOrDefault(backend, Own.nothing());
    }

    /** Calls to a Service, whoever makes them. */
    static Asking ofService(Key service, List<Towards> backends, Wishes wishes) {
        Policy base = wishes.onRoute(Policy.usual(), "Service", service, "");
        return common(base, backends, it -> beside(base, it, wishes));
    }

    /** Connections by a rule for them. */
    static Asking ofConnections(Source route, List<Towards> backends, Wishes wishes) {
        return common(
                Policy.usual(),
                backends,
                it ->
                        wishes.onRoute(
                                services(Policy.usual(), it, wishes),
                                route.kind(),
                                route.key(),
                                ""));
    }

    /**
     * @param door by which the requests come; null for whichever
     */
    static Asking ofRule(
            HttpRule rule, Place.@Nullable Door door, List<Towards> backends, Wishes wishes) {
        Policy base =
                door == null
                        ? Policy.usual()
                        : wishes.onRoute(Policy.usual(), "Gateway", door.gateway(), door.section());
        return common(
                ofRule(base, rule, wishes),
                backends,
                it -> ofRule(services(base, it, wishes), rule, wishes));
    }

    private static Policy services(Policy base, Towards to, Wishes wishes) {
        return beside(wishes.onRoute(base, "Service", to.named(), ""), to, wishes);
    }

    private static Policy beside(Policy named, Towards to, Wishes wishes) {
        return to.named().equals(to.service())
                ? named
                : wishes.onRoute(named, "Service", to.service(), "");
    }

    private static Policy ofRule(Policy wide, HttpRule rule, Wishes wishes) {
        Policy words = rule.policy();
        Source route = rule.source();
        Policy narrow =
                wishes.onRoute(inWords(wide, words), route.kind(), route.key(), rule.rule());
        return lastWord(narrow, words);
    }

    /** The rule's own words, over what is asked for more than it. */
    private static Policy inWords(Policy wide, Policy words) {
        Policy usual = Policy.usual();
        Policy policy = wide.withChanges(words.changes()).withStickiness(words.stickiness());
        Retry again = words.retry();
        if (!again.equals(usual.retry())) {
            policy =
                    policy.withRetry(
                            new Retry(
                                    again.attempts(),
                                    wide.retry().bodyBytesMax(),
                                    again.on(),
                                    again.backoff(),
                                    wide.retry().budget()));
        }
        Timeouts said = words.timeouts();
        if (!said.equals(usual.timeouts())) {
            Timeouts times = wide.timeouts();
            policy =
                    policy.withTimeouts(
                            times.withAnswer(
                                            times.answer().equals(usual.timeouts().answer())
                                                    ? said.answer()
                                                    : times.answer())
                                    .withPerTry(said.perTry()));
        }
        return lastWord(policy, words);
    }

    /** What a policy says only for routes that do not say it themselves. */
    private static Policy lastWord(Policy policy, Policy words) {
        Policy last = policy;
        if (words.guard().cors() != null) {
            last = last.withGuard(last.guard().withCors(words.guard().cors()));
        }
        return words.timeouts().request().isZero()
                ? last
                : last.withTimeouts(last.timeouts().withRequest(words.timeouts().request()));
    }

    private static Asking common(
            Policy base, List<Towards> backends, Function<Towards, Policy> asked) {
        var each = new HashMap<Towards, Policy>();
        backends.forEach(it -> each.computeIfAbsent(it, asked));
        if (each.size() == 1) {
            return new Asking(each.values().iterator().next(), Map.of());
        }
        List<Policy> different = each.values().stream().distinct().toList();
        if (different.isEmpty()) {
            return new Asking(base, Map.of());
        }
        Policy first = different.getFirst();
        if (different.size() == 1) {
            return new Asking(first, Map.of());
        }
        boolean times = alike(different, Policy::timeouts);
        Policy whole =
                base.withGuard(guard(base.guard(), different))
                        .withRetry(alike(different, Policy::retry) ? first.retry() : base.retry())
                        .withNotes(alike(different, Policy::notes) ? first.notes() : base.notes())
                        .withTimeouts(
                                times
                                        ? first.timeouts()
                                        : base.timeouts().withPerTry(Timeouts.NONE));
        var own = new HashMap<Towards, Own>();
        each.forEach(
                (to, policy) ->
                        own.put(
                                to,
                                new Own(
                                        beyond(whole.guard(), policy.guard()),
                                        times ? null : policy.timeouts())));
        return new Asking(whole, Map.copyOf(own));
    }

    private static <T> boolean alike(List<Policy> all, Function<Policy, T> part) {
        return all.stream().map(part).distinct().count() == 1;
    }

    /** What of the guards is the same everywhere. */
    private static Guard guard(Guard base, List<Policy> all) {
        Guard first = all.getFirst().guard();
        boolean origins =
                all.stream()
                        .allMatch(it -> java.util.Objects.equals(it.guard().cors(), first.cors()));
        boolean faults =
                all.stream()
                        .allMatch(
                                it -> java.util.Objects.equals(it.guard().fault(), first.fault()));
        return new Guard(
                alike(all, it -> it.guard().limits()) ? first.limits() : List.of(),
                alike(all, it -> it.guard().bodyBytesMax()) ? first.bodyBytesMax() : 0,
                origins ? first.cors() : base.cors(),
                faults ? first.fault() : null);
    }

    /** What a guard has that the one for all has not. */
    private static Guard beyond(Guard whole, Guard mine) {
        return new Guard(
                whole.limits().isEmpty() ? mine.limits() : List.of(),
                whole.bodyBytesMax() == 0 ? mine.bodyBytesMax() : 0,
                null,
                whole.fault() == null ? mine.fault() : null);
    }
}
