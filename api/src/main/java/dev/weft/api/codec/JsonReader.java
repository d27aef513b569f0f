package dev.weft.api.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes a tree of a text. What is open stands on one stack, so that nothing is made for an object
 * or a list but itself; objects of the same shape share their names. Belongs to one thread and one
 * text.
 */
final class JsonReader {
    private static final int DIGITS_MAX = 309;
    private static final int SHOWN_MAX = 40;

    /** Up to so many fields a name is looked for one after the other. */
    private static final int SCAN_MAX = 16;

    private static final int SHAPES = 64;

    private final JsonParser parser;
    private final Consumer<String> onDuplicate;
    private String[] names = new String[64];
    private Json[] values = new Json[64];
    private int top;
    private final String[][] shapes = new String[SHAPES][];

    private JsonReader(JsonParser parser, Consumer<String> onDuplicate) {
        this.parser = parser;
        this.onDuplicate = onDuplicate;
    }

    static Json only(JsonParser parser, Consumer<String> onDuplicate) throws IOException {
        if (parser.nextToken() == null) {
            throw new MalformedException("unexpected end of JSON input");
        }
        Json value = new JsonReader(parser, onDuplicate).value();
        if (parser.nextToken() != null) {
            throw new MalformedException(
                    "more after the end of the JSON value, at "
                            + place(parser.currentTokenLocation()));
        }
        return value;
    }

    private Json value() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> new JsonString(parser.getText());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> JsonBoolean.TRUE;
            case VALUE_FALSE -> JsonBoolean.FALSE;
            case VALUE_NULL -> JsonNull.NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new MalformedException("unexpected " + parser.currentToken());
        };
    }

    private Json integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> JsonNumber.of(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> decimal();
        };
    }

    /**
     * A number that computing with could fill the memory: what no client can hold is refused, what
     * is next to nothing is nothing.
     */
    private Json decimal() throws IOException {
        BigDecimal value;
        try {
            value = parser.getDecimalValue();
        } catch (ArithmeticException | NumberFormatException e) {
            throw tooLarge(parser.getText());
        }
        long digits = (long) value.precision() - value.scale();
        if (value.signum() != 0 && digits > DIGITS_MAX) {
            throw tooLarge(parser.getText());
        }
        return JsonNumber.of(digits < -DIGITS_MAX ? BigDecimal.ZERO : value);
    }

    private static MalformedException tooLarge(String number) {
        return new MalformedException(
                "json: cannot unmarshal number "
                        + number.substring(0, Math.min(number.length(), SHOWN_MAX))
                        + " into a number of 64 bits");
    }

    private JsonObject object() throws IOException {
        int from = top;
        Map<String, Integer> index = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (index == null && top - from == SCAN_MAX) {
                index = new HashMap<>();
                for (int i = from; i < top; i++) {
                    index.put(names[i], i - from);
                }
            }
            int at = index == null ? find(name, from) : from + index.getOrDefault(name, -1 - from);
            if (at >= 0) {
                onDuplicate.accept(path(parser.getParsingContext()));
            }
            parser.nextToken();
            Json value = value();
            if (at >= 0) {
                values[at] = value;
                continue;
            }
            if (index != null) {
                index.put(name, top - from);
            }
            push(name, value);
        }
        return JsonObject.ofOwn(shape(from), popped(from));
    }

    private int find(String name, int from) {
        for (int i = from; i < top; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private void push(String name, Json value) {
        if (top == values.length) {
            names = Arrays.copyOf(names, top * 2);
            values = Arrays.copyOf(values, top * 2);
        }
        names[top] = name;
        values[top] = value;
        top++;
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

    /** Where the field stands that was read last; only made when somebody asks. */
    private static String path(JsonStreamContext context) {
        JsonStreamContext outer = context.getParent();
        String before = outer == null ? "" : path(outer);
        if (context.inArray()) {
            return before + "[" + context.getCurrentIndex() + "]";
        }
        if (!context.inObject()) {
            return before;
        }
        return before.isEmpty()
                ? context.getCurrentName()
                : before + "." + context.getCurrentName();
    }

    private JsonArray array() throws IOException {
        int from = top;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            push("", value());
        }
        return JsonArray.of(popped(from));
    }

    static String place(com.fasterxml.jackson.core.JsonLocation where) {
        return "line " + where.getLineNr() + " column " + where.getColumnNr();
    }
}
