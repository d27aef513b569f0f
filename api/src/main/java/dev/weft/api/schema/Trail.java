package dev.weft.api.schema;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk over a tree stands. It is written out only when somebody asks, which nobody does on
 * the way through an object in order. Belongs to one thread.
 */
public final class Trail {
    private final String from;
    private @Nullable String[] names = new String[16];
    private int[] places = new int[16];
    private int depth;

    /**
     * @param from the path at which the walk begins; empty at the root
     */
    public Trail(String from) {
        this.from = from;
    }

    public boolean isRoot() {
        return depth == 0 && from.isEmpty();
    }

    /** Goes down into a named field. */
    public void field(String name) {
        step(name, -1);
    }

    /** Goes down into one of the values of an object that maps names to values. */
    public void entry(String name) {
        step(name, -2);
    }

    /** Goes down into an item of a list. */
    public void item(int place) {
        step(null, place);
    }

    private void step(@Nullable String name, int place) {
        if (depth == places.length) {
            names = Arrays.copyOf(names, depth * 2);
            places = Arrays.copyOf(places, depth * 2);
        }
        names[depth] = name;
        places[depth] = place;
        depth++;
    }

    /** Goes back up. */
    public void up() {
        depth--;
    }

    /** The path: {@code spec.rules[2].name}. */
    public String text() {
        var text = new StringBuilder(from);
        for (int i = 0; i < depth; i++) {
            String name = names[i];
            if (name == null) {
                text.append('[').append(places[i]).append(']');
            } else if (places[i] == -2) {
                text.append('[').append(name).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(name);
            }
        }
        return text.toString();
    }

    /** The path of a field here. */
    public String text(String field) {
        String here = text();
        return here.isEmpty() ? field : here + "." + field;
    }

    @Override
    public String toString() {
        return text();
    }
}
