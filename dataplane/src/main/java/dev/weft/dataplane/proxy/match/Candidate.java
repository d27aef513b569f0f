package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Route;
import org.jspecify.annotations.Nullable;

/** A route that takes the path of a request, and what else it asks. Immutable. */
record Candidate(Route route, Asked asked) {
    @Nullable Condition condition() {
        return asked.condition();
    }
}
