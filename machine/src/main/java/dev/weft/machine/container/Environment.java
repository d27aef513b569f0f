package dev.weft.machine.container;

import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.api.model.Types;
import dev.weft.machine.image.Image;
import dev.weft.machine.network.ServiceLinks;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables of a container, each from the most general to the most particular: what every
 * process gets, what the image brings, where to listen, the Services, {@code envFrom}, {@code env}.
 */
public record Environment(
        ResourceClient client, Resource pod, Downward downward, Map<String, String> basics) {
    /**
     * @throws StartRefusal where something that must be there is missing
     */
    public Map<String, String> of(ContainerSpec container, Image image) {
        var variables = new LinkedHashMap<String, String>(basics);
        variables.put("HOSTNAME", pod.name());
        variables.putAll(image.environment());
        variables.put("HOST", downward.address());
        variables.put("PORT", Integer.toString(container.port()));
        if (pod.spec().flag("enableServiceLinks").orElse(true)) {
            variables.putAll(ServiceLinks.variables(services()));
        }
        var sources = new Sources(client, pod.namespace());
        for (JsonObject from : container.tree().array("envFrom").objects()) {
            addAll(variables, sources, from);
        }
        for (JsonObject entry : container.tree().array("env").objects()) {
            String name = entry.text("name").orElse("");
            value(entry, container, sources, variables).ifPresent(it -> variables.put(name, it));
        }
        return variables;
    }

    private List<Service> services() {
        return client.list(Types.SERVICE, Query.in(pod.namespace())).items().stream()
                .map(Service::new)
                .toList();
    }

    private static void addAll(Map<String, String> variables, Sources sources, JsonObject from) {
        String prefix = from.text("prefix").orElse("");
        JsonObject map = from.object("configMapRef");
        JsonObject secret = from.object("secretRef");
        boolean isSecret = map.isEmpty();
        JsonObject reference = isSecret ? secret : map;
        sources.needed(isSecret, reference.text("name").orElse(""), Sources.isOptional(reference))
                .forEach((key, value) -> variables.put(prefix + key, text(value)));
    }

    private Optional<String> value(
            JsonObject entry,
            ContainerSpec container,
            Sources sources,
            Map<String, String> variables) {
        JsonObject from = entry.object("valueFrom");
        if (from.isEmpty()) {
            return Optional.of(Expansion.expand(entry.text("value").orElse(""), variables));
        }
        if (from.has("fieldRef")) {
            return Optional.of(downward.field(from.text("fieldRef", "fieldPath").orElse("")));
        }
        if (from.has("resourceFieldRef")) {
            return Optional.of(downward.resource(from.object("resourceFieldRef"), container));
        }
        boolean secret = from.has("secretKeyRef");
        JsonObject reference = from.object(secret ? "secretKeyRef" : "configMapKeyRef");
        if (reference.isEmpty()) {
            throw StartRefusal.config(
                    "the variable "
                            + entry.text("name").orElse("")
                            + " has a source that is not supported: "
                            + String.join(", ", from.names()));
        }
        return key(reference, secret, sources);
    }

    private Optional<String> key(JsonObject reference, boolean secret, Sources sources) {
        String name = reference.text("name").orElse("");
        String key = reference.text("key").orElse("");
        boolean optional = Sources.isOptional(reference);
        Optional<String> value =
                Optional.ofNullable(sources.needed(secret, name, optional).get(key))
                        .map(Environment::text);
        if (value.isEmpty() && !optional) {
            throw StartRefusal.config(
                    "couldn't find key %s in %s %s/%s"
                            .formatted(
                                    key, secret ? "Secret" : "ConfigMap", pod.namespace(), name));
        }
        return value;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
