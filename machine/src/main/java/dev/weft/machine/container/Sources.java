package dev.weft.machine.container;

import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The ConfigMaps and Secrets of a namespace, as bytes by key. Any thread. */
record Sources(ResourceClient client, String namespace) {
    /** The content; absent where there is none of that name. */
    Optional<Map<String, byte[]>> configMap(String name) {
        return find(Types.CONFIG_MAP, name)
                .map(
                        it -> {
                            var content = new LinkedHashMap<String, byte[]>();
                            it.tree()
                                    .texts("data")
                                    .forEach((key, text) -> content.put(key, bytes(text)));
                            it.tree()
                                    .texts("binaryData")
                                    .forEach((key, text) -> content.put(key, decoded(text)));
                            return content;
                        });
    }

    Optional<Map<String, byte[]>> secret(String name) {
        return find(Types.SECRET, name)
                .map(
                        it -> {
                            var content = new LinkedHashMap<String, byte[]>();
                            it.tree()
                                    .texts("data")
                                    .forEach((key, text) -> content.put(key, decoded(text)));
                            return content;
                        });
    }

    /**
     * What a reference means; empty where it may be missing and is.
     *
     * @throws StartRefusal where it must not
     */
    Map<String, byte[]> needed(boolean secret, String name, boolean optional) {
        Optional<Map<String, byte[]>> content = secret ? secret(name) : configMap(name);
        if (content.isEmpty() && !optional) {
            throw StartRefusal.config(
                    (secret ? "secret" : "configmap") + " \"" + name + "\" not found");
        }
        return content.orElse(Map.of());
    }

    static boolean isOptional(JsonObject reference) {
        return reference.flag("optional").orElse(false);
    }

    private Optional<Resource> find(ResourceType type, String name) {
        return name.isEmpty() ? Optional.empty() : client.get(type, new Key(namespace, name));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return bytes(text);
        }
    }
}
