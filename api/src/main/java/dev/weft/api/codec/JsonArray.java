package dev.weft.api.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A list of values. Immutable. */
public final class JsonArray implements Json, Iterable<Json> {
    private static final JsonArray EMPTY = new JsonArray(List.of());

    private final List<Json> items;
    private @Nullable Derived derived;

    /** What was read out of the list; seldom more than one thing. */
    private record Derived(Object value, @Nullable Derived next) {}

    private JsonArray(List<Json> items) {
        this.items = items;
    }

    public static JsonArray empty() {
        return EMPTY;
    }

    public static JsonArray of(Json... items) {
        return items.length == 0 ? EMPTY : new JsonArray(List.of(items));
    }

    public static JsonArray of(List<? extends Json> items) {
        return items.isEmpty() ? EMPTY : new JsonArray(List.copyOf(items));
    }

    public static JsonArray ofTexts(List<String> texts) {
        return of(texts.stream().map(Json::of).toList());
    }

    public int size() {
        return items.size();
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    public Json item(int index) {
        return items.get(index);
    }

    public List<Json> items() {
        return items;
    }

    public Stream<Json> stream() {
        return items.stream();
    }

    /** The items that are objects. */
    @SuppressWarnings("unchecked") // immutable, and every item is one
    public List<JsonObject> objects() {
        boolean all = true;
        for (int i = 0; all && i < items.size(); i++) {
            all = items.get(i) instanceof JsonObject;
        }
        if (all) {
            return (List<JsonObject>) (List<?>) items;
        }
        var objects = new ArrayList<JsonObject>(items.size());
        for (Json item : items) {
            if (item instanceof JsonObject object) {
                objects.add(object);
            }
        }
        return Collections.unmodifiableList(objects);
    }

    /** The items that are texts. */
    public List<String> texts() {
        var texts = new ArrayList<String>(items.size());
        for (Json item : items) {
            if (item instanceof JsonString text) {
                texts.add(text.value());
            }
        }
        return Collections.unmodifiableList(texts);
    }

    /**
     * What is read out of this list once, by whoever asks first, and is kept with it: lists that
     * several readers ask for are parts of objects that stay. Two threads may both read it; one of
     * the two equal results is kept.
     *
     * @param type immutable, with final fields alone
     */
    public <T> T derived(Class<T> type, Function<JsonArray, T> reading) {
        for (Derived it = derived; it != null; it = it.next) {
            if (type.isInstance(it.value)) {
                return type.cast(it.value);
            }
        }
        T made = reading.apply(this);
        derived = new Derived(made, derived);
        return made;
    }

    /** See {@link JsonObject#sharing}; items are held against those at the same place. */
    Json shared(JsonArray before) {
        boolean alike = items.size() == before.items.size();
        List<Json> kept = null;
        for (int i = 0; i < items.size(); i++) {
            Json item = items.get(i);
            Json old = i < before.items.size() ? before.items.get(i) : null;
            Json now = old == null ? item : Json.sharing(item, old);
            alike &= now == old;
            if (now != item && kept == null) {
                kept = new ArrayList<>(items);
            }
            if (kept != null) {
                kept.set(i, now);
            }
        }
        if (alike) {
            return before;
        }
        return kept == null ? this : of(kept);
    }

    public JsonArray with(Json item) {
        var more = new ArrayList<>(items);
        more.add(item);
        return of(more);
    }

    @Override
    public Iterator<Json> iterator() {
        return items.iterator();
    }

    @Override
    public String typeName() {
        return "array";
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof JsonArray it && items.equals(it.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return JsonText.write(this);
    }
}
