package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.dialects.gatewayapi.rule.Words;
import java.util.List;

/**
 * What a route attaches to.
 *
 * @param tree as it was written, for the status
 * @param section one listener or port by name; empty for each
 * @param port one by number; 0 for each
 */
record ParentRef(JsonObject tree, String group, String kind, Key key, String section, int port) {
    /** What is read of a list as long as it stays the same object. */
    private record Known(String namespace, List<ParentRef> all) {}

    static List<ParentRef> of(Resource route) {
        JsonArray refs = route.spec().array("parentRefs");
        String namespace = route.namespace();
        Known known = refs.derived(Known.class, it -> read(it, namespace));
        return (known.namespace.equals(namespace) ? known : read(refs, namespace)).all;
    }

    private static Known read(JsonArray refs, String namespace) {
        return new Known(namespace, refs.objects().stream().map(it -> of(it, namespace)).toList());
    }

    private static ParentRef of(JsonObject ref, String namespace) {
        return new ParentRef(
                ref,
                ref.text("group").orElse(Words.GROUP),
                ref.text("kind").orElse("Gateway"),
                new Key(ref.text("namespace").orElse(namespace), ref.text("name").orElse("")),
                ref.text("sectionName").orElse(""),
                ref.whole("port").orElse(0L).intValue());
    }

    boolean isGateway() {
        return group.equals(Words.GROUP) && kind.equals("Gateway");
    }

    boolean isService() {
        return group.isEmpty() && kind.equals("Service");
    }
}
