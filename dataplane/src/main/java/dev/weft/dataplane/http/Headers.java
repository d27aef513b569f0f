package dev.weft.dataplane.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Header fields for blocking code, in the order they came. Immutable; names are compared without
 * regard to case. The proxy's hot path does not use it: it works on offsets into the bytes.
 */
public final class Headers {
    private static final Headers NONE = new Headers(List.of());

    private final List<Map.Entry<String, String>> fields;

    private Headers(List<Map.Entry<String, String>> fields) {
        this.fields = fields;
    }

    public static Headers none() {
        return NONE;
    }

    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    static Headers of(Head head) {
        List<Map.Entry<String, String>> fields = new ArrayList<>(head.count);
        for (int i = 0; i < head.count; i++) {
            if (head.ids[i] != Head.DROPPED) {
                int span = i * Head.STRIDE;
                String name = head.text(head.spans[span], head.spans[span + 1]);
                fields.add(Map.entry(name, head.valueText(i)));
            }
        }
        return copyOf(fields);
    }

    public static Headers copyOf(List<Map.Entry<String, String>> fields) {
        return new Headers(List.copyOf(fields));
    }

    /** The first value of a field. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A copy with one more field. */
    public Headers with(String name, String value) {
        var more = new ArrayList<>(fields);
        more.add(Map.entry(name, value));
        return new Headers(List.copyOf(more));
    }

    /** A copy without any field of that name. */
    public Headers without(String name) {
        return new Headers(
                fields.stream().filter(field -> !field.getKey().equalsIgnoreCase(name)).toList());
    }

    public void forEach(BiConsumer<String, String> action) {
        fields.forEach(field -> action.accept(field.getKey(), field.getValue()));
    }

    public int size() {
        return fields.size();
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
