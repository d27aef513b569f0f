package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Formats;
import dev.weft.api.schema.validation.DefinitionExpressions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What must be true of a CustomResourceDefinition. Any thread. */
public final class DefinitionRules {
    private static final List<String> COLUMN_TYPES =
            List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");

    private final Causes causes;

    private DefinitionRules(Causes causes) {
        this.causes = causes;
    }

    /** What is wrong with a definition that was read and given its defaults. */
    public static List<Cause> check(JsonObject definition) {
        var rules = new DefinitionRules(new Causes());
        rules.spec(definition.object("spec"), definition.text("metadata", "name").orElse(""));
        return rules.causes.all();
    }

    private void spec(JsonObject spec, String name) {
        JsonObject names = spec.object("names");
        String group = spec.text("group").orElse("");
        String plural = names.text("plural").orElse("");
        if (!name.equals(plural + "." + group)) {
            causes.invalid(
                    "metadata.name", Json.of(name), "must be spec.names.plural+\".\"+spec.group");
        }
        if (!group.isEmpty() && !group.contains(".")) {
            causes.invalid(
                    "spec.group", Json.of(group), "should be a domain with at least one dot");
        }
        names(names);
        conversion(spec.object("conversion"));
        List<JsonObject> versions = spec.array("versions").objects();
        var seen = new HashSet<String>();
        boolean unique = true;
        int stored = 0;
        int index = 0;
        for (JsonObject version : versions) {
            unique &= seen.add(version.text("name").orElse(""));
            stored += version.flag("storage").orElse(false) ? 1 : 0;
            version(version, versions, index++);
        }
        if (!unique) {
            causes.invalid(
                    "spec.versions", spec.array("versions"), "must contain unique version names");
        }
        if (stored != 1) {
            causes.invalid(
                    "spec.versions",
                    spec.array("versions"),
                    "must have exactly one version marked as storage version");
        }
    }

    /** What all versions have alike is named where it stood before there were versions. */
    private static boolean shared(List<JsonObject> versions, String field) {
        return versions.stream().map(it -> it.field(field)).distinct().count() == 1
                && versions.getFirst().has(field);
    }

    private void schema(JsonObject version, String path) {
        Optional<JsonObject> schema = version.at("schema", "openAPIV3Schema").flatMap(Json::object);
        if (schema.isEmpty()) {
            causes.required(path + ".openAPIV3Schema", "");
            return;
        }
        int before = causes.all().size();
        new StructuralRules(causes).check(schema.get(), path + ".openAPIV3Schema");
        if (causes.all().size() == before) {
            DefinitionExpressions.check(
                    OpenApiSchema.parse(schema.get()), path + ".openAPIV3Schema", causes);
        }
    }

    private void names(JsonObject names) {
        label("plural", names.text("plural").orElse(""), "");
        label("singular", names.text("singular").orElse(""), "");
        for (String field : List.of("singular", "listKind")) {
            if (names.text(field).orElse("").isEmpty()) {
                causes.required("spec.names." + field, "");
            }
        }
        String mixed = "may have mixed case, but should otherwise match: ";
        label("kind", names.text("kind").orElse(""), mixed);
        label("listKind", names.text("listKind").orElse(""), mixed);
        each(names, "shortNames");
        each(names, "categories");
        String kind = names.text("kind").orElse("");
        if (!kind.isEmpty() && kind.equals(names.text("listKind").orElse(""))) {
            causes.invalid(
                    "spec.names.listKind", Json.of(kind), "kind and listKind may not be the same");
        }
    }

    private void label(String field, String value, String hint) {
        String plain = hint.isEmpty() ? value : value.toLowerCase(Locale.ROOT);
        List<String> wrong = value.isEmpty() ? List.of() : Formats.label1035(plain);
        if (!wrong.isEmpty()) {
            causes.invalid("spec.names." + field, Json.of(value), hint + String.join(",", wrong));
        }
    }

    private void each(JsonObject names, String list) {
        int index = 0;
        for (String name : names.array(list).texts()) {
            List<String> wrong = Formats.label1035(name);
            if (!wrong.isEmpty()) {
                causes.invalid(
                        "spec.names." + list + "[" + index + "]",
                        Json.of(name),
                        String.join(",", wrong));
            }
            index++;
        }
    }

    private void conversion(JsonObject conversion) {
        String strategy = conversion.text("strategy").orElse("None");
        if (strategy.equals("Webhook")) {
            causes.invalid(
                    "spec.conversion.strategy",
                    Json.of(strategy),
                    "conversion by webhook is not there yet; use None");
        } else if (!strategy.equals("None")) {
            causes.unsupported(
                    "spec.conversion.strategy", Json.of(strategy), List.of("None", "Webhook"));
        }
    }

    private void version(JsonObject version, List<JsonObject> versions, int index) {
        String path = "spec.versions[" + index + "]";
        boolean first = index == 0;
        if (first || !shared(versions, "schema")) {
            schema(version, shared(versions, "schema") ? "spec.validation" : path + ".schema");
        }
        String columns = "additionalPrinterColumns";
        if (first || !shared(versions, columns)) {
            columns(
                    version.array(columns),
                    (shared(versions, columns) ? "spec." : path + ".") + columns);
        }
        JsonObject subresources = version.object("subresources");
        if (subresources.has("scale") && (first || !shared(versions, "subresources"))) {
            scale(
                    subresources.object("scale"),
                    (shared(versions, "subresources") ? "spec" : path) + ".subresources.scale");
        }
        String selectable = "selectableFields";
        if (first || !shared(versions, selectable)) {
            selectable(
                    version,
                    version.object("schema", "openAPIV3Schema"),
                    (shared(versions, selectable) ? "spec." : path + ".") + selectable);
        }
        if (!version.text("deprecationWarning").orElse("").isEmpty()
                && !version.flag("deprecated").orElse(false)) {
            causes.invalid(
                    path + ".deprecationWarning",
                    version.field("deprecationWarning").orElse(JsonNull.NULL),
                    "can only be set for deprecated versions");
        }
    }

    private void columns(JsonArray columns, String path) {
        int index = 0;
        for (JsonObject column : columns.objects()) {
            String here = path + "[" + index++ + "]";
            String type = column.text("type").orElse("");
            String oneOf = "must be one of " + String.join(",", COLUMN_TYPES);
            if (column.text("name").orElse("").isEmpty()) {
                causes.required(here + ".name", "");
            }
            if (type.isEmpty()) {
                causes.required(here + ".type", oneOf);
            } else if (!COLUMN_TYPES.contains(type)) {
                causes.invalid(here + ".type", Json.of(type), oneOf);
            }
            String format = column.text("format").orElse("");
            if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
                causes.invalid(
                        here + ".format",
                        Json.of(format),
                        "must be one of " + String.join(",", COLUMN_FORMATS));
            }
            String jsonPath = column.text("jsonPath").orElse("");
            if (jsonPath.isEmpty()) {
                causes.required(here + ".JSONPath", "");
            } else {
                arrayPath(jsonPath, here + ".jsonPath");
            }
        }
    }

    private void arrayPath(String jsonPath, String path) {
        if (!jsonPath.startsWith(".")) {
            causes.invalid(path, Json.of(jsonPath), "must be a simple json path starting with .");
        }
    }

    private void scale(JsonObject scale, String path) {
        scalePath(scale, path, "specReplicasPath", List.of(".spec."), true);
        scalePath(scale, path, "statusReplicasPath", List.of(".status."), true);
        scalePath(scale, path, "labelSelectorPath", List.of(".spec.", ".status."), false);
    }

    private void scalePath(
            JsonObject scale, String path, String field, List<String> roots, boolean required) {
        String value = scale.text(field).orElse("");
        if (value.isEmpty()) {
            if (required) {
                causes.required(path + "." + field, "");
            }
            return;
        }
        if (!value.startsWith(".")) {
            causes.invalid(
                    path + "." + field,
                    Json.of(value),
                    "must be a simple json path starting with .");
        } else if (roots.stream().noneMatch(value::startsWith)) {
            String where =
                    roots.size() > 1
                            ? "should be a json path under either .spec or .status"
                            : "should be a json path under "
                                    + roots.getFirst().substring(0, roots.getFirst().length() - 1);
            causes.invalid(path + "." + field, Json.of(value), where);
        }
    }

    private void selectable(JsonObject version, JsonObject schema, String path) {
        List<JsonObject> fields = version.array("selectableFields").objects();
        var seen = new HashSet<String>();
        int index = 0;
        for (JsonObject field : fields) {
            String here = path + "[" + index++ + "].jsonPath";
            String jsonPath = field.text("jsonPath").orElse("");
            if (jsonPath.isEmpty()) {
                causes.required(here, "");
            } else if (jsonPath.startsWith(".metadata")) {
                causes.invalid(here, Json.of(jsonPath), "must not point to fields in metadata");
            } else if (!isScalar(schema, jsonPath)) {
                causes.invalid(
                        here,
                        Json.of(jsonPath),
                        "must point to a field of type string, boolean or integer. Enum string"
                                + " fields and strings with formats are allowed.");
            } else if (!seen.add(jsonPath)) {
                causes.duplicate(here, Json.of(jsonPath));
            }
        }
        if (seen.size() > 8) {
            causes.tooMany(path, seen.size(), 8);
        }
    }

    private static boolean isScalar(JsonObject schema, String jsonPath) {
        JsonObject here = schema;
        for (String step : jsonPath.substring(1).split("\\.")) {
            here = here.object("properties", step);
        }
        return List.of("string", "boolean", "integer").contains(here.text("type").orElse(""));
    }
}
