package dev.weft.machine.workload;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceList;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Moments;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.task.Pause;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes Events away that are older than an hour, as Kubernetes does. One task of the scope. */
final class News {
    private static final Logger LOG = System.getLogger(News.class.getName());
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration ROUND = Duration.ofMinutes(5);
    private static final int PAGE = 500;

    private final Surroundings surroundings;

    News(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    void start() {
        surroundings.scope().start("old-events", this::run);
    }

    private void run() {
        try {
            while (!surroundings.scope().isClosed()) {
                Pause.of(ROUND);
                try {
                    tidy();
                } catch (ApiException e) {
                    LOG.log(Level.WARNING, "cannot tidy old events: {0}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void tidy() {
        Instant oldest = surroundings.clock().now().minus(LIFE);
        String token = "";
        do {
            ResourceList page =
                    surroundings.client().list(Types.EVENT, Query.all().page(PAGE, token));
            page.items().stream().filter(it -> isOlder(it, oldest)).forEach(this::delete);
            token = page.continueFrom();
        } while (!token.isEmpty());
    }

    /** By the last time that it was told; an Event of the newer group says so elsewhere. */
    private static boolean isOlder(Resource event, Instant oldest) {
        return Stream.of(
                        Moments.at(event.tree(), "series", "lastObservedTime"),
                        Moments.at(event.tree(), "lastTimestamp"),
                        Moments.at(event.tree(), "eventTime"),
                        event.createdAt())
                .flatMap(Optional::stream)
                .findFirst()
                .map(oldest::isAfter)
                .orElse(false);
    }

    private void delete(Resource event) {
        try {
            surroundings
                    .client()
                    .delete(Types.EVENT, event.key(), Deletion.now().onlyUid(event.uid()));
        } catch (ApiException e) {
            LOG.log(Level.DEBUG, "old event {0}: {1}", event.key(), e.getMessage());
        }
    }
}
