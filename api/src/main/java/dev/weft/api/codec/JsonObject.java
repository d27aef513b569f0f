package dev.weft.api.codec;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Named values in the order they were given. Immutable. Two objects are equal when they hold the
 * same names with equal values, in whatever order.
 *
 * <p>Names and values stand in two arrays: most objects of a resource have under ten fields, for
 * which a scan is as quick as a hash and a third of the memory.
 */
public final class JsonObject implements Json {
    private static final int SCAN_MAX = 12;
    private static final JsonObject EMPTY = new JsonObject(new String[0], new Json[0]);

    private final String[] names;
    private final Json[] values;
    private @Nullable Map<String, Integer> index;

    private JsonObject(String[] names, Json[] values) {
        this.names = names;
        this.values = values;
    }

    public static JsonObject empty() {
        return EMPTY;
    }

    public static JsonObject of(String name, Json value) {
        return new JsonObject(new String[] {name}, new Json[] {value});
    }

    /** Of arrays that nobody changes any more; the names may be another object's too. */
    static JsonObject ofOwn(String[] names, Json[] values) {
        return names.length == 0 ? EMPTY : new JsonObject(names, values);
    }

    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return names.length;
    }

    public boolean isEmpty() {
        return names.length == 0;
    }

    /** The names, in order. */
    public List<String> names() {
        return List.of(names);
    }

    public String name(int index) {
        return names[index];
    }

    public Json value(int index) {
        return values[index];
    }

    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    public Optional<Json> field(String name) {
        int at = indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of(values[at]);
    }

    /** The value at a path of field names, absent where a step is missing or not an object. */
    public Optional<Json> at(String... path) {
        Json here = this;
        for (String name : path) {
            if (!(here instanceof JsonObject object)) {
                return Optional.empty();
            }
            int at = object.indexOf(name);
            if (at < 0) {
                return Optional.empty();
            }
            here = object.values[at];
        }
        return Optional.of(here);
    }

    public Optional<String> text(String... path) {
        return at(path).flatMap(Json::text);
    }

    public Optional<Long> whole(String... path) {
        return at(path).flatMap(Json::whole);
    }

    public Optional<Boolean> flag(String... path) {
        return at(path).flatMap(Json::flag);
    }

    /** The object at a path, empty where there is none. */
    public JsonObject object(String... path) {
        return at(path).flatMap(Json::object).orElse(EMPTY);
    }

    /** The array at a path, empty where there is none. */
    public JsonArray array(String... path) {
        return at(path).flatMap(Json::array).orElse(JsonArray.empty());
    }

    /** The texts of an object that maps names to texts, such as labels. */
    public Map<String, String> texts(String... path) {
        var texts = new LinkedHashMap<String, String>();
        object(path)
                .forEach((name, value) -> value.text().ifPresent(text -> texts.put(name, text)));
        return Collections.unmodifiableMap(texts);
    }

    public void forEach(BiConsumer<String, Json> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], values[i]);
        }
    }

    /** A copy in which a field has this value; a new name goes to the end. */
    public JsonObject with(String name, Json value) {
        int at = indexOf(name);
        if (at >= 0) {
            if (values[at] == value) {
                return this;
            }
            Json[] changed = values.clone();
            changed[at] = value;
            return new JsonObject(names, changed);
        }
        String[] moreNames = Arrays.copyOf(names, names.length + 1);
        Json[] moreValues = Arrays.copyOf(values, values.length + 1);
        moreNames[names.length] = name;
        moreValues[values.length] = value;
        return new JsonObject(moreNames, moreValues);
    }

    public JsonObject with(String name, String value) {
        return with(name, Json.of(value));
    }

    public JsonObject with(String name, long value) {
        return with(name, Json.of(value));
    }

    public JsonObject with(String name, boolean value) {
        return with(name, Json.of(value));
    }

    /** A copy in which the value at a path is this one; missing objects on the way are made. */
    public JsonObject withAt(Json value, String... path) {
        if (path.length == 1) {
            return with(path[0], value);
        }
        String[] rest = Arrays.copyOfRange(path, 1, path.length);
        return with(path[0], object(path[0]).withAt(value, rest));
    }

    /**
     * The same object, of the very parts of an older state wherever they are written alike: what
     * did not change is then kept once, and is known to be the same without a look into it.
     */
    public JsonObject sharing(JsonObject before) {
        return Json.sharing(this, before) instanceof JsonObject same ? same : this;
    }

    /** See {@link #sharing}; the older state itself where all of it is written alike. */
    Json shared(JsonObject before) {
        boolean alike = names.length == before.names.length;
        Json[] kept = null;
        for (int i = 0; i < names.length; i++) {
            boolean here = i < before.names.length && before.names[i].equals(names[i]);
            int at = here ? i : before.indexOf(names[i]);
            Json old = at < 0 ? null : before.values[at];
            Json now = old == null ? values[i] : Json.sharing(values[i], old);
            alike &= here && now == old;
            if (now != values[i] && kept == null) {
                kept = values.clone();
            }
            if (kept != null) {
                kept[i] = now;
            }
        }
        if (alike) {
            return before;
        }
        return kept == null ? this : new JsonObject(names, kept);
    }

    /** A copy without a field; itself where there is no such field. */
    public JsonObject without(String name) {
        int at = indexOf(name);
        if (at < 0) {
            return this;
        }
        var builder = new Builder();
        for (int i = 0; i < names.length; i++) {
            if (i != at) {
                builder.put(names[i], values[i]);
            }
        }
        return builder.build();
    }

    /** A copy without the value at a path. */
    public JsonObject withoutAt(String... path) {
        if (path.length == 1) {
            return without(path[0]);
        }
        return at(path[0])
                .flatMap(Json::object)
                .map(
                        child ->
                                with(
                                        path[0],
                                        child.withoutAt(Arrays.copyOfRange(path, 1, path.length))))
                .orElse(this);
    }

    @Override
    public String typeName() {
        return "object";
    }

    private int indexOf(String name) {
        if (names.length <= SCAN_MAX) {
            for (int i = 0; i < names.length; i++) {
                if (names[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }
        Map<String, Integer> known = index;
        if (known == null) {
            known = HashMap.newHashMap(names.length);
            for (int i = 0; i < names.length; i++) {
                known.put(names[i], i);
            }
            // Racing threads compute the same map; a HashMap published by a plain write is not
            // safe to read, an immutable copy is.
            known = Map.copyOf(known);
            index = known;
        }
        return known.getOrDefault(name, -1);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof JsonObject it) || it.names.length != names.length) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            int at = i < it.names.length && it.names[i].equals(names[i]) ? i : it.indexOf(names[i]);
            if (at < 0 || !values[i].equals(it.values[at])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int sum = 0;
        for (int i = 0; i < names.length; i++) {
            sum += names[i].hashCode() * 31 + values[i].hashCode();
        }
        return sum;
    }

    @Override
    public String toString() {
        return JsonText.write(this);
    }

    /** Collects fields; of two values for one name the later stays, at the place of the first. */
    public static final class Builder {
        private String[] names = new String[8];
        private Json[] values = new Json[8];
        private int size;
        private @Nullable Map<String, Integer> index;

        public Builder put(String name, Json value) {
            int at = indexOf(name);
            if (at >= 0) {
                values[at] = value;
                return this;
            }
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            names[size] = name;
            values[size] = value;
            if (index != null) {
                index.put(name, size);
            }
            size++;
            return this;
        }

        public Builder put(String name, String value) {
            return put(name, Json.of(value));
        }

        public Builder put(String name, long value) {
            return put(name, Json.of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, Json.of(value));
        }

        /** Puts the value where there is one. */
        public Builder putIf(String name, Optional<? extends Json> value) {
            value.ifPresent(it -> put(name, it));
            return this;
        }

        public boolean has(String name) {
            return indexOf(name) >= 0;
        }

        public JsonObject build() {
            return size == 0
                    ? EMPTY
                    : new JsonObject(Arrays.copyOf(names, size), Arrays.copyOf(values, size));
        }

        private int indexOf(String name) {
            if (size > SCAN_MAX && index == null) {
                index = new HashMap<>();
                for (int i = 0; i < size; i++) {
                    index.put(names[i], i);
                }
            }
            if (index != null) {
                return index.getOrDefault(name, -1);
            }
            for (int i = 0; i < size; i++) {
                if (names[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }
    }
}
