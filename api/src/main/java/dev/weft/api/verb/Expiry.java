package dev.weft.api.verb;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Events are told, and forgotten: after a time, and the oldest when there are too many. */
final class Expiry {
    private static final String EVENTS = "events";
    private static final Duration AGE_MAX = Duration.ofHours(1);
    private static final int COUNT_MAX = 5_000;
    private static final List<String[]> TIMES =
            List.of(
                    new String[] {"series", "lastObservedTime"},
                    new String[] {"lastTimestamp"},
                    new String[] {"eventTime"},
                    new String[] {"metadata", "creationTimestamp"});

    private final Ground ground;

    Expiry(Ground ground) {
        this.ground = ground;
    }

    private record Aged(Entry entry, Instant at) {}

    /** Forgets what is too old or too much. */
    void sweep() {
        var events = new ArrayList<Aged>();
        ground.store()
                .image()
                .collection(EVENTS)
                .walk(entry -> events.add(new Aged(entry, time(entry.resource().tree()))));
        events.sort(Comparator.comparing(Aged::at));
        Instant oldest = ground.clock().now().minus(AGE_MAX);
        int surplus = events.size() - COUNT_MAX;
        for (int i = 0; i < events.size(); i++) {
            if (i >= surplus && !events.get(i).at().isBefore(oldest)) {
                return;
            }
            remove(events.get(i).entry());
        }
    }

    private void remove(Entry entry) {
        // One that changed in between is stale here, and is looked at again the next time.
        ground.store()
                .write(
                        new Write(
                                EVENTS,
                                entry.key(),
                                entry.version(),
                                Optional.empty(),
                                false,
                                Write.Guard.none()));
    }

    private static Instant time(JsonObject tree) {
        for (String[] path : TIMES) {
            Optional<String> text = tree.at(path).flatMap(Json::text);
            if (text.isPresent()) {
                try {
                    return Instant.parse(text.get());
                } catch (DateTimeParseException e) {
                    // Not a time: the next field may hold one.
                    continue;
                }
            }
        }
        return Instant.EPOCH;
    }
}
