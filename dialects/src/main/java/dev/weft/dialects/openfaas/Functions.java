package dev.weft.dialects.openfaas;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Functions, as the API holds them. Any thread. */
final class Functions {
    private static final int TRIES = 8;

    private final ResourceClient client;
    private final LocalImages images;
    private final Invocations invocations;

    Functions(ResourceClient client, LocalImages images, Invocations invocations) {
        this.client = client;
        this.images = images;
        this.invocations = invocations;
    }

    JsonArray list(String namespace) {
        requireNamespace(namespace, 404);
        List<Resource> deployments =
                client.list(Types.DEPLOYMENT, Query.in(namespace).withLabels(Labels.FUNCTION))
                        .items();
        Map<Key, Long> counts = invocations.counts();
        return JsonArray.of(
                deployments.stream()
                        .filter(Functions::isFunction)
                        .filter(it -> !it.isDeleting())
                        .map(it -> Manifests.status(it, counts.getOrDefault(it.key(), 0L)))
                        .toList());
    }

    JsonObject describe(Key function) {
        Resource deployment = require(function);
        return Manifests.status(
                deployment, invocations.counts().getOrDefault(deployment.key(), 0L));
    }

    /** Creates a function, which must not be there yet; returns its Deployment. */
    Resource create(FunctionDeployment function) {
        check(function);
        var key = new Key(function.namespace(), function.service());
        Optional<Resource> there = client.get(Types.DEPLOYMENT, key);
        if (there.isPresent()) {
            throw taken(key, there.get());
        }
        Resource deployment =
                refusing(
                        () ->
                                client.create(
                                        Types.DEPLOYMENT,
                                        Manifests.deployment(function, Optional.empty())));
        ensureService(function, deployment);
        return deployment;
    }

    private static FaceException taken(Key key, Resource by) {
        return isFunction(by)
                ? new FaceException(409, "function-exists", "Function " + key + " exists already.")
                : new FaceException(
                        409, "name-taken", "Deployment " + key + " exists and is no function.");
    }

    /** Replaces what a function runs; its scale stays. */
    Resource update(FunctionDeployment function) {
        var key = new Key(function.namespace(), function.service());
        require(key);
        check(function);
        Resource deployment =
                retrying(
                        () ->
                                client.update(
                                        Types.DEPLOYMENT,
                                        Manifests.deployment(function, Optional.of(require(key)))));
        ensureService(function, deployment);
        return deployment;
    }

    void delete(Key function) {
        Resource deployment = require(function);
        ignoringAbsent(
                () -> client.delete(Types.SERVICE, function, Deletion.background()),
                client.get(Types.SERVICE, function).filter(Functions::isFunction).isPresent());
        ignoringAbsent(
                () ->
                        client.delete(
                                Types.DEPLOYMENT,
                                function,
                                Deletion.background().onlyUid(deployment.uid())),
                true);
    }

    void scale(Key function, long replicas) {
        retrying(
                () -> {
                    Resource deployment = require(function);
                    long within = Manifests.scaleWithin(deployment.labels(), replicas, 0);
                    return client.update(
                            Types.DEPLOYMENT,
                            deployment.withAt(Json.of(within), "spec", "replicas"));
                });
    }

    Resource require(Key function) {
        return client.get(Types.DEPLOYMENT, function)
                .filter(Functions::isFunction)
                .filter(it -> !it.isDeleting())
                .orElseThrow(
                        () ->
                                FaceException.notFound(
                                        "unknown-function",
                                        "There is no function %s.".formatted(function)));
    }

    void requireNamespace(String namespace, int status) {
        if (client.get(Types.NAMESPACE, new Key("", namespace)).isEmpty()) {
            throw new FaceException(
                    status, "unknown-namespace", "There is no namespace %s.".formatted(namespace));
        }
    }

    private void check(FunctionDeployment function) {
        requireNamespace(function.namespace(), 400);
        if (!images.has(function.image())) {
            throw new FaceException(
                    400,
                    "unknown-image",
                    "Image %1$s is not in the local store. Add it: weft image add %1$s DIR -- COMMAND"
                            .formatted(function.image()));
        }
        for (String secret : function.secrets()) {
            if (client.get(Types.SECRET, new Key(function.namespace(), secret)).isEmpty()) {
                throw new FaceException(
                        400,
                        "unknown-secret",
                        "There is no secret %s in namespace %s."
                                .formatted(secret, function.namespace()));
            }
        }
    }

    /** Makes the function's Service, or has the one that is there belong to the Deployment. */
    private void ensureService(FunctionDeployment function, Resource deployment) {
        Resource wanted = Manifests.service(function, deployment);
        retrying(
                () -> {
                    Optional<Resource> there = client.get(Types.SERVICE, wanted.key());
                    if (there.isEmpty()) {
                        return client.create(Types.SERVICE, wanted);
                    }
                    if (!isFunction(there.get())) {
                        throw new FaceException(
                                409,
                                "name-taken",
                                "Service %s exists and is no function's.".formatted(wanted.key()));
                    }
                    boolean owned =
                            there.get().owners().stream()
                                    .anyMatch(it -> it.uid().equals(deployment.uid()));
                    return owned
                            ? there.get()
                            : client.update(
                                    Types.SERVICE,
                                    there.get()
                                            .withAt(
                                                    wanted.tree()
                                                            .array("metadata", "ownerReferences"),
                                                    "metadata",
                                                    "ownerReferences"));
                });
    }

    static boolean isFunction(Resource resource) {
        return resource.name().equals(resource.labels().get(Labels.FUNCTION));
    }

    /** Reads, changes and writes again where somebody else was quicker. */
    private static <T> T retrying(Supplier<T> change) {
        for (int tried = 1; ; tried++) {
            try {
                return refusing(change);
            } catch (ApiException e) {
                boolean raced = e.is(Reason.CONFLICT) || e.is(Reason.ALREADY_EXISTS);
                if (!raced || tried == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** What the API finds wrong with what we made of a client's words is the client's mistake. */
    private static <T> T refusing(Supplier<T> write) {
        try {
            return write.get();
        } catch (ApiException e) {
            if (e.is(Reason.INVALID) || e.is(Reason.BAD_REQUEST)) {
                throw FaceException.bad(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private static void ignoringAbsent(Runnable deletion, boolean wanted) {
        if (!wanted) {
            return;
        }
        try {
            deletion.run();
        } catch (ApiException e) {
            if (!e.is(Reason.NOT_FOUND)) {
                throw e;
            }
        }
    }
}
