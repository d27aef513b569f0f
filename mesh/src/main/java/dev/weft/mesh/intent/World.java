package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.util.List;
import java.util.Optional;

/** What is known of the API's objects at a moment. */
public interface World {
    Optional<Resource> find(ResourceType type, Key key);

    List<Resource> all(ResourceType type);
}
