package dev.weft.api.client;

import dev.weft.api.model.Resource;
import java.util.List;

/**
 * Objects as they stood at one moment.
 *
 * @param resourceVersion that moment; a watch may go on from it
 * @param continueFrom the token for the next page, empty where this was the last
 */
public record ResourceList(List<Resource> items, String resourceVersion, String continueFrom) {
    public ResourceList {
        items = List.copyOf(items);
    }
}
