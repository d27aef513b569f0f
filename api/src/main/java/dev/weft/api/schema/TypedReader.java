package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import dev.weft.api.model.Moments;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree as a built-in type, as a program with types would: a value of the wrong type ends
 * it, nulls and zeros that mean nothing are left out, unknown fields are noted and left out.
 * Belongs to one thread and one tree.
 */
final class TypedReader {
    private static final int NOTES_MAX = 100;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final List<String> unknown = new ArrayList<>();
    private @Nullable String error;

    /** Where the reader is: for notes with indexes, for messages without, and in which type. */
    private record Place(String path, String plain, String struct) {
        Place field(String name, String inStruct) {
            return new Place(
                    path.isEmpty() ? name : path + "." + name,
                    plain.isEmpty() ? name : plain + "." + name,
                    inStruct);
        }

        Place item(int index) {
            return new Place(path + "[" + index + "]", plain, struct);
        }

        Place entry(String name) {
            return new Place(path + "." + name, plain, struct);
        }
    }

    /** The tree as the type, without what does not belong to it. */
    JsonObject read(JsonObject tree, Schema schema) {
        return read(tree, schema, "");
    }

    /** The same for a part of an object, which stands at the given path. */
    JsonObject read(JsonObject tree, Schema schema, String path) {
        return schema.type() == Schema.Type.ANY
                ? tree
                : struct(tree, schema, new Place(path, "", ""));
    }

    /** The paths of the fields that the type does not have. */
    List<String> unknown() {
        return unknown;
    }

    /** Why the tree is not of this type, in the words of a Go program. */
    Optional<String> error() {
        return Optional.ofNullable(error);
    }

    private JsonObject struct(JsonObject tree, Schema schema, Place at) {
        if (schema.format().equals("raw")) {
            return tree;
        }
        String type = simple(schema.typeName());
        var read = JsonObject.builder();
        for (String name : tree.names()) {
            Json value = tree.field(name).orElse(JsonNull.NULL);
            Schema field = schema.property(name);
            if (field == null) {
                if (unknown.size() < NOTES_MAX) {
                    unknown.add(at.field(name, type).path());
                }
            } else if (value != JsonNull.NULL) {
                Json typed = value(value, field, at.field(name, type));
                if (field.keepsZero() || !isZero(typed, field)) {
                    read.put(name, typed);
                }
            }
        }
        return read.build();
    }

    private Json value(Json value, Schema schema, Place at) {
        return switch (schema.type()) {
            case ANY -> value;
            case OBJECT -> object(value, schema, at);
            case ARRAY -> array(value, schema, at);
            case STRING -> text(value, schema, at);
            case INTEGER -> integer(value, schema, at);
            case NUMBER -> value instanceof JsonNumber ? value : wrong(value, schema, at);
            case BOOLEAN -> value instanceof JsonBoolean ? value : wrong(value, schema, at);
            case INT_OR_STRING ->
                    schema.format().equals("quantity") ? quantity(value) : intOrString(value);
        };
    }

    private Json object(Json value, Schema schema, Place at) {
        if (!(value instanceof JsonObject object)) {
            return schema.format().startsWith("Schema")
                    ? choice(value, schema, at)
                    : wrong(value, schema, at);
        }
        Optional<Schema> values = schema.values();
        if (values.isEmpty()) {
            return struct(object, schema, at);
        }
        var read = JsonObject.builder();
        for (String name : object.names()) {
            read.put(name, item(object.field(name), values.get(), at.entry(name)));
        }
        return read.build();
    }

    /** In the place of a schema: whether anything goes, or a list of schemas or texts. */
    private Json choice(Json value, Schema schema, Place at) {
        String format = schema.format();
        if (value instanceof JsonBoolean && format.equals("SchemaOrBool")) {
            return value;
        }
        if (value instanceof JsonArray array && !format.equals("SchemaOrBool")) {
            var items = new ArrayList<Json>();
            for (Json item : array) {
                items.add(
                        item instanceof JsonObject object
                                ? struct(object, schema, at.item(items.size()))
                                : item);
            }
            return JsonArray.of(items);
        }
        return wrong(value, schema, at);
    }

    private Json array(Json value, Schema schema, Place at) {
        if (!(value instanceof JsonArray array)) {
            return wrong(value, schema, at);
        }
        Schema items = schema.items().orElseGet(Schema::anything);
        var read = new ArrayList<Json>(array.size());
        for (Json item : array) {
            read.add(item(Optional.of(item), items, at.item(read.size())));
        }
        return JsonArray.of(read);
    }

    /** A null among items or entries is the zero of their type. */
    private Json item(Optional<Json> value, Schema schema, Place at) {
        Json given = value.orElse(JsonNull.NULL);
        if (given != JsonNull.NULL) {
            return value(given, schema, at);
        }
        return switch (schema.type()) {
            case OBJECT -> JsonObject.empty();
            case ARRAY -> JsonArray.empty();
            case STRING -> Json.of("");
            case INTEGER, NUMBER, INT_OR_STRING -> Json.of(0);
            case BOOLEAN -> JsonBoolean.FALSE;
            case ANY -> given;
        };
    }

    private Json text(Json value, Schema schema, Place at) {
        if (!(value instanceof JsonString text)) {
            return wrong(value, schema, at);
        }
        return switch (schema.format()) {
            case "byte" -> base64(text);
            case "date-time" -> time(text, SECONDS);
            case "micro-time" -> time(text, MICROS);
            default -> value;
        };
    }

    private Json base64(JsonString text) {
        String plain = text.value().replace("\n", "").replace("\r", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(plain);
            if (plain.length() % 4 == 0) {
                return Json.of(Base64.getEncoder().encodeToString(bytes));
            }
        } catch (IllegalArgumentException e) {
            // told below, as for a text that is cut short
        }
        return fail("illegal base64 data at input byte " + badByte(plain), text);
    }

    private static int badByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known =
                    c >= 'A' && c <= 'Z'
                            || c >= 'a' && c <= 'z'
                            || c >= '0' && c <= '9'
                            || c == '+'
                            || c == '/';
            if (!known) {
                return i;
            }
        }
        return text.length() / 4 * 4;
    }

    private Json time(JsonString text, DateTimeFormatter format) {
        try {
            if (format == SECONDS && Moments.plain(text.value()) != null) {
                return text;
            }
            Instant time = OffsetDateTime.parse(text.value()).toInstant();
            return Json.of(format.format(time));
        } catch (DateTimeException e) {
            return fail(
                    "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"%s\""
                            .formatted(text.value(), text.value()),
                    text);
        }
    }

    private Json integer(Json value, Schema schema, Place at) {
        if (!(value instanceof JsonNumber number)) {
            return wrong(value, schema, at);
        }
        boolean wide = schema.format().equals("int64");
        boolean fits = number.isInteger() && (wide || number.asLong() == (int) number.asLong());
        if (!fits && number.isWhole() && number.asLong() == (int) number.asLong()) {
            return JsonNumber.of(number.asLong());
        }
        return fits ? value : wrong(value, schema, at);
    }

    private Json intOrString(Json value) {
        if (value instanceof JsonString) {
            return value;
        }
        if (value instanceof JsonNumber number
                && number.isInteger()
                && number.asLong() == (int) number.asLong()) {
            return value;
        }
        return fail(
                "json: cannot unmarshal %s into Go value of type int32".formatted(word(value)),
                value);
    }

    private Json quantity(Json value) {
        String text =
                switch (value) {
                    case JsonString it -> it.value().strip();
                    case JsonNumber number -> plain(number);
                    default -> "";
                };
        if (text.isEmpty() && !(value instanceof JsonString)) {
            return fail(Quantity.MALFORMED, value);
        }
        if (text.isEmpty()) {
            return Json.of("0");
        }
        return Quantity.parse(text)
                .<Json>map(it -> Json.of(it.text()))
                .orElseGet(() -> fail(Quantity.MALFORMED, value));
    }

    private static String plain(JsonNumber number) {
        BigDecimal value = number.asDecimal();
        return Math.abs((long) value.scale()) < 50 ? value.toPlainString() : value.toString();
    }

    private Json wrong(Json value, Schema schema, Place at) {
        String message =
                "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
                        .formatted(word(value), at.struct(), at.plain(), schema.goType());
        return fail(message, value);
    }

    /** The first error stays. */
    private Json fail(String message, Json value) {
        if (error == null) {
            error = message;
        }
        return value;
    }

    private static String word(Json value) {
        return switch (value) {
            case JsonBoolean flag -> "bool";
            case JsonNumber number ->
                    number.isInteger() && number.asLong() == (int) number.asLong()
                            ? "number"
                            : "number " + plain(number);
            case JsonObject object -> "object";
            case JsonArray array -> "array";
            case JsonString text -> "string";
            case JsonNull nothing -> "null";
        };
    }

    private static boolean isZero(Json value, Schema schema) {
        return switch (value) {
            case JsonString text -> text.value().isEmpty();
            case JsonNumber number -> number.isInteger() && number.asLong() == 0;
            case JsonBoolean flag -> !flag.value();
            case JsonArray array -> array.isEmpty();
            case JsonObject object -> object.isEmpty() && schema.values().isPresent();
            case JsonNull nothing -> true;
        };
    }

    private static String simple(String typeName) {
        return typeName.substring(typeName.lastIndexOf('.') + 1);
    }
}
