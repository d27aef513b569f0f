package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.log.LateLogger;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes Events about objects. Any thread tells; one thread of the scope writes, so that a slow API
 * holds up no controller. What is told again within a while raises the count of the Event that is
 * there. Events are news and not state: where more come than can be written, or more than an object
 * is worth, the rest are dropped, and how many is logged.
 */
public final class EventRecorder {
    private static final Logger LOG = LateLogger.of(EventRecorder.class);
    private static final int WAITING_MOST = 1000;
    private static final int REMEMBERED_MOST = 4096;
    private static final int TRIES_MOST = 5;
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofSeconds(30);
    private static final Duration AGGREGATE_WITHIN = Duration.ofMinutes(10);
    private static final int MESSAGE_LENGTH_MOST = 1024;

    private final Surroundings surroundings;
    private final String component;
    private final BlockingQueue<Told> waiting = new ArrayBlockingQueue<>(WAITING_MOST);
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();

    // Of the writing thread alone:
    private final Map<Told.Same, Written> written = remembering();
    private final Map<String, Allowance> allowances = remembering();

    /**
     * @param ending of the Event's name, the same in every try: a lost answer makes no second one
     */
    private record Told(Action.Tell what, Instant at, String ending, int tries) {
        Told again() {
            return new Told(what, at, ending, tries + 1);
        }

        /** What makes two tellings the same news. */
        record Same(String uid, Key about, Action.Severity severity, String reason, String text) {}

        Same same() {
            Resource about = what.about();
            return new Same(
                    about.uid(), about.key(), what.severity(), what.reason(), what.message());
        }
    }

    private record Written(Key event, Instant last, long count) {}

    private record Allowance(double left, Instant at) {}

    /**
     * @param component who says it, as {@code kubectl describe} shows it
     */
    public EventRecorder(Surroundings surroundings, String component) {
        this.surroundings = surroundings;
        this.component = component;
    }

    public void tell(Action.Tell what) {
        if (started.compareAndSet(false, true)) {
            surroundings.scope().start("events/" + component, this::run);
        }
        String ending = Long.toHexString(surroundings.chance().next());
        if (!waiting.offer(new Told(what, surroundings.clock().now(), ending, 1))) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        while (!surroundings.scope().isClosed()) {
            try {
                Told told = waiting.take();
                if (told.tries() > 1 || allowed(told)) {
                    writeOrWait(told);
                } else {
                    dropped.incrementAndGet();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!surroundings.scope().isClosed()) {
                    surroundings.faults().report("the events of " + component, e);
                }
            }
            long lost = waiting.isEmpty() ? dropped.getAndSet(0) : 0;
            if (lost > 0) {
                LOG.log(Level.INFO, "{0}: {1} events were not written", component, lost);
            }
        }
    }

    /** News that the API refuses for a passing reason is told again a few times. */
    private void writeOrWait(Told told) {
        try {
            write(told);
        } catch (ApiException e) {
            boolean passing = e.isPassing() || e.is(Reason.CONFLICT);
            if (!passing || told.tries() >= TRIES_MOST || !waiting.offer(told.again())) {
                dropped.incrementAndGet();
                LOG.log(Level.DEBUG, "cannot write an event: {0}", e.getMessage());
            }
        }
    }

    private boolean allowed(Told told) {
        String about = told.what().about().kind() + "/" + told.what().about().key();
        Allowance known = allowances.getOrDefault(about, new Allowance(BURST, told.at()));
        double refilled =
                Duration.between(known.at(), told.at()).toMillis() / (double) REFILL.toMillis();
        double left = Math.min(BURST, known.left() + Math.max(0, refilled));
        boolean allowed = left >= 1;
        allowances.put(about, new Allowance(allowed ? left - 1 : left, told.at()));
        return allowed;
    }

    private void write(Told told) {
        Written known = written.get(told.same());
        if (known != null && known.last().plus(AGGREGATE_WITHIN).isAfter(told.at())) {
            try {
                repeat(told, known);
                return;
            } catch (ApiException e) {
                if (!e.is(Reason.NOT_FOUND)) {
                    throw e;
                }
            }
        }
        Resource event = event(told);
        try {
            surroundings.client().create(Types.EVENT, event);
        } catch (ApiException e) {
            if (!e.is(Reason.ALREADY_EXISTS) || told.tries() == 1) {
                throw e;
            }
        }
        written.put(told.same(), new Written(event.key(), told.at(), 1));
    }

    private void repeat(Told told, Written known) {
        long count = known.count() + 1;
        var change =
                JsonObject.builder()
                        .put("count", count)
                        .put("lastTimestamp", time(told.at()))
                        .build();
        surroundings.client().patch(Types.EVENT, known.event(), Patch.merge(change));
        written.put(told.same(), new Written(known.event(), told.at(), count));
    }

    private Resource event(Told told) {
        Resource about = told.what().about();
        String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
        String name = about.name() + "." + told.ending();
        var involved =
                JsonObject.builder()
                        .put("kind", about.kind())
                        .put("apiVersion", about.apiVersion())
                        .put("name", about.name());
        putGiven(involved, "namespace", about.namespace());
        putGiven(involved, "uid", about.uid());
        putGiven(involved, "resourceVersion", about.resourceVersion());
        JsonObject tree =
                Resource.of(Types.EVENT, namespace, name)
                        .tree()
                        .with("involvedObject", involved.build())
                        .with("reason", told.what().reason())
                        .with("message", shortened(told.what().message()))
                        .with("type", word(told.what().severity()))
                        .with("source", JsonObject.of("component", Json.of(component)))
                        .with("firstTimestamp", time(told.at()))
                        .with("lastTimestamp", time(told.at()))
                        .with("count", 1)
                        .with("reportingComponent", component)
                        .with("reportingInstance", component);
        return new Resource(tree);
    }

    private static void putGiven(JsonObject.Builder builder, String name, String value) {
        if (!value.isEmpty()) {
            builder.put(name, value);
        }
    }

    private static String word(Action.Severity severity) {
        return switch (severity) {
            case NORMAL -> "Normal";
            case WARNING -> "Warning";
        };
    }

    private static String shortened(String message) {
        return message.length() <= MESSAGE_LENGTH_MOST
                ? message
                : message.substring(0, MESSAGE_LENGTH_MOST - 1) + "…";
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static <K, V> Map<K, V> remembering() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED_MOST;
            }
        };
    }
}
