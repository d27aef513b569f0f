package dev.weft.api.schema;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MessageShape;
import dev.weft.api.schema.Schema.ListType;
import dev.weft.api.schema.Schema.Merge;
import dev.weft.api.schema.Schema.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One built-in type: its fields by name and by protobuf number. Immutable; any thread. */
final class TypeShape implements Schema.Shape, MessageShape {
    private final TypeTable table;
    private final String name;
    private final Map<String, Schema> fields = new LinkedHashMap<>();
    private final Map<Integer, Field> numbers = new HashMap<>();
    private final List<String> required = new ArrayList<>();
    private final Map<String, String> descriptions;

    TypeShape(TypeTable table, String name, String lines) {
        this.table = table;
        this.name = name;
        this.descriptions = TypeTable.described(table.descriptions(name));
        Map<String, FieldRules> rules = FieldRules.parse(table.rules(name));
        lines.lines()
                .skip(1)
                .filter(line -> !line.isEmpty())
                .forEach(line -> field(line.split("\t"), rules));
    }

    @Override
    public Map<String, Schema> fields() {
        return Collections.unmodifiableMap(fields);
    }

    @Override
    public List<String> required() {
        return required;
    }

    @Override
    public String description() {
        return descriptions.getOrDefault("", "");
    }

    @Override
    public Optional<Field> field(int number) {
        return Optional.ofNullable(numbers.get(number));
    }

    /** {@code io.k8s.api.core.v1.PodSpec}, the name by which OpenAPI documents know the type. */
    static String longName(String shortName) {
        if (shortName.startsWith("meta.")) {
            return "io.k8s.apimachinery.pkg.apis." + shortName;
        }
        if (shortName.startsWith("apiextensions.")) {
            return "io.k8s.apiextensions-apiserver.pkg.apis." + shortName;
        }
        return "io.k8s.api." + shortName;
    }

    private void field(String[] cells, Map<String, FieldRules> rules) {
        int number = Integer.parseInt(cells[1]);
        String type = cells[2];
        var flags = new FieldFlags(cells);
        if (flags.has("i")) {
            TypeShape inner = inner(type);
            fields.putAll(inner.fields);
            required.addAll(inner.required);
            numbers.put(number, new Field("", Form.INLINE, Word.MESSAGE, true, () -> inner));
            return;
        }
        String field = cells[0];
        if (flags.has("!")) {
            required.add(field);
        }
        fields.put(field, schema(field, type, flags, rules.getOrDefault(field, FieldRules.NONE)));
        if (number > 0) {
            numbers.put(number, wire(field, type, flags));
        }
    }

    private String described(String field) {
        String own = descriptions.get(field);
        return own == null ? table.commonDescription(field) : own;
    }

    private Schema schema(String field, String type, FieldFlags flags, FieldRules rules) {
        Schema.Builder builder =
                node(type)
                        .description(described(field))
                        .keepsZero(flags.has("p") || flags.has("k"))
                        .goType(goType(type))
                        .checks(rules)
                        .rules(flags.enumeration());
        flags.value("L=").ifPresent(kind -> listType(kind, builder));
        if (flags.has("A") || isAtomicType(type)) {
            builder.atomic(true);
        }
        boolean retain = flags.has("R");
        Optional<String> key = flags.value("M=");
        if (key.isPresent() || retain) {
            builder.merge(new Merge(key.isPresent(), key.orElse(""), retain));
        }
        flags.value("D=").ifPresent(text -> builder.standard(JsonText.read(text)));
        rules.standard().ifPresent(builder::standard);
        return builder.build();
    }

    private boolean isAtomicType(String type) {
        return type.indexOf('.') > 0 && table.isAtomic(type);
    }

    private static void listType(String kind, Schema.Builder builder) {
        String[] parts = kind.split(":");
        if (parts[0].equals("set")) {
            builder.listType(ListType.SET, List.of());
        } else {
            builder.listType(ListType.MAP, List.of(parts).subList(1, parts.length));
        }
    }

    private Schema.Builder node(String type) {
        if (type.startsWith("[]")) {
            return Schema.of(Type.ARRAY).items(item(type.substring(2)));
        }
        if (type.startsWith("{}")) {
            return Schema.of(Type.OBJECT).values(item(type.substring(2)));
        }
        return switch (type) {
            case "string" -> Schema.of(Type.STRING);
            case "bool" -> Schema.of(Type.BOOLEAN);
            case "int32", "int64" -> Schema.of(Type.INTEGER).format(type);
            case "uint8" -> Schema.of(Type.INTEGER).format("int32");
            case "float64" -> Schema.of(Type.NUMBER).format("double");
            case "bytes" -> Schema.of(Type.STRING).format("byte");
            case "Time" -> Schema.of(Type.STRING).format("date-time").nullable(true);
            case "MicroTime" -> Schema.of(Type.STRING).format("micro-time").nullable(true);
            case "Duration" -> Schema.of(Type.STRING).format("go-duration");
            case "Quantity" -> Schema.of(Type.INT_OR_STRING).format("quantity");
            case "IntOrString" -> Schema.of(Type.INT_OR_STRING).format("int-or-string");
            case "FieldsV1", "RawExtension" ->
                    Schema.of(Type.OBJECT).format("raw").keepsUnknown(true);
            case "JSON" -> Schema.of(Type.ANY);
            case "SchemaOrArray", "SchemaOrBool", "SchemaOrStrings" ->
                    reference("apiextensions.v1.JSONSchemaProps").format(type);
            default -> reference(type);
        };
    }

    private Schema item(String type) {
        return node(type).goType(goType(type)).keepsZero(true).build();
    }

    private Schema.Builder reference(String type) {
        return Schema.of(Type.OBJECT).named(longName(type), new Reference(table, type));
    }

    private Field wire(String field, String type, FieldFlags flags) {
        Form form =
                type.startsWith("[]") ? Form.LIST : type.startsWith("{}") ? Form.MAP : Form.SINGLE;
        String element = form == Form.SINGLE ? type : type.substring(2);
        boolean keeps = flags.has("p") || flags.has("k");
        Word word = word(element);
        String message =
                element.startsWith("Schema") ? "apiextensions.v1.JSONSchemaProps" : element;
        return new Field(field, form, word, keeps, () -> inner(message));
    }

    private TypeShape inner(String type) {
        return table.shape(type)
                .orElseThrow(() -> new IllegalStateException("no type " + type + " for " + name));
    }

    private static Word word(String type) {
        return switch (type) {
            case "string" -> Word.STRING;
            case "bool" -> Word.BOOL;
            case "int32", "uint8" -> Word.INT32;
            case "int64" -> Word.INT64;
            case "float64" -> Word.FLOAT64;
            case "bytes" -> Word.BYTES;
            case "Time" -> Word.TIME;
            case "MicroTime" -> Word.MICRO_TIME;
            case "Duration" -> Word.DURATION;
            case "Quantity" -> Word.QUANTITY;
            case "IntOrString" -> Word.INT_OR_STRING;
            case "FieldsV1", "RawExtension", "JSON" -> Word.RAW;
            case "[]string" -> Word.TEXTS;
            case "SchemaOrArray" -> Word.SCHEMA_OR_ARRAY;
            case "SchemaOrBool" -> Word.SCHEMA_OR_BOOL;
            case "SchemaOrStrings" -> Word.SCHEMA_OR_STRINGS;
            default -> Word.MESSAGE;
        };
    }

    /** The type as messages about wrong JSON name it. */
    private static String goType(String type) {
        if (type.startsWith("[]")) {
            return "[]" + goType(type.substring(2));
        }
        if (type.startsWith("{}")) {
            return "map[string]" + goType(type.substring(2));
        }
        return switch (type) {
            case "bytes" -> "[]uint8";
            case "Time", "MicroTime", "Duration", "FieldsV1" -> "v1." + type;
            case "Quantity" -> "resource.Quantity";
            case "IntOrString" -> "intstr.IntOrString";
            case "RawExtension" -> "runtime.RawExtension";
            default -> {
                int dot = type.indexOf('.');
                yield dot < 0 ? type : type.substring(dot + 1);
            }
        };
    }

    /**
     * A type that is looked up when its fields are asked for, so that types may hold themselves.
     */
    private record Reference(TypeTable table, String type) implements Schema.Shape {
        private TypeShape target() {
            return table.shape(type)
                    .orElseThrow(() -> new IllegalStateException("no type " + type));
        }

        @Override
        public Map<String, Schema> fields() {
            return target().fields();
        }

        @Override
        public List<String> required() {
            return target().required();
        }

        @Override
        public String description() {
            return target().description();
        }
    }

    /** The flags at the end of a field's line. */
    private record FieldFlags(String[] cells) {
        boolean has(String flag) {
            for (int i = 3; i < cells.length; i++) {
                if (cells[i].equals(flag)) {
                    return true;
                }
            }
            return false;
        }

        Optional<String> value(String prefix) {
            for (int i = 3; i < cells.length; i++) {
                if (cells[i].startsWith(prefix)) {
                    return Optional.of(cells[i].substring(prefix.length()));
                }
            }
            return Optional.empty();
        }

        JsonObject enumeration() {
            return value("E=")
                    .map(
                            words ->
                                    JsonObject.of(
                                            "enum", JsonArray.ofTexts(List.of(words.split("\\|")))))
                    .orElse(JsonObject.empty());
        }
    }
}
