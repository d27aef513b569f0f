package dev.weft.api.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a tree of a text. Belongs to one thread and one text. */
final class JsonReader {
    private static final int DIGITS_MAX = 309;
    private static final int SHOWN_MAX = 40;

    /** Up to so many fields a name is looked for one after the other. */
    private static final int SCAN_MAX = 16;

    private final JsonParser parser;
    private final Consumer<String> onDuplicate;
    private final OpenNodes open = new OpenNodes();

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
        int from = open.top();
        Map<String, Integer> index = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (index == null && open.top() - from == SCAN_MAX) {
                index = new HashMap<>();
                for (int i = from; i < open.top(); i++) {
                    index.put(open.name(i), i - from);
                }
            }
            int at = index == null ? find(name, from) : from + index.getOrDefault(name, -1 - from);
            if (at >= 0) {
                onDuplicate.accept(path(parser.getParsingContext()));
            }
            parser.nextToken();
            Json value = value();
            if (at >= 0) {
                open.replace(at, value);
                continue;
            }
            if (index != null) {
                index.put(name, open.top() - from);
            }
            open.push(name, value);
        }
        return open.object(from);
    }

    private int find(String name, int from) {
        for (int i = from; i < open.top(); i++) {
            if (open.name(i).equals(name)) {
                return i;
            }
        }
        return -1;
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
        int from = open.top();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            open.push("", value());
        }
        return open.array(from);
    }

    static String place(com.fasterxml.jackson.core.JsonLocation where) {
        return "line " + where.getLineNr() + " column " + where.getColumnNr();
    }
}
