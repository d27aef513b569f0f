package dev.weft.api.contract;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A client around another one that does everything a real API may do to its callers and an embedded
 * one does not. Any thread. What it does follows from the seed and the order of the calls.
 */
public final class HostileClient implements ResourceClient {
    private final ResourceClient inner;
    private final Chance chance;
    private final Ills ills;
    private final Map<ResourceType, Duration> lags = new ConcurrentHashMap<>();

    public HostileClient(ResourceClient inner, Chance chance, Ills ills) {
        this.inner = inner;
        this.chance = chance;
        this.ills = ills;
    }

    @Override
    public Optional<Resource> get(ResourceType type, Key key) {
        return read(() -> inner.get(type, key));
    }

    @Override
    public ResourceList list(ResourceType type, Query query) {
        if (!query.continueFrom().isEmpty() && chance.percent(ills.expired())) {
            throw new ApiException(Reason.EXPIRED, "hostile: the token is too old");
        }
        return read(() -> inner.list(type, query));
    }

    @Override
    public Resource create(ResourceType type, Resource resource) {
        return write(() -> inner.create(type, resource));
    }

    @Override
    public Resource update(ResourceType type, Resource resource) {
        conflict(type);
        return write(() -> inner.update(type, resource));
    }

    @Override
    public Resource updateStatus(ResourceType type, Resource resource) {
        conflict(type);
        return write(() -> inner.updateStatus(type, resource));
    }

    @Override
    public Resource finalizeNamespace(Resource namespace) {
        return write(() -> inner.finalizeNamespace(namespace));
    }

    @Override
    public Resource patch(ResourceType type, Key key, Patch patch) {
        conflict(type);
        return write(() -> inner.patch(type, key, patch));
    }

    @Override
    public Resource patchStatus(ResourceType type, Key key, Patch patch) {
        conflict(type);
        return write(() -> inner.patchStatus(type, key, patch));
    }

    @Override
    public void delete(ResourceType type, Key key, Deletion how) {
        write(
                () -> {
                    inner.delete(type, key, how);
                    return key;
                });
    }

    @Override
    public Watch watch(ResourceType type, Query query, String resourceVersion) {
        if (!resourceVersion.isEmpty() && chance.percent(ills.expired())) {
            throw new ApiException(Reason.EXPIRED, "hostile: the version is too old");
        }
        Watch watch = read(() -> inner.watch(type, query, resourceVersion));
        return new HostileWatch(watch, chance.fork(), ills, lag(type), Clock.system());
    }

    private Duration lag(ResourceType type) {
        return lags.computeIfAbsent(
                type,
                it -> {
                    long most = ills.lagMost().toMillis();
                    return Duration.ofMillis((long) (chance.fraction() * most));
                });
    }

    private void conflict(ResourceType type) {
        if (chance.percent(ills.conflict())) {
            throw new ApiException(
                    Reason.CONFLICT, "hostile: " + type.plural() + " has been modified");
        }
    }

    private <T> T read(Supplier<T> call) {
        if (chance.percent(ills.unavailable())) {
            throw new ApiException(Reason.SERVICE_UNAVAILABLE, "hostile: not now");
        }
        return call.get();
    }

    private <T> T write(Supplier<T> call) {
        T result = read(call);
        if (chance.percent(ills.timeoutAfter())) {
            throw new ApiException(Reason.TIMEOUT, "hostile: carried out, but nobody told you");
        }
        return result;
    }
}
