package dev.weft.api.kind;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kind.Durability;
import dev.weft.api.kind.Kind.Generation;
import dev.weft.api.kind.KindVersion.Scale;
import dev.weft.api.kind.KindVersion.Surface;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.custom.OpenApiSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Kinds out of CustomResourceDefinitions. Pure; any thread. */
public final class CustomKinds {
    private static final Column AGE =
            new Column("Age", "date", "", "", 0, ".metadata.creationTimestamp");
    private static final Column NAME =
            new Column("Name", "string", "name", "Name of the object.", 0, ".metadata.name");

    private CustomKinds() {}

    /**
     * What a definition makes.
     *
     * @param warnings what Weft will not do of it, to be said when it is applied
     * @param causes what is wrong with the definition; where there are any, {@code kind} is empty
     */
    public record Made(Optional<Kind> kind, List<String> warnings, List<Cause> causes) {}

    /**
     * The kind that a definition brings. {@link Admission} has said what is wrong with it already,
     * so here only what could not be served at all is refused.
     */
    public static Made kind(JsonObject definition) {
        if (definition.array("spec", "versions").isEmpty()) {
            var cause = new Cause(Cause.REQUIRED, "Required value", "spec.versions");
            return new Made(Optional.empty(), List.of(), List.of(cause));
        }
        return new Made(Optional.of(made(definition)), List.of(), List.of());
    }

    private static Kind made(JsonObject definition) {
        JsonObject spec = definition.object("spec");
        JsonObject names = spec.object("names");
        String group = spec.text("group").orElse("");
        String kind = names.text("kind").orElse("");
        String plural = names.text("plural").orElse("");
        var versions = new ArrayList<KindVersion>();
        for (JsonObject version : spec.array("versions").objects()) {
            versions.add(version(version, group, kind));
        }
        versions.sort((a, b) -> GroupOrder.VERSIONS.compare(a.name(), b.name()));
        String stored =
                versions.stream()
                        .filter(KindVersion::stored)
                        .map(KindVersion::name)
                        .findFirst()
                        .orElse("");
        boolean status = versions.stream().anyMatch(KindVersion::hasStatus);
        return new Kind(
                group,
                new Kind.Names(
                        kind,
                        names.text("listKind").orElse(kind + "List"),
                        plural,
                        names.text("singular").orElse(kind.toLowerCase(Locale.ROOT)),
                        names.array("shortNames").texts(),
                        names.array("categories").texts()),
                spec.text("scope").filter("Namespaced"::equals).isPresent(),
                versions,
                new Kind.Traits(
                        true,
                        Durability.DURABLE,
                        Durability.DURABLE,
                        status
                                ? Generation.ALL_BUT_METADATA_AND_STATUS
                                : Generation.ALL_BUT_METADATA,
                        plural + "." + group,
                        group + "/" + stored));
    }

    private static KindVersion version(JsonObject version, String group, String kind) {
        String name = version.text("name").orElse("");
        JsonObject subresources = version.object("subresources");
        Optional<Scale> scale =
                subresources
                        .field("scale")
                        .flatMap(Json::object)
                        .map(
                                it ->
                                        new Scale(
                                                it.text("specReplicasPath").orElse(""),
                                                it.text("statusReplicasPath").orElse(""),
                                                it.text("labelSelectorPath").orElse("")));
        List<String> selectable =
                version.array("selectableFields").objects().stream()
                        .map(it -> it.text("jsonPath").orElse("."))
                        .map(it -> it.substring(1))
                        .toList();
        String warning =
                version.flag("deprecated").orElse(false)
                        ? version.text("deprecationWarning")
                                .orElse("%s/%s %s is deprecated".formatted(group, name, kind))
                        : "";
        return new KindVersion(
                name,
                version.flag("served").orElse(false),
                version.flag("storage").orElse(false),
                version.at("schema", "openAPIV3Schema")
                        .flatMap(Json::object)
                        .map(OpenApiSchema::parse)
                        .orElseGet(Schema::anything),
                new Surface(
                        subresources.has("status"), scale, List.of(), columns(version), selectable),
                warning);
    }

    private static List<Column> columns(JsonObject version) {
        var columns = new ArrayList<Column>();
        columns.add(NAME);
        for (JsonObject column : version.array("additionalPrinterColumns").objects()) {
            columns.add(
                    new Column(
                            column.text("name").orElse(""),
                            column.text("type").orElse("string"),
                            column.text("format").orElse(""),
                            column.text("description").orElse(""),
                            column.whole("priority").orElse(0L).intValue(),
                            column.text("jsonPath").orElse("")));
        }
        if (columns.size() == 1) {
            columns.add(AGE);
        }
        return columns;
    }
}
