package dev.weft.api.schema.validation;

import dev.weft.api.cel.value.Type;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a schema as expressions see it: its type, and the shapes of its parts. Immutable; any
 * thread.
 *
 * @param fields those that expressions can name, by the names that expressions use
 */
record Shape(
        Type type,
        Map<String, Field> fields,
        @Nullable Shape items,
        @Nullable Shape values,
        ListType listType,
        List<String> listKeys) {
    private static final Shape ANY = of(Type.Simple.DYN);
    private static final Shape STRING = of(Type.Simple.STRING);

    /**
     * @param name as it stands in the object
     */
    record Field(String name, Shape shape) {}

    private static Shape of(Type type) {
        return new Shape(type, Map.of(), null, null, ListType.ATOMIC, List.of());
    }

    /**
     * The shape of a part, null where expressions cannot look at it.
     *
     * @param name what the type is called, where it is a type of its own
     * @param isResource whether it has a kind and metadata
     */
    static @Nullable Shape of(Schema schema, String name, boolean isResource) {
        return switch (schema.type()) {
            case INT_OR_STRING -> ANY;
            case ANY -> null;
            case BOOLEAN -> of(Type.Simple.BOOL);
            case INTEGER -> of(Type.Simple.INT);
            case NUMBER -> of(Type.Simple.DOUBLE);
            case STRING -> text(schema.format());
            case ARRAY -> list(schema, name);
            case OBJECT -> object(schema, name, isResource || schema.isEmbedded());
        };
    }

    private static Shape text(String format) {
        return switch (format) {
            case "byte" -> of(Type.Simple.BYTES);
            case "date", "date-time" -> of(Type.Simple.TIMESTAMP);
            case "duration" -> of(Type.Simple.DURATION);
            default -> STRING;
        };
    }

    private static @Nullable Shape list(Schema schema, String name) {
        Shape items = schema.items().map(it -> of(it, name + ".@idx", false)).orElse(null);
        return items == null
                ? null
                : new Shape(
                        new Type.ListOf(items.type),
                        Map.of(),
                        items,
                        null,
                        schema.listType(),
                        schema.listKeys());
    }

    private static @Nullable Shape object(Schema schema, String name, boolean isResource) {
        if (schema.values().isPresent()) {
            Shape values = of(schema.values().get(), name + ".@elem", false);
            return values == null
                    ? null
                    : new Shape(
                            new Type.MapOf(Type.Simple.STRING, values.type),
                            Map.of(),
                            null,
                            values,
                            ListType.ATOMIC,
                            List.of());
        }
        var fields = new HashMap<String, Field>();
        schema.properties()
                .forEach(
                        (field, property) ->
                                add(fields, field, of(property, name + "." + field, false)));
        if (isResource) {
            add(fields, "apiVersion", STRING);
            add(fields, "kind", STRING);
            add(fields, "metadata", metadata(name + ".metadata"));
        }
        return record(name, fields);
    }

    private static Shape metadata(String name) {
        var fields = new HashMap<String, Field>();
        add(fields, "name", STRING);
        add(fields, "generateName", STRING);
        return record(name, fields);
    }

    private static Shape record(String name, Map<String, Field> fields) {
        var types = new HashMap<String, Type>();
        fields.forEach((field, it) -> types.put(field, it.shape.type));
        return new Shape(
                new Type.Record(name, types),
                Map.copyOf(fields),
                null,
                null,
                ListType.ATOMIC,
                List.of());
    }

    private static void add(Map<String, Field> fields, String name, @Nullable Shape shape) {
        String escaped = Names.escaped(name);
        if (shape != null && !escaped.isEmpty()) {
            fields.put(escaped, new Field(name, shape));
            if (Names.isReserved(name)) {
                fields.putIfAbsent(name, new Field(name, shape));
            }
        }
    }
}
