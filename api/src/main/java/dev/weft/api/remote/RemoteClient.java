package dev.weft.api.remote;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.time.Clock;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The port over HTTP. Any thread. */
final class RemoteClient implements ResourceClient {
    private static final String JSON = "application/json";
    private static final String MANAGER = "weft";

    private final Transport transport;
    private final String root;
    private final Clock clock;

    RemoteClient(HttpClient http, String root, Clock clock, Duration limit) {
        this.transport = new Transport(http, limit);
        this.root = root;
        this.clock = clock;
    }

    @Override
    public Optional<Resource> get(ResourceType type, Key key) {
        try {
            return Optional.of(resource(type, transport.send(to(Address.object(root, type, key)))));
        } catch (ApiException e) {
            if (Refusals.meansNoObject(e, key.name())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public ResourceList list(ResourceType type, Query query) {
        Address address =
                Address.collection(root, type, query.namespace()).selecting(query).page(query);
        JsonObject list = object(transport.send(to(address)));
        List<Resource> items =
                list.array("items").objects().stream().map(it -> named(type, it)).toList();
        return new ResourceList(
                items,
                list.text("metadata", "resourceVersion").orElse(""),
                list.text("metadata", "continue").orElse(""));
    }

    @Override
    public Resource create(ResourceType type, Resource resource) {
        Address address = Address.collection(root, type, resource.namespace());
        return write(type, "POST", address, JSON, resource.tree());
    }

    @Override
    public Resource update(ResourceType type, Resource resource) {
        Address address = Address.object(root, type, resource.key());
        return write(type, "PUT", address, JSON, resource.tree());
    }

    @Override
    public Resource updateStatus(ResourceType type, Resource resource) {
        Address address = Address.object(root, type, resource.key()).status();
        return write(type, "PUT", address, JSON, resource.tree());
    }

    @Override
    public Resource finalizeNamespace(Resource namespace) {
        Address address = Address.object(root, Types.NAMESPACE, namespace.key()).finalization();
        return write(Types.NAMESPACE, "PUT", address, JSON, namespace.tree());
    }

    @Override
    public Resource patch(ResourceType type, Key key, Patch patch) {
        Address address = Address.object(root, type, key);
        return write(type, "PATCH", address, patch.form().contentType(), patch.body());
    }

    @Override
    public Resource patchStatus(ResourceType type, Key key, Patch patch) {
        Address address = Address.object(root, type, key).status();
        return write(type, "PATCH", address, patch.form().contentType(), patch.body());
    }

    @Override
    public void delete(ResourceType type, Key key, Deletion how) {
        Address address = Address.object(root, type, key);
        transport.send(to(address).method("DELETE", JSON, JsonText.write(options(how))));
    }

    @Override
    public Watch watch(ResourceType type, Query query, String resourceVersion) {
        Address collection = Address.collection(root, type, query.namespace()).selecting(query);
        try {
            return RemoteWatch.open(transport, clock, type, collection, resourceVersion);
        } catch (ApiException e) {
            boolean noInitialEvents = e.is(Reason.INVALID) || e.is(Reason.BAD_REQUEST);
            if (!resourceVersion.isEmpty() || !noInitialEvents) {
                throw e;
            }
        }
        ResourceList current = list(type, query.page(0, ""));
        Watch rest =
                RemoteWatch.open(transport, clock, type, collection, current.resourceVersion());
        return new PrecededWatch(current, rest);
    }

    private Resource write(
            ResourceType type, String method, Address address, String contentType, Json body) {
        HttpRequest.Builder request =
                to(address.with("fieldManager", MANAGER))
                        .method(method, contentType, JsonText.write(body));
        return resource(type, transport.send(request));
    }

    private HttpRequest.Builder to(Address address) {
        return transport.http().newHttpRequestBuilder().uri(address.url());
    }

    private static Resource resource(ResourceType type, byte[] body) {
        return named(type, object(body));
    }

    /** Items of lists come without their kind from some APIs; here every object has it. */
    static Resource named(ResourceType type, JsonObject tree) {
        if (tree.has("kind") && tree.has("apiVersion")) {
            return new Resource(tree);
        }
        var named = JsonObject.builder().put("apiVersion", type.apiVersion());
        named.put("kind", type.kind());
        tree.forEach(named::put);
        return new Resource(named.build());
    }

    static JsonObject object(byte[] body) {
        try {
            return JsonText.read(body)
                    .object()
                    .orElseThrow(() -> new MalformedException("no JSON object"));
        } catch (MalformedException e) {
            throw new ApiException(
                    Reason.INTERNAL_ERROR, "the API's answer is not readable: " + e.getMessage());
        }
    }

    private static JsonObject options(Deletion how) {
        var options =
                JsonObject.builder()
                        .put("kind", "DeleteOptions")
                        .put("apiVersion", "v1")
                        .put(
                                "propagationPolicy",
                                switch (how.propagation()) {
                                    case BACKGROUND -> "Background";
                                    case FOREGROUND -> "Foreground";
                                    case ORPHAN -> "Orphan";
                                });
        how.grace().ifPresent(grace -> options.put("gracePeriodSeconds", grace.toSeconds()));
        var conditions = JsonObject.builder();
        if (!how.uid().isEmpty()) {
            conditions.put("uid", how.uid());
        }
        if (!how.resourceVersion().isEmpty()) {
            conditions.put("resourceVersion", how.resourceVersion());
        }
        JsonObject preconditions = conditions.build();
        if (!preconditions.isEmpty()) {
            options.put("preconditions", preconditions);
        }
        return options.build();
    }
}
