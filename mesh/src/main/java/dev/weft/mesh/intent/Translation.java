package dev.weft.mesh.intent;

import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;

/**
 * What the objects of one kind want of the data plane: a pure function from such an object. Any
 * thread.
 */
public interface Translation {
    /** The kind it reads. */
    ResourceType type();

    Translated translate(Resource resource);
}
