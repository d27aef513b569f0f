package dev.weft.api.control;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceList;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.foundation.task.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks the API itself, for decisions that a copy is too old for. Asks again a few times where it
 * refuses for a passing reason: a decision that takes many answers would hardly ever get them all.
 * Any thread that may wait.
 */
public final class LiveReader {
    private static final int PAGE = 500;
    private static final int TRIES_MOST = 5;
    private static final Duration PAUSE_LEAST = Duration.ofMillis(5);
    private static final Duration PAUSE_MOST = Duration.ofMillis(200);

    private final Surroundings surroundings;

    public LiveReader(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The object of that name; none also where its kind is not served. */
    public Optional<Resource> get(ResourceType type, Key key) {
        try {
            return patiently(() -> surroundings.client().get(type, key));
        } catch (ApiException e) {
            if (e.is(Reason.NOT_FOUND)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Everything of a kind in a namespace, or in all; nothing where the kind is not served. */
    public List<Resource> list(ResourceType type, String namespace) {
        var items = new ArrayList<Resource>();
        String token = "";
        do {
            Query query = Query.in(namespace).page(PAGE, token);
            ResourceList page;
            try {
                page = patiently(() -> surroundings.client().list(type, query));
            } catch (ApiException e) {
                if (e.is(Reason.NOT_FOUND)) {
                    return List.of();
                }
                throw e;
            }
            items.addAll(page.items());
            token = page.continueFrom();
        } while (!token.isEmpty());
        return items;
    }

    private <T> T patiently(Supplier<T> question) {
        for (int tried = 1; ; tried++) {
            try {
                return question.get();
            } catch (ApiException e) {
                if (!e.isPassing() || tried == TRIES_MOST || !rested(tried)) {
                    throw e;
                }
            }
        }
    }

    private boolean rested(int tried) {
        try {
            Pause.of(
                    surroundings
                            .chance()
                            .jitter(BackOff.after(PAUSE_LEAST, PAUSE_MOST, tried - 1)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
