package dev.weft.api.contract;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.testkit.Eventually;
import java.time.Duration;

/** A custom kind with all that a custom kind can have, for tests against any API. */
public final class Widgets {
    public static final ResourceType TYPE =
            new ResourceType("test.weft.dev", "v1", "Widget", "widgets", true);

    private static final String DEFINITION =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "widgets.test.weft.dev"},
             "spec": {
              "group": "test.weft.dev", "scope": "Namespaced",
              "names": {"plural": "widgets", "singular": "widget", "kind": "Widget",
                        "listKind": "WidgetList", "shortNames": ["wd"], "categories": ["all"]},
              "versions": [{
               "name": "v1", "served": true, "storage": true,
               "subresources": {"status": {},
                "scale": {"specReplicasPath": ".spec.replicas",
                          "statusReplicasPath": ".status.replicas"}},
               "additionalPrinterColumns": [
                {"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
               "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                "spec": {"type": "object", "required": ["size"], "properties": {
                 "size": {"type": "integer", "minimum": 0, "maximum": 1000},
                 "colour": {"type": "string", "default": "red",
                            "enum": ["red", "green", "blue"]},
                 "replicas": {"type": "integer", "format": "int32"},
                 "label": {"type": "string", "maxLength": 10, "pattern": "^[a-z]*$"},
                 "limit": {"x-kubernetes-int-or-string": true},
                 "tags": {"type": "array", "maxItems": 3, "items": {"type": "string"},
                          "x-kubernetes-list-type": "set"},
                 "ports": {"type": "array", "x-kubernetes-list-type": "map",
                  "x-kubernetes-list-map-keys": ["name"],
                  "items": {"type": "object", "required": ["name", "port"], "properties": {
                   "name": {"type": "string"}, "port": {"type": "integer"},
                   "protocol": {"type": "string", "default": "TCP"}}}},
                 "extra": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                 "options": {"type": "object",
                             "additionalProperties": {"type": "string"}}}},
                "status": {"type": "object", "properties": {
                 "phase": {"type": "string"},
                 "replicas": {"type": "integer"}}}}}}}]}}
            """;

    private Widgets() {}

    public static Resource definition() {
        return new Resource(JsonText.read(DEFINITION).object().orElseThrow());
    }

    /** Makes the kind known, if it is not, and waits until it is served. */
    public static void define(ResourceClient client) {
        try {
            client.create(Types.CUSTOM_RESOURCE_DEFINITION, definition());
        } catch (ApiException e) {
            if (!e.is(Reason.ALREADY_EXISTS)) {
                throw e;
            }
        }
        Eventually.eventually(
                Duration.ofSeconds(10),
                () -> {
                    client.list(TYPE, Query.all());
                    // A write can be refused for a while after reads are served.
                    var probe = named("probe", "probe");
                    client.create(TYPE, probe);
                    client.delete(TYPE, probe.key(), dev.weft.api.client.Deletion.now());
                });
    }

    public static Resource named(String namespace, String name) {
        return Resource.of(TYPE, namespace, name).withSpec(JsonObject.of("size", Json.of(1)));
    }
}
