package dev.weft.api.cel;

import dev.weft.api.cel.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map that an expression makes. Filled by one thread, and not changed once it is a value. */
final class MadeMap implements Value.Entries {
    private final Map<Value, Value> entries = new LinkedHashMap<>();

    void put(Value key, Value value) {
        entries.put(plain(key), value);
    }

    /** Numbers that are equal are one key. */
    private static Value plain(Value key) {
        return switch (key) {
            case Value.UInt it when it.bits() >= 0 -> Value.of(it.bits());
            case Value.Real it when it.number() == (long) it.number() ->
                    Value.of((long) it.number());
            default -> key;
        };
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public @Nullable Value find(Value key) {
        return key instanceof Value.Real it && it.number() != (long) it.number()
                ? null
                : entries.get(plain(key));
    }

    @Override
    public List<Value> keys() {
        return List.copyOf(entries.keySet());
    }
}
