package dev.weft.mesh.intent;

import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.upstream.Cluster;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What somebody asks for beyond routing, for one target.
 *
 * @param target {@code Service}, a kind of route, or {@code Gateway}
 * @param section a part of the target, empty for all of it
 */
public record Terms(Source source, Source.Kinded target, String section, Asked asked)
        implements Intent {

    /**
     * Which requests rules take, and in which order they are asked.
     *
     * @param callers workloads ({@code shop/web}, {@code shop/*}) and names in client certificates
     *     whose requests alone are taken; none: everybody's
     * @param asListed whether rules are asked in the order of the list, in the place of the most
     *     specific first
     */
    public record OfRules(Set<String> callers, boolean asListed) {
        public OfRules {
            callers = Set.copyOf(callers);
        }
    }

    /**
     * What is changed of the usual terms; what was not asked for stays. Compared by what was asked,
     * since functions cannot be.
     *
     * @param text what was asked, as it was written
     * @param door for listeners
     * @param rules for the rules of routes
     */
    public record Asked(
            String text,
            UnaryOperator<Policy> policy,
            UnaryOperator<Cluster> cluster,
            UnaryOperator<Entrance> door,
            OfRules rules) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Asked it && it.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
