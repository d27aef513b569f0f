package dev.weft.api.ask;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;

/**
 * Which objects of a kind are meant. Immutable; any thread.
 *
 * @param namespace empty for all
 */
public record Selection(String namespace, LabelQuery labels, FieldQuery fields) {

    /**
     * @throws dev.weft.api.client.ApiException with {@code BadRequest} where one is no selector
     */
    public static Selection parse(Target target, String labels, String fields) {
        return new Selection(
                target.namespace(), LabelQuery.parse(labels), FieldQuery.parse(fields, target));
    }

    /** Whether all objects of the namespace are meant. */
    public boolean selectsAll() {
        return labels.isEmpty() && fields.isEmpty();
    }

    public boolean matches(Key key, Resource resource) {
        return (namespace.isEmpty() || namespace.equals(key.namespace()))
                && (labels.isEmpty() || labels.matches(resource.labels()))
                && fields.matches(resource.tree());
    }
}
