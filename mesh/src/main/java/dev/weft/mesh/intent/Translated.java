package dev.weft.mesh.intent;

import java.util.List;

/** What an object wants, and what of it could not be carried over. */
public record Translated(List<Intent> intents, List<Remark> remarks) {
    private static final Translated NOTHING = new Translated(List.of(), List.of());

    public Translated {
        intents = List.copyOf(intents);
        remarks = List.copyOf(remarks);
    }

    public static Translated nothing() {
        return NOTHING;
    }
}
