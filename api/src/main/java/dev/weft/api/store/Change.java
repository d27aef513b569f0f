package dev.weft.api.store;

import dev.weft.api.model.Key;
import java.util.Optional;

/**
 * What one write did. Immutable.
 *
 * @param before the object as it was, absent where it was created
 * @param after the object as it is, absent where it was removed
 */
public record Change(long version, Key key, Optional<Entry> before, Optional<Entry> after) {
    int bytes() {
        return before.map(Entry::bytes).orElse(0) + after.map(Entry::bytes).orElse(0);
    }
}
