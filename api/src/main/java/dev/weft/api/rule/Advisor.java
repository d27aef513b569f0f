package dev.weft.api.rule;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who knows what will come of an object and tells whoever writes it. Any thread, and
 * quickly: the writer waits.
 */
public interface Advisor {
    /** The kind that it knows; objects are given at this version. */
    ResourceType type();

    /** What the writer should know, each beginning with the path of a field; none: all is well. */
    List<String> warnings(Resource resource, Known known);

    /** The objects that there are at the moment. */
    interface Known {
        Optional<Resource> find(ResourceType type, Key key);

        List<Resource> all(ResourceType type);
    }
}
