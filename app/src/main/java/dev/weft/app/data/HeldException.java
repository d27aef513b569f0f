package dev.weft.app.data;

import java.nio.file.Path;
import java.util.Optional;

/** A data folder that another platform holds. */
public final class HeldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Holder> holder;

    HeldException(Path root, Optional<Holder> holder) {
        super("another platform holds " + root);
        this.holder = holder;
    }

    /** Who it is; nothing where it has only just begun and not said so yet. */
    public Optional<Holder> holder() {
        return holder;
    }
}
