package dev.weft.api.store;

import java.util.Optional;

/** What became of a write that was not refused. */
public sealed interface Outcome {
    /** It is kept as promised, and seen. */
    record Written(Change change) implements Outcome {}

    /** Another write was first: this is what is there now. Nothing was changed. */
    record Stale(Optional<Entry> current) implements Outcome {}
}
