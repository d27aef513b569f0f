package dev.weft.api.schema.validation;

import dev.weft.api.cel.cost.Place;
import dev.weft.api.cel.cost.Range;
import dev.weft.api.schema.Schema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large a part of an object can be, from the bounds that its schema states and from the largest
 * request that the API takes. Immutable; any thread.
 *
 * @param most how many characters, items or entries there can be
 * @param least how many bytes of a request the shortest one takes
 * @param fields by the names that expressions use
 * @param items of a list or a map
 * @param keys of a map
 */
record Extent(
        long most,
        long least,
        Map<String, Extent> fields,
        @Nullable Extent items,
        @Nullable Extent keys)
        implements Place {
    private static final long REQUEST_MAX = 3 * 1024 * 1024;
    private static final long TEXT_MAX = REQUEST_MAX - 2;

    /** How many bytes a character takes at most. */
    private static final long BYTES = 4;

    private static final Extent TEXT = value(TEXT_MAX, 2);

    private static Extent value(long most, long least) {
        return new Extent(most, least, Map.of(), null, null);
    }

    @Override
    public Range size() {
        return Range.upTo(most);
    }

    @Override
    public Place field(String name) {
        Extent field = fields.get(name);
        return field == null ? UNKNOWN : field;
    }

    @Override
    public Place item() {
        return items == null ? UNKNOWN : items;
    }

    @Override
    public Place key() {
        return keys == null ? UNKNOWN : keys;
    }

    /** How often a value can stand in one object that is bound by the size of a request alone. */
    long times() {
        return REQUEST_MAX / (least + 1);
    }

    /** The extent of a part, null where expressions cannot look at it. */
    static @Nullable Extent of(Schema schema, boolean isResource) {
        return switch (schema.type()) {
            case INT_OR_STRING -> value(longest(schema), 1);
            case ANY -> null;
            case BOOLEAN -> value(0, 4);
            case INTEGER, NUMBER -> value(0, 1);
            case STRING -> text(schema);
            case ARRAY -> list(schema);
            case OBJECT -> object(schema, isResource || schema.isEmbedded());
        };
    }

    private static Extent text(Schema schema) {
        long characters = bound(schema, "maxLength");
        return switch (schema.format()) {
            case "byte" -> value(characters < 0 ? TEXT_MAX : characters, 2);
            case "duration" -> value(32, 3);
            case "date" -> value(12, 12);
            case "date-time" -> value(35, 22);
            default -> value(longest(schema), 2);
        };
    }

    /** How many bytes the longest text takes. */
    private static long longest(Schema schema) {
        long characters = bound(schema, "maxLength");
        if (characters >= 0) {
            return Range.product(characters, BYTES);
        }
        return schema.rules().array("enum").stream()
                .mapToLong(it -> it.text().map(String::length).orElse(0))
                .max()
                .orElse(TEXT_MAX);
    }

    private static @Nullable Extent list(Schema schema) {
        Extent item = schema.items().map(it -> of(it, false)).orElse(null);
        if (item == null) {
            return null;
        }
        long bound = bound(schema, "maxItems");
        long most = bound < 0 ? (REQUEST_MAX - 2) / (item.least + 1) : bound;
        return new Extent(most, 2, Map.of(), item, null);
    }

    private static @Nullable Extent object(Schema schema, boolean isResource) {
        if (schema.values().isPresent()) {
            Extent value = of(schema.values().get(), false);
            if (value == null) {
                return null;
            }
            long bound = bound(schema, "maxProperties");
            long most = bound < 0 ? (REQUEST_MAX - 2) / (value.least + 6) : bound;
            return new Extent(most, 2, Map.of(), value, value(0, 2));
        }
        var fields = new HashMap<String, Extent>();
        long least = 2;
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            String name = property.getKey();
            Extent extent = of(property.getValue(), false);
            if (extent != null) {
                add(fields, name, extent);
                boolean given = property.getValue().standard().isPresent();
                if (schema.required().contains(name) && !given) {
                    least += name.length() + extent.least + 4;
                }
            }
        }
        if (isResource) {
            add(fields, "apiVersion", TEXT);
            add(fields, "kind", TEXT);
            add(fields, "metadata", metadata(schema));
        }
        return new Extent(0, least, Map.copyOf(fields), null, null);
    }

    /** The names in it are no longer than the API allows, whatever the schema says. */
    private static Extent metadata(Schema schema) {
        Schema own = schema.properties().getOrDefault("metadata", Schema.anything());
        return new Extent(
                0,
                2,
                Map.of(
                        "name",
                        name(own, "name", 253),
                        "generateName",
                        name(own, "generateName", 252)),
                null,
                null);
    }

    private static Extent name(Schema metadata, String name, long most) {
        Schema own = metadata.properties().getOrDefault(name, Schema.anything());
        long bound = bound(own, "maxLength");
        return value((bound < 0 ? most : Math.min(bound, most)) * BYTES, 2);
    }

    private static void add(Map<String, Extent> fields, String name, Extent extent) {
        String escaped = Names.escaped(name);
        if (!escaped.isEmpty()) {
            fields.put(escaped, extent);
        }
    }

    /** Below zero where the schema states none. */
    static long bound(Schema schema, String word) {
        return schema.rules().whole(word).map(it -> Math.max(it, 0L)).orElse(-1L);
    }
}
