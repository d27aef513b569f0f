package dev.weft.api.control;

import dev.weft.api.model.Resource;

/** What an informer saw happen to one object. */
public sealed interface Observed {
    /** The object as it is now, or as it last was. */
    Resource resource();

    /** It was not known before. */
    record Appeared(Resource resource) implements Observed {}

    /** It is another version than before. */
    record Changed(Resource before, Resource resource) implements Observed {}

    /** It is not there any more, or no longer among those asked for. */
    record Gone(Resource resource) implements Observed {}
}
