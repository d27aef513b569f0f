package dev.weft.api.verb;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.ask.Written;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Admission;
import dev.weft.api.kind.Conversions;
import dev.weft.api.kind.Kinds;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.rule.Catalog;
import dev.weft.api.rule.KindRule;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Schema;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Image;
import dev.weft.api.store.Outcome;
import dev.weft.api.store.Write;
import java.util.Optional;
import java.util.UUID;

/** How an object comes to be. Any thread. */
final class Creating {
    private static final int NAMES_TRIED_MAX = 8;

    /** What the server alone says about an object. */
    private static final String[] OWNED = {
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "generation",
        "managedFields",
        "resourceVersion"
    };

    private final Ground ground;

    Creating(Ground ground) {
        this.ground = ground;
    }

    Written create(Target place, JsonObject body, Terms terms) {
        JsonObject tree = Naming.addressed(place, body);
        if (!tree.text("metadata", "resourceVersion").orElse("").isEmpty()) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "resourceVersion should not be set on objects to be created");
        }
        boolean generated = Naming.isGenerated(tree);
        for (int tried = 1; ; tried++) {
            JsonObject named = generated ? Naming.generated(tree, ground.chance()) : tree;
            try {
                return attempt(place, named, terms);
            } catch (ApiException e) {
                if (!generated || !e.is(Reason.ALREADY_EXISTS) || tried == NAMES_TRIED_MAX) {
                    throw e;
                }
            }
        }
    }

    private Written attempt(Target place, JsonObject body, Terms terms) {
        JsonObject cleaned = withoutOwned(body);
        Target target = place.named(cleaned.text("metadata", "name").orElse(""));
        Admitted admitted =
                Admission.onCreate(target.found(), cleaned, terms.duplicates(), terms.validation());
        terms.warnings().addAll(admitted.warnings());
        if (!admitted.undecodable().isEmpty()) {
            admitted.orRefuse(target.kind().group(), target.kind().kind(), target.name());
        }
        mayHold(target, ground.store().image());
        if (target.name().isEmpty() && admitted.isClean()) {
            throw Naming.unnamed(target);
        }
        JsonObject fresh =
                begun(
                        target,
                        admitted.orRefuse(
                                target.kind().group(), target.kind().kind(), target.name()));
        KindRule rule = ground.rule(target.kind());
        JsonObject ruled = rule.onCreate(target, fresh, terms);
        boolean kept = false;
        try {
            Written written = keep(target, ruled, terms);
            kept = !terms.dryRun();
            return written;
        } finally {
            if (kept) {
                rule.created(ruled);
            } else {
                rule.abandoned(ruled);
            }
        }
    }

    private Written keep(Target target, JsonObject tree, Terms terms) {
        JsonObject stored = Conversions.toStored(target.kind(), tree);
        var write =
                new Write(
                        target.kind().storageKey(),
                        target.key(),
                        0,
                        Optional.of(stored),
                        !target.kind().isRebuildable(stored),
                        image -> mayHold(target, image));
        if (terms.dryRun()) {
            if (ground.find(target).isPresent()) {
                throw target.alreadyExists();
            }
            return new Written(tree, Written.State.CREATED);
        }
        return switch (ground.store().write(write)) {
            case Outcome.Stale stale -> throw target.alreadyExists();
            case Outcome.Written written ->
                    new Written(
                            written.change()
                                    .after()
                                    .map(entry -> ground.shown(target, entry))
                                    .orElse(tree),
                            Written.State.CREATED);
        };
    }

    /** Refuses where the namespace is not there, or is going. */
    private static void mayHold(Target target, Image image) {
        if (target.kind().isCustom()
                && !Kinds.isBuiltIn(target.kind().group(), target.kind().plural())) {
            Key definition = new Key("", target.kind().groupResource());
            if (image.find(Catalog.DEFINITIONS, definition)
                    .filter(entry -> !entry.resource().isDeleting())
                    .isEmpty()) {
                throw kindGoingAway();
            }
        }
        if (!target.kind().namespaced()) {
            return;
        }
        Key key = new Key("", target.namespace());
        Resource namespace =
                image.find("namespaces", key)
                        .map(Entry::resource)
                        .orElseThrow(() -> missing(target.namespace()));
        if (namespace.isDeleting()) {
            throw goingAway(target);
        }
    }

    private static ApiException missing(String namespace) {
        return new ApiException(
                Reason.NOT_FOUND,
                "namespaces \"" + namespace + "\" not found",
                JsonObject.builder().put("name", namespace).put("kind", "namespaces").build());
    }

    private static ApiException kindGoingAway() {
        return new ApiException(
                Reason.METHOD_NOT_ALLOWED,
                "create not allowed while custom resource definition is terminating");
    }

    private static ApiException goingAway(Target target) {
        String namespace = target.namespace();
        JsonObject cause =
                JsonObject.builder()
                        .put("reason", "NamespaceTerminating")
                        .put("message", "namespace " + namespace + " is being terminated")
                        .put("field", "metadata.namespace")
                        .build();
        String why =
                "unable to create new content in namespace %s because it is being terminated"
                        .formatted(namespace);
        return new ApiException(
                Reason.FORBIDDEN,
                target.forbiddenText(why),
                target.details().put("causes", JsonArray.of(cause)).build());
    }

    private static JsonObject withoutOwned(JsonObject tree) {
        if (tree.field("metadata").flatMap(Json::object).isEmpty()) {
            return tree;
        }
        JsonObject metadata = tree.object("metadata");
        for (String field : OWNED) {
            metadata = metadata.without(field);
        }
        return tree.with("metadata", metadata);
    }

    /**
     * The object with what the server says about it, and without a status, or with the one that
     * objects of the kind begin with.
     */
    private JsonObject begun(Target target, JsonObject tree) {
        JsonObject metadata =
                tree.object("metadata")
                        .with("uid", UUID.randomUUID().toString())
                        .with("creationTimestamp", ground.now());
        if (target.kind().hasGeneration()) {
            metadata = metadata.with("generation", 1);
        }
        JsonObject begun = tree.with("metadata", metadata);
        if (!target.version().hasStatus()) {
            return begun;
        }
        JsonObject bare = begun.without("status");
        return Optional.ofNullable(target.version().schema().property("status"))
                .flatMap(Schema::standard)
                .map(first -> bare.with("status", first))
                .orElse(bare);
    }
}
