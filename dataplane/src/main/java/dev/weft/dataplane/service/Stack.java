package dev.weft.dataplane.service;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Filters in request order above one service. Immutable; {@link #service} builds the chain, {@link
 * #lines} tells it to a person.
 */
public final class Stack {
    private record Layer(Stack above, String name, String why, Filter filter) {}

    private static final Stack EMPTY = new Stack(null);

    private final @Nullable Layer lowest;

    private Stack(@Nullable Layer lowest) {
        this.lowest = lowest;
    }

    public static Stack begin() {
        return EMPTY;
    }

    /**
     * Adds a filter below those that are there.
     *
     * @param why why it stands at this place
     */
    public Stack then(String name, String why, Filter filter) {
        return new Stack(new Layer(this, name, why, filter));
    }

    /** The chain above its last service. */
    public Service service(Service last) {
        Service below = last;
        for (Layer layer = lowest; layer != null; layer = layer.above.lowest) {
            below = layer.filter.over(below);
        }
        return below;
    }

    /** The chain as it would run: filters that have nothing to do are not in it. */
    public List<String> lines() {
        Service probe = exchange -> {};
        List<String> lines = new ArrayList<>();
        for (Layer layer = lowest; layer != null; layer = layer.above.lowest) {
            if (layer.filter.over(probe) != probe) {
                lines.add(layer.name + ": " + layer.why);
            }
        }
        return lines.reversed();
    }
}
