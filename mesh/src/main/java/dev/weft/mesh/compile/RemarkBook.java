package dev.weft.mesh.compile;

import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which remarks are to be told: those that stay true for a while, each once as long as it is true.
 * What is wrong only until the next object of the same manifest has come is not worth an Event.
 * Belongs to one thread.
 */
final class RemarkBook {
    private final long afterNanos;
    private final Map<Entry, Long> waiting = new HashMap<>();
    private final Set<Entry> told = new HashSet<>();

    /** A remark and what it is about. */
    record Entry(Source.Kinded about, Remark remark) {}

    RemarkBook(Duration after) {
        this.afterNanos = after.toNanos();
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** What is true now. */
    void replaceAll(Map<Source.Kinded, List<Remark>> all, long now) {
        var current = new HashSet<Entry>();
        all.forEach((about, remarks) -> remarks.forEach(it -> current.add(new Entry(about, it))));
        told.retainAll(current);
        waiting.keySet().retainAll(current);
        for (Entry entry : current) {
            if (!told.contains(entry)) {
                waiting.putIfAbsent(entry, now);
            }
        }
    }

    /** Those whose time has come. */
    List<Entry> due(long now) {
        var due = new ArrayList<Entry>();
        waiting.forEach(
                (entry, since) -> {
                    if (now - since >= afterNanos) {
                        due.add(entry);
                    }
                });
        due.forEach(waiting::remove);
        told.addAll(due);
        return due;
    }
}
