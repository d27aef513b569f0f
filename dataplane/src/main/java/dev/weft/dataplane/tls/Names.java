package dev.weft.dataplane.tls;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what stands for a server name: the exact name first, then the longest wildcard ({@code
 * *.a.b} stands for every name below {@code a.b}, at any depth), then {@code *} for all others and
 * for clients who name nobody. Immutable.
 *
 * @param <T> what is found
 */
public final class Names<T> {
    /** Stands for whoever no other name stands for. */
    public static final String ANY = "*";

    private final Map<String, T> byName;

    public Names(Map<String, T> byName) {
        this.byName = new HashMap<>(byName);
    }

    /**
     * @param name in lower case; empty for none
     */
    public @Nullable T find(String name) {
        T own = findOwn(name);
        return own == null ? byName.get(ANY) : own;
    }

    /** The same, but for what stands for all others. */
    @Nullable T findOwn(String name) {
        if (name.isEmpty()) {
            return null;
        }
        T exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            T wild = byName.get("*" + name.substring(dot));
            if (wild != null) {
                return wild;
            }
        }
        return null;
    }

    /** Whether every name finds the same. */
    public boolean distinguishes() {
        return byName.size() > 1 || !byName.containsKey(ANY);
    }
}
