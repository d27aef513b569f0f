package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.upstream.Cluster;
import java.util.function.UnaryOperator;

/**
 * What somebody asks for beyond routing, for one target.
 *
 * @param target {@code Service}, a kind of route, or {@code Gateway}
 * @param section a part of the target, empty for all of it
 */
public record Terms(Source source, Source.Kinded target, String section, Asked asked)
        implements Intent {

    public boolean isFor(String kind, Key key) {
        return target.kind().equals(kind) && target.key().equals(key);
    }

    /**
     * What is changed of the usual terms; what was not asked for stays. Compared by what was asked,
     * since functions cannot be.
     *
     * @param text what was asked, as it was written
     * @param door for listeners
     */
    public record Asked(
            String text,
            UnaryOperator<Policy> policy,
            UnaryOperator<Cluster> cluster,
            UnaryOperator<Entrance> door) {
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
