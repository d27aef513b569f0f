package dev.weft.dataplane.service;

import java.util.ArrayList;
import java.util.List;

/**
 * Filters in request order above one service. Immutable; {@link #service} builds the chain, {@link
 * #lines} tells it to a person.
 */
public final class Stack {
    private record Layer(String name, String why, Filter filter) {}

    private final List<Layer> layers;

    private Stack(List<Layer> layers) {
        this.layers = layers;
    }

    public static Stack begin() {
        return new Stack(List.of());
    }

    /**
     * Adds a filter below those that are there.
     *
     * @param why why it stands at this place
     */
    public Stack then(String name, String why, Filter filter) {
        var more = new ArrayList<>(layers);
        more.add(new Layer(name, why, filter));
        return new Stack(List.copyOf(more));
    }

    /** The chain above its last service. */
    public Service service(Service last) {
        Service below = last;
        for (Layer layer : layers.reversed()) {
            below = layer.filter.over(below);
        }
        return below;
    }

    /** The chain as it would run: filters that have nothing to do are not in it. */
    public List<String> lines() {
        Service probe = exchange -> {};
        return layers.stream()
                .filter(layer -> layer.filter.over(probe) != probe)
                .map(layer -> layer.name + ": " + layer.why)
                .toList();
    }
}
