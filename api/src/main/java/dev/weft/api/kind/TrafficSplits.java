package dev.weft.api.kind;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.kind.KindVersion.Surface;
import dev.weft.api.schema.Quantity;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.custom.OpenApiSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kind TrafficSplit and its four versions, of which the newest is kept. Weights are proportions
 * among themselves, so quantities ({@code 500m}) become whole numbers a thousand times as large;
 * what a version has no place for stands in an annotation meanwhile, so that reading and writing
 * back in any version loses nothing.
 */
final class TrafficSplits {
    static final String RESOURCE = "trafficsplits.split.smi-spec.io";

    private static final String GROUP = "split.smi-spec.io";

    /** In versions with whole numbers: the weights as they were given, by service. */
    private static final String WEIGHTS = "split.weft.dev/weights";

    /** In versions without matches: the matches. */
    private static final String MATCHES = "split.weft.dev/matches";

    private static final String OLDEST = "split.smi-spec.io/v1alpha1";
    private static final List<String> WITH_MATCHES =
            List.of("split.smi-spec.io/v1alpha3", "split.smi-spec.io/v1alpha4");

    private TrafficSplits() {}

    static Kind kind() {
        List<KindVersion> versions =
                List.of("v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1").stream()
                        .map(TrafficSplits::version)
                        .toList();
        return new Kind(
                GROUP,
                new Kind.Names(
                        "TrafficSplit",
                        "TrafficSplitList",
                        "trafficsplits",
                        "trafficsplit",
                        List.of("ts"),
                        List.of()),
                true,
                versions,
                new Kind.Traits(
                        true,
                        Kind.Durability.DURABLE,
                        Kind.Durability.DURABLE,
                        Kind.Generation.ALL_BUT_METADATA,
                        RESOURCE,
                        GROUP + "/v1alpha4"));
    }

    private static KindVersion version(String name) {
        return new KindVersion(
                name,
                true,
                name.equals("v1alpha4"),
                Schema.later(() -> schema(name)),
                new Surface(
                        false,
                        Optional.empty(),
                        List.of(),
                        BuiltInColumns.of("TrafficSplit"),
                        List.of()),
                "");
    }

    private static Schema schema(String version) {
        return definition().array("spec", "versions").objects().stream()
                .filter(it -> it.text("name").filter(version::equals).isPresent())
                .map(it -> OpenApiSchema.parse(it.object("schema", "openAPIV3Schema")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject definition() {
        try (InputStream in = TrafficSplits.class.getResourceAsStream("trafficsplits.json")) {
            if (in == null) {
                throw new IllegalStateException("the resource trafficsplits.json is missing");
            }
            return JsonText.read(in).object().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonObject convert(JsonObject split, String apiVersion) {
        String from = split.text("apiVersion").orElse("");
        JsonObject converted = split;
        if (from.equals(OLDEST)) {
            converted = wholeWeights(converted);
        } else if (apiVersion.equals(OLDEST)) {
            converted = givenWeights(converted);
        }
        boolean has = WITH_MATCHES.contains(from);
        boolean wants = WITH_MATCHES.contains(apiVersion);
        if (has && !wants) {
            converted = hiddenMatches(converted);
        } else if (!has && wants) {
            converted = shownMatches(converted);
        }
        return converted;
    }

    private static JsonObject wholeWeights(JsonObject split) {
        List<JsonObject> backends = split.array("spec", "backends").objects();
        if (backends.stream().allMatch(it -> weight(it).isInteger())) {
            return split;
        }
        var given = JsonObject.builder();
        var whole = new ArrayList<Json>();
        for (JsonObject backend : backends) {
            backend.field("weight")
                    .ifPresent(it -> given.put(backend.text("service").orElse(""), it));
            whole.add(backend.with("weight", thousandfold(backend)));
        }
        return split.withAt(JsonArray.of(whole), "spec", "backends")
                .withAt(Json.of(JsonText.write(given.build())), "metadata", "annotations", WEIGHTS);
    }

    /** The weight where it is a plain whole number already; anything else is none. */
    private static JsonNumber weight(JsonObject backend) {
        return backend.field("weight").orElse(JsonNull.NULL) instanceof JsonNumber number
                ? number
                : JsonNumber.of(java.math.BigDecimal.valueOf(5, 1));
    }

    private static long thousandfold(JsonObject backend) {
        return backend.field("weight")
                .map(it -> it.text().orElseGet(it::toString))
                .flatMap(Quantity::parse)
                .map(
                        it ->
                                it.value()
                                        .movePointRight(3)
                                        .setScale(0, RoundingMode.UP)
                                        .min(java.math.BigDecimal.valueOf(Integer.MAX_VALUE))
                                        .longValue())
                .orElse(0L);
    }

    private static JsonObject givenWeights(JsonObject split) {
        Optional<JsonObject> given = annotation(split, WEIGHTS).flatMap(Json::object);
        if (given.isEmpty()) {
            return split;
        }
        var backends = new ArrayList<Json>();
        for (JsonObject backend : split.array("spec", "backends").objects()) {
            long weight = backend.whole("weight").orElse(0L);
            Json before =
                    given.get().field(backend.text("service").orElse("")).orElse(JsonNull.NULL);
            boolean same =
                    before != JsonNull.NULL
                            && thousandfold(backend.with("weight", before)) == weight;
            backends.add(
                    backend.with(
                            "weight", same ? before : Json.of(weight == 0 ? "0" : weight + "m")));
        }
        return withoutAnnotation(split.withAt(JsonArray.of(backends), "spec", "backends"), WEIGHTS);
    }

    private static JsonObject hiddenMatches(JsonObject split) {
        return split.at("spec", "matches")
                .map(
                        matches ->
                                split.withoutAt("spec", "matches")
                                        .withAt(
                                                Json.of(JsonText.write(matches)),
                                                "metadata",
                                                "annotations",
                                                MATCHES))
                .orElse(split);
    }

    private static JsonObject shownMatches(JsonObject split) {
        return annotation(split, MATCHES)
                .filter(JsonArray.class::isInstance)
                .map(it -> withoutAnnotation(split, MATCHES).withAt(it, "spec", "matches"))
                .orElse(split);
    }

    /** What an annotation of ours holds; nothing where somebody has written something else. */
    private static Optional<Json> annotation(JsonObject split, String name) {
        try {
            return split.text("metadata", "annotations", name).map(JsonText::read);
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private static JsonObject withoutAnnotation(JsonObject split, String name) {
        JsonObject without = split.withoutAt("metadata", "annotations", name);
        Map<String, String> left = without.texts("metadata", "annotations");
        return left.isEmpty() ? without.withoutAt("metadata", "annotations") : without;
    }
}
