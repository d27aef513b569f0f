package dev.weft.api.ask;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the answer to one request says besides the answer. Belongs to the thread of the request.
 * Bounded, so that an answer's head stays one that clients take.
 */
public final class Warnings {
    private static final int COUNT_MAX = 40;
    private static final int LETTERS_MAX = 4096;

    private final Set<String> texts = new LinkedHashSet<>();
    private int letters;

    public void add(String text) {
        if (texts.size() < COUNT_MAX && letters + text.length() <= LETTERS_MAX && texts.add(text)) {
            letters += text.length();
        }
    }

    public void addAll(List<String> more) {
        more.forEach(this::add);
    }

    public List<String> texts() {
        return List.copyOf(texts);
    }
}
