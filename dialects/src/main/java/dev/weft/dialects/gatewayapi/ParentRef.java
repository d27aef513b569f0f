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
    private record Known(String namespace, List<ParentRef> all, List<String> gateways) {}

    static List<ParentRef> of(Resource route) {
        return known(route).all;
    }

    /** The Gateways among them, written as keys, each once. */
    static List<String> gateways(Resource route) {
        return known(route).gateways;
    }

    private static Known known(Resource route) {
        JsonArray refs = route.spec().array("parentRefs");
        String namespace = route.namespace();
        Known known = refs.derived(Known.class, it -> read(it, namespace));
        return known.namespace.equals(namespace) ? known : read(refs, namespace);
    }

    private static Known read(JsonArray refs, String namespace) {
        List<ParentRef> all = refs.objects().stream().map(it -> of(it, namespace)).toList();
        List<String> gateways =
                all.stream()
                        .filter(ParentRef::isGateway)
                        .map(it -> it.key().toString())
                        .distinct()
                        .toList();
        return new Known(namespace, all, gateways);
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
