package dev.weft.api.control;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;

/** One thing that a reconciler wants done. */
public sealed interface Action {
    /** Create; that there is one already counts as done only if the same owner controls it. */
    record Create(ResourceType type, Resource resource) implements Action {}

    /** Replace, if unchanged since it was read. */
    record Update(ResourceType type, Resource resource) implements Action {}

    /** Replace the status, if unchanged since it was read. */
    record UpdateStatus(ResourceType type, Resource resource) implements Action {}

    record Change(ResourceType type, Key key, Patch patch) implements Action {}

    /** Replace the finalizers in the spec of a namespace, if it is unchanged since it was read. */
    record FinalizeNamespace(Resource namespace) implements Action {}

    /** Delete; that it is gone already counts as done. */
    record Delete(ResourceType type, Key key, Deletion how) implements Action {}

    /** Tell the user what happened to an object, as an Event. */
    record Tell(Resource about, Severity severity, String reason, String message)
            implements Action {}

    /** How an Event is marked. */
    enum Severity {
        NORMAL,
        WARNING
    }
}
