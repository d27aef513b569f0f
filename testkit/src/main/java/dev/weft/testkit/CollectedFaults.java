package dev.weft.testkit;

import dev.weft.foundation.fault.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults kept for a test to look at. Any thread. A test that expects none ends with {@link
 * #expectNone}.
 */
public final class CollectedFaults implements Faults {
    private final List<Throwable> all = new ArrayList<>();

    @Override
    public synchronized void report(String what, Throwable cause) {
        all.add(new AssertionError(what, cause));
    }

    @Override
    public synchronized void fatal(String what, Throwable cause) {
        all.add(new AssertionError("fatal: " + what, cause));
    }

    public synchronized List<Throwable> all() {
        return List.copyOf(all);
    }

    public synchronized void expectNone() {
        if (!all.isEmpty()) {
            var failure = new AssertionError(all.size() + " faults, the first: " + all.getFirst());
            all.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
