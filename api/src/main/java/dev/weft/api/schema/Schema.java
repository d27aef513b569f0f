package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a value: a node of a tree, or of a graph where a built-in type holds itself.
 * Immutable once built; any thread.
 *
 * <p>A node may refer to a {@link #typeName named type}, whose fields are then its own and are
 * looked up when they are asked for.
 */
public final class Schema {
    /** What sort of value. */
    public enum Type {
        OBJECT,
        ARRAY,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        /** Anything; what is in it is kept as it is. */
        ANY
    }

    /** Which items of a list are the same item when two writers meet. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    private static final Schema ANYTHING = new Builder(Type.ANY).build();

    private final Supplier<Schema> later;
    private volatile @Nullable Builder known;
    private @Nullable Map<String, Schema> properties;
    private volatile @Nullable List<Map.Entry<String, Schema>> withStandard;
    private volatile @Nullable Object derived;

    private Schema(Builder facts) {
        this.known = facts;
        this.later = () -> this;
    }

    private Schema(Supplier<Schema> later) {
        this.later = later;
    }

    /** A schema that is made when it is first looked at, so that starting costs nothing. */
    public static Schema later(Supplier<Schema> later) {
        return new Schema(later);
    }

    private Builder facts() {
        Builder facts = known;
        if (facts == null) {
            facts = later.get().facts();
            known = facts;
        }
        return facts;
    }

    /** Any value, kept whole. */
    public static Schema anything() {
        return ANYTHING;
    }

    public static Builder of(Type type) {
        return new Builder(type);
    }

    public Type type() {
        return facts().type;
    }

    /** The name of the built-in type, {@code io.k8s.api.core.v1.PodSpec}; empty where none. */
    public String typeName() {
        return facts().typeName;
    }

    /** How the value is written: {@code int32}, {@code byte}, {@code date-time}, a word of ours. */
    public String format() {
        return facts().format;
    }

    public String description() {
        return facts().description.isEmpty() && facts().shape != null
                ? facts().shape.description()
                : facts().description;
    }

    /** The named fields of an object. */
    public Map<String, Schema> properties() {
        if (facts().shape != null) {
            return facts().shape.fields();
        }
        Map<String, Schema> named = properties;
        if (named == null) {
            named = Collections.unmodifiableMap(facts().properties);
            properties = named;
        }
        return named;
    }

    /** The named fields that have a value where nothing was given. */
    public List<Map.Entry<String, Schema>> withStandard() {
        List<Map.Entry<String, Schema>> some = withStandard;
        if (some == null) {
            some =
                    properties().entrySet().stream()
                            .filter(it -> it.getValue().standard().isPresent())
                            .map(it -> Map.entry(it.getKey(), it.getValue()))
                            .toList();
            withStandard = some;
        }
        return some;
    }

    public @Nullable Schema property(String name) {
        return properties().get(name);
    }

    /** The shape of every item of a list. */
    public Optional<Schema> items() {
        return Optional.ofNullable(facts().items);
    }

    /** The shape of every value of an object that maps names to values. */
    public Optional<Schema> values() {
        return Optional.ofNullable(facts().values);
    }

    /** The fields that must be there. */
    public List<String> required() {
        return facts().shape != null ? facts().shape.required() : facts().required;
    }

    /** What stands there where nothing was given. */
    public Optional<Json> standard() {
        return Optional.ofNullable(facts().standard);
    }

    public ListType listType() {
        return facts().listType;
    }

    /** The fields that tell the items of a list of type map apart. */
    public List<String> listKeys() {
        return facts().listKeys;
    }

    /** Whether two writers' values of this object are never merged. */
    public boolean isAtomic() {
        return facts().atomic;
    }

    /** How a strategic merge patch treats the value. */
    public Merge merge() {
        return facts().merge;
    }

    public boolean isNullable() {
        return facts().nullable;
    }

    /** Whether unknown fields are kept. */
    public boolean keepsUnknown() {
        return facts().keepsUnknown;
    }

    /** Whether the value is itself an object of the API, with apiVersion, kind and metadata. */
    public boolean isEmbedded() {
        return facts().embedded;
    }

    /** Whether a zero that was given is something else than nothing. */
    public boolean keepsZero() {
        return facts().keepsZero;
    }

    /** The type as messages about a value of the wrong type name it, empty for custom kinds. */
    String goType() {
        return facts().goType;
    }

    /** What must be true of a built-in type's field. */
    FieldRules checks() {
        return facts().checks;
    }

    /** The remaining rules in the words of OpenAPI: enum, pattern, minimum, allOf … */
    public JsonObject rules() {
        return facts().rules;
    }

    /** The schemas that {@code allOf}, {@code anyOf}, {@code oneOf} or {@code not} combine. */
    public List<Schema> combined(String word) {
        return facts().combined.getOrDefault(word, List.of());
    }

    /** Whether it combines others at all. */
    public boolean isCombined() {
        return !facts().combined.isEmpty();
    }

    /** The document it was made of, empty where it was not made of one. */
    public JsonObject source() {
        return facts().source;
    }

    /**
     * What is made of the schema once, when it is first asked for. Two threads may both make it;
     * one of the two equal results is kept.
     */
    public <T> T derived(Class<T> type, Function<Schema, T> making) {
        Object made = derived;
        if (!type.isInstance(made)) {
            made = making.apply(this);
            derived = made;
        }
        return type.cast(made);
    }

    @Override
    public String toString() {
        return facts().typeName.isEmpty() ? facts().type.toString() : facts().typeName;
    }

    /**
     * How a strategic merge patch treats a list or an object.
     *
     * @param byKey whether lists are merged at all, item by item
     * @param key the field that tells items apart, empty where the items themselves are compared
     * @param retainKeys whether a patch may name the only fields to be kept
     */
    public record Merge(boolean byKey, String key, boolean retainKeys) {
        public static final Merge REPLACE = new Merge(false, "", false);
    }

    /** A named type, whose fields are found when asked for. */
    interface Shape {
        Map<String, Schema> fields();

        List<String> required();

        String description();
    }

    /** Collects what is known of a node. */
    public static final class Builder {
        private final Type type;
        private String typeName = "";
        private String format = "";
        private String description = "";
        private final Map<String, Schema> properties = new LinkedHashMap<>();
        private @Nullable Shape shape;
        private @Nullable Schema items;
        private @Nullable Schema values;
        private List<String> required = List.of();
        private @Nullable Json standard;
        private ListType listType = ListType.ATOMIC;
        private List<String> listKeys = List.of();
        private boolean atomic;
        private Merge merge = Merge.REPLACE;
        private boolean nullable;
        private boolean keepsUnknown;
        private boolean embedded;
        private boolean keepsZero;
        private String goType = "";
        private FieldRules checks = FieldRules.NONE;
        private JsonObject rules = JsonObject.empty();
        private JsonObject source = JsonObject.empty();
        private final Map<String, List<Schema>> combined = new LinkedHashMap<>();

        private Builder(Type type) {
            this.type = type;
        }

        Builder named(String typeName, @Nullable Shape shape) {
            this.typeName = typeName;
            this.shape = shape;
            return this;
        }

        public Builder format(String format) {
            this.format = format;
            return this;
        }

        public Builder description(String description) {
            this.description = description;
            return this;
        }

        public Builder property(String name, Schema schema) {
            properties.put(name, schema);
            return this;
        }

        public Builder items(Schema items) {
            this.items = items;
            return this;
        }

        public Builder values(Schema values) {
            this.values = values;
            return this;
        }

        public Builder required(List<String> required) {
            this.required = List.copyOf(required);
            return this;
        }

        public Builder standard(Json standard) {
            this.standard = standard;
            return this;
        }

        public Builder listType(ListType listType, List<String> keys) {
            this.listType = listType;
            this.listKeys = List.copyOf(keys);
            return this;
        }

        public Builder atomic(boolean atomic) {
            this.atomic = atomic;
            return this;
        }

        public Builder merge(Merge merge) {
            this.merge = merge;
            return this;
        }

        public Builder nullable(boolean nullable) {
            this.nullable = nullable;
            return this;
        }

        public Builder keepsUnknown(boolean keepsUnknown) {
            this.keepsUnknown = keepsUnknown;
            return this;
        }

        public Builder embedded(boolean embedded) {
            this.embedded = embedded;
            return this;
        }

        Builder keepsZero(boolean keepsZero) {
            this.keepsZero = keepsZero;
            return this;
        }

        Builder goType(String goType) {
            this.goType = goType;
            return this;
        }

        Builder checks(FieldRules checks) {
            this.checks = checks;
            return this;
        }

        public Builder rules(JsonObject rules) {
            this.rules = rules;
            return this;
        }

        public Builder combined(String word, List<Schema> schemas) {
            combined.put(word, List.copyOf(schemas));
            return this;
        }

        public Builder source(JsonObject source) {
            this.source = source;
            return this;
        }

        public Schema build() {
            return new Schema(this);
        }
    }
}
