package dev.weft.api.cel.cost;

import org.jspecify.annotations.Nullable;

/** A place in objects of a kind, where a value can be so large and no larger. Any thread. */
public interface Place {
    /** A place of which nothing is known, nor of those in it. */
    Place UNKNOWN =
            new Place() {
                @Override
                public @Nullable Range size() {
                    return null;
                }

                @Override
                public Place field(String name) {
                    return this;
                }

                @Override
                public Place item() {
                    return this;
                }

                @Override
                public Place key() {
                    return this;
                }
            };

    /** How many characters, items or entries a value at the place has; null where not known. */
    @Nullable Range size();

    Place field(String name);

    /** The place of the items of a list or the values of a map. */
    Place item();

    /** The place of the keys of a map. */
    Place key();
}
