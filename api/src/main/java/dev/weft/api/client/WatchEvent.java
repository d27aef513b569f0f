package dev.weft.api.client;

import dev.weft.api.model.Resource;

/** One step of a watch. */
public sealed interface WatchEvent {
    /** The version up to which the watcher now knows everything. */
    String resourceVersion();

    /** An object that is new to the watcher. */
    record Added(Resource resource) implements WatchEvent {
        @Override
        public String resourceVersion() {
            return resource.resourceVersion();
        }
    }

    /** An object as it now is. */
    record Modified(Resource resource) implements WatchEvent {
        @Override
        public String resourceVersion() {
            return resource.resourceVersion();
        }
    }

    /** An object as it last was; it is gone, or no longer selected. */
    record Deleted(Resource resource) implements WatchEvent {
        @Override
        public String resourceVersion() {
            return resource.resourceVersion();
        }
    }

    /** Nothing changed up to this version. */
    record Bookmark(String resourceVersion) implements WatchEvent {}

    /** The current objects have all been sent as additions. */
    record InitialEnd(String resourceVersion) implements WatchEvent {}
}
