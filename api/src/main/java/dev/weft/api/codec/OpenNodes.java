package dev.weft.api.codec;

import java.util.Arrays;

/**
 * What is open while a tree is made of a text: names and values on one stack, so that nothing is
 * made for an object or a list but itself; objects of the same shape share their names. Belongs to
 * one thread and one text.
 */
final class OpenNodes {
    private static final int SHAPES = 64;

    private String[] names = new String[64];
    private Json[] values = new Json[64];
    private int top;
    private final String[][] shapes = new String[SHAPES][];

    int top() {
        return top;
    }

    String name(int at) {
        return names[at];
    }

    void push(String name, Json value) {
        if (top == values.length) {
            names = Arrays.copyOf(names, top * 2);
            values = Arrays.copyOf(values, top * 2);
        }
        names[top] = name;
        values[top] = value;
        top++;
    }

    void replace(int at, Json value) {
        values[at] = value;
    }

    /** Closes an object whose first field stands at a place. */
    JsonObject object(int from) {
        return JsonObject.ofOwn(shape(from), popped(from));
    }

    JsonArray array(int from) {
        return JsonArray.of(popped(from));
    }

    private Json[] popped(int from) {
        Json[] own = Arrays.copyOfRange(values, from, top);
        top = from;
        return own;
    }

    /** The names from a place on; those of an object before where they are the same. */
    private String[] shape(int from) {
        int size = top - from;
        int place = size == 0 ? 0 : (names[from].hashCode() + 31 * size) & (SHAPES - 1);
        String[] known = shapes[place];
        if (known != null && Arrays.equals(known, 0, known.length, names, from, top)) {
            return known;
        }
        String[] own = Arrays.copyOfRange(names, from, top);
        shapes[place] = own;
        return own;
    }
}
