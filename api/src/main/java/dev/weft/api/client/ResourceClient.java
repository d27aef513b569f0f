package dev.weft.api.client;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.util.Optional;

/**
 * The one port through which everything above the API reads and changes resources. Any thread;
 * calls block. What comes back is immutable and shared with nobody who could change it.
 *
 * <p>Every refusal is an {@link ApiException} with the code and reason of a Kubernetes API.
 */
public interface ResourceClient {
    /** The object, or nothing where there is none of that name. */
    Optional<Resource> get(ResourceType type, Key key);

    /** What the API holds now, or a page of it. */
    ResourceList list(ResourceType type, Query query);

    /** Creates, and refuses with {@code AlreadyExists} where there is one of that name. */
    Resource create(ResourceType type, Resource resource);

    /**
     * Replaces all but status. Where the object carries a {@code resourceVersion}, the write is
     * refused with {@code Conflict} unless that is still the current one.
     */
    Resource update(ResourceType type, Resource resource);

    /** Replaces the status alone, under the same condition. */
    Resource updateStatus(ResourceType type, Resource resource);

    /**
     * Replaces the finalizers in the spec of a namespace, which a write of the namespace itself
     * leaves alone. On a cluster this is the cluster's own business.
     */
    Resource finalizeNamespace(Resource namespace);

    Resource patch(ResourceType type, Key key, Patch patch);

    Resource patchStatus(ResourceType type, Key key, Patch patch);

    /** Deletes, or begins to where finalizers or a grace period stand in the way. */
    void delete(ResourceType type, Key key, Deletion how);

    /**
     * What changes from a {@code resourceVersion} on. An empty one starts with the current objects
     * as additions, ended by an {@link WatchEvent.InitialEnd}. A version that is too old is refused
     * with {@code Expired}, here or by the watch's next event.
     */
    Watch watch(ResourceType type, Query query, String resourceVersion);
}
