package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Split;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The splits that are in force, each for its root. Immutable.
 *
 * <p>Where a share's Service is itself the root of a split, that split applies to what it gets; a
 * root may be among its own shares and then means its own endpoints. Splits that lead round in a
 * circle are not in force, and neither is one whose root an older one has.
 */
final class Splits {
    private static final Splits NONE = new Splits(Map.of(), List.of(), List.of());
    private static final int DEPTH_MAX = 16;
    private static final BigInteger WEIGHT_MAX = BigInteger.valueOf(1_000_000);

    private final Map<Key, Split> byRoot;
    private final List<Split> looping;
    private final List<Shadowed> shadowed;

    /** A split that is not in force, and the older one that has its root. */
    record Shadowed(Split split, Source by) {}

    /** What a Service without further split gets. */
    record Leaf(Key service, long weight) {}

    private Splits(Map<Key, Split> byRoot, List<Split> looping, List<Shadowed> shadowed) {
        this.byRoot = byRoot;
        this.looping = looping;
        this.shadowed = shadowed;
    }

    static Splits none() {
        return NONE;
    }

    static Splits of(Collection<Split> all) {
        var byRoot = new HashMap<Key, Split>();
        var shadowed = new ArrayList<Shadowed>();
        all.stream()
                .sorted((a, b) -> a.source().compareTo(b.source()))
                .forEach(
                        split -> {
                            Split older = byRoot.putIfAbsent(split.root(), split);
                            if (older != null) {
                                shadowed.add(new Shadowed(split, older.source()));
                            }
                        });
        List<Split> looping =
                byRoot.values().stream()
                        .filter(split -> loops(split, split.root(), byRoot, new HashSet<>(), 1))
                        .toList();
        looping.forEach(split -> byRoot.remove(split.root()));
        return new Splits(byRoot, looping, shadowed);
    }

    /**
     * Whether the splits below lead back to a root, or lead on for so long that it must be meant.
     */
    private static boolean loops(
            Split from, Key root, Map<Key, Split> byRoot, Set<Key> seen, int depth) {
        for (Split.Share share : from.shares()) {
            Key next = share.service();
            if (next.equals(from.root())) {
                continue;
            }
            Split further = byRoot.get(next);
            if (next.equals(root) || further != null && depth == DEPTH_MAX) {
                return true;
            }
            if (further != null
                    && seen.add(next)
                    && loops(further, root, byRoot, seen, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    Optional<Split> at(Key root) {
        return Optional.ofNullable(byRoot.get(root));
    }

    List<Split> looping() {
        return looping;
    }

    List<Shadowed> shadowed() {
        return shadowed;
    }

    Collection<Split> inForce() {
        return byRoot.values();
    }

    /** Who gets what of the calls to a root, splits of shares included. */
    List<Leaf> leaves(Key root) {
        if (!byRoot.containsKey(root)) {
            return List.of(new Leaf(root, 1));
        }
        return whole(parts(root, new HashMap<>()));
    }

    private Map<Key, Fraction> parts(Key service, Map<Key, Map<Key, Fraction>> known) {
        Split split = byRoot.get(service);
        if (split == null) {
            return Map.of(service, Fraction.ONE);
        }
        Map<Key, Fraction> before = known.get(service);
        if (before != null) {
            return before;
        }
        var parts = new LinkedHashMap<Key, Fraction>();
        long sum = split.shares().stream().mapToLong(Split.Share::weightMilli).sum();
        for (Split.Share share : split.shares()) {
            Fraction theirs = sum == 0 ? Fraction.ZERO : Fraction.of(share.weightMilli(), sum);
            Map<Key, Fraction> below =
                    share.service().equals(service)
                            ? Map.of(service, Fraction.ONE)
                            : parts(share.service(), known);
            below.forEach((leaf, part) -> parts.merge(leaf, part.times(theirs), Fraction::plus));
        }
        known.put(service, parts);
        return parts;
    }

    /** The smallest whole weights in the same proportion, rounded where they would be huge. */
    private static List<Leaf> whole(Map<Key, Fraction> exact) {
        BigInteger common = BigInteger.ONE;
        for (Fraction part : exact.values()) {
            common = common.multiply(part.under()).divide(common.gcd(part.under()));
        }
        BigInteger bottom = common;
        var weights = new LinkedHashMap<Key, BigInteger>();
        BigInteger divisor = BigInteger.ZERO;
        for (Map.Entry<Key, Fraction> entry : exact.entrySet()) {
            Fraction part = entry.getValue();
            BigInteger weight = part.over().multiply(bottom.divide(part.under()));
            weights.put(entry.getKey(), weight);
            divisor = divisor.gcd(weight);
        }
        BigInteger shrink = divisor.max(BigInteger.ONE);
        BigInteger largest = weights.values().stream().reduce(BigInteger.ONE, BigInteger::max);
        boolean huge = largest.divide(shrink).compareTo(WEIGHT_MAX) > 0;
        var leaves = new ArrayList<Leaf>();
        weights.forEach(
                (service, weight) -> {
                    BigInteger small =
                            huge
                                    ? weight.multiply(WEIGHT_MAX)
                                            .add(largest.subtract(BigInteger.ONE))
                                            .divide(largest)
                                    : weight.divide(shrink);
                    leaves.add(new Leaf(service, small.longValueExact()));
                });
        return leaves;
    }

    /** An exact part of one, so that nested splits lose nothing. */
    private record Fraction(BigInteger over, BigInteger under) {
        static final Fraction ONE = new Fraction(BigInteger.ONE, BigInteger.ONE);
        static final Fraction ZERO = new Fraction(BigInteger.ZERO, BigInteger.ONE);

        Fraction plus(Fraction other) {
            return reduced(
                    over.multiply(other.under).add(other.over.multiply(under)),
                    under.multiply(other.under));
        }

        Fraction times(Fraction other) {
            return reduced(over.multiply(other.over), under.multiply(other.under));
        }

        static Fraction of(long part, long whole) {
            return reduced(BigInteger.valueOf(part), BigInteger.valueOf(whole));
        }

        private static Fraction reduced(BigInteger over, BigInteger under) {
            BigInteger by = over.gcd(under);
            return new Fraction(over.divide(by), under.divide(by));
        }
    }
}
