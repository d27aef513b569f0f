package dev.weft.api.verb;

import dev.weft.api.ask.Part;
import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.ask.Written;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import dev.weft.api.kind.KindVersion;
import dev.weft.api.patch.PatchException;
import dev.weft.api.patch.Patches;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Schema;
import dev.weft.api.store.Entry;
import java.util.ArrayList;
import java.util.List;

/** How many there are and should be, in the one shape that holds for all kinds that scale. */
final class Scaling {
    private final Ground ground;
    private final Changing changing;

    Scaling(Ground ground, Changing changing) {
        this.ground = ground;
        this.changing = changing;
    }

    JsonObject get(Target target) {
        Entry entry = ground.find(target).orElseThrow(target::notFound);
        return scale(target, ground.shown(target, entry));
    }

    Written update(Target target, JsonObject body, Terms terms) {
        String version = body.text("metadata", "resourceVersion").orElse("");
        Written written =
                changing.change(
                        Changing.Wanted.of(target, Part.MAIN, terms),
                        version,
                        current -> scaled(target, current, body));
        return new Written(scale(target, written.tree()), written.state());
    }

    Written patch(Target target, Patch patch, Terms terms) {
        Written written =
                changing.change(
                        Changing.Wanted.of(target, Part.MAIN, terms),
                        "",
                        current -> scaled(target, current, patched(target, current, patch)));
        return new Written(scale(target, written.tree()), written.state());
    }

    private static JsonObject patched(Target target, JsonObject current, Patch patch) {
        try {
            return Patches.apply(
                    patch.form(), scale(target, current), patch.body(), Schema.anything());
        } catch (PatchException e) {
            throw new ApiException(Reason.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static JsonObject scaled(Target target, JsonObject current, JsonObject scale) {
        String given = scale.text("metadata", "name").orElse("");
        if (!given.isEmpty() && !given.equals(target.name())) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(given, target.name()));
        }
        Json replicas = scale.at("spec", "replicas").orElse(Json.of(0));
        long count =
                replicas.whole()
                        .orElseThrow(
                                () ->
                                        new ApiException(
                                                Reason.BAD_REQUEST,
                                                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal %s into Go struct field ScaleSpec.spec.replicas of type int32"
                                                        .formatted(replicas.typeName())));
        if (count < 0 || count > Integer.MAX_VALUE) {
            throw Admitted.invalid(
                    "autoscaling",
                    "Scale",
                    target.name(),
                    List.of(
                            new Cause(
                                    Cause.INVALID,
                                    "Invalid value: "
                                            + count
                                            + ": must be greater than or equal to 0",
                                    "spec.replicas")));
        }
        JsonObject versioned =
                scale.text("metadata", "resourceVersion").orElse("").isEmpty()
                        ? current
                        : current.withAt(
                                Json.of(scale.text("metadata", "resourceVersion").get()),
                                "metadata",
                                "resourceVersion");
        return versioned.withAt(Json.of(count), path(paths(target).specReplicas()));
    }

    private static JsonObject scale(Target target, JsonObject tree) {
        KindVersion.Scale paths = paths(target);
        var metadata = JsonObject.builder();
        for (String field :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            metadata.putIf(field, tree.at("metadata", field));
        }
        var status =
                JsonObject.builder()
                        .put("replicas", tree.whole(path(paths.statusReplicas())).orElse(0L));
        if (!paths.selector().isEmpty()) {
            tree.at(path(paths.selector())).ifPresent(it -> status.put("selector", selector(it)));
        }
        return JsonObject.builder()
                .put("kind", "Scale")
                .put("apiVersion", "autoscaling/v1")
                .put("metadata", metadata.build())
                .put(
                        "spec",
                        JsonObject.builder()
                                .put("replicas", tree.whole(path(paths.specReplicas())).orElse(0L))
                                .build())
                .put("status", status.build())
                .build();
    }

    /** A selector as people write it, of an object that says the same in more words. */
    private static String selector(Json value) {
        if (value instanceof JsonString text) {
            return text.value();
        }
        var parts = new ArrayList<String>();
        JsonObject selector = value.object().orElse(JsonObject.empty());
        selector.texts("matchLabels").forEach((name, text) -> parts.add(name + "=" + text));
        for (JsonObject rule : selector.array("matchExpressions").objects()) {
            String key = rule.text("key").orElse("");
            String values = "(" + String.join(",", rule.array("values").texts()) + ")";
            parts.add(
                    switch (rule.text("operator").orElse("")) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        return String.join(",", parts);
    }

    private static KindVersion.Scale paths(Target target) {
        return target.version().scale().orElseThrow(target::notFound);
    }

    private static String[] path(String dotted) {
        return (dotted.startsWith(".") ? dotted.substring(1) : dotted).split("\\.");
    }
}
