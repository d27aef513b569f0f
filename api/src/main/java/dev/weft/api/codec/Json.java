package dev.weft.api.codec;

import java.util.Optional;

/**
 * A value of a resource's tree. Immutable, so a tree may be shared by any number of threads and
 * callers; a change makes a new tree that shares what did not change.
 */
public sealed interface Json
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    static Json of(String value) {
        return new JsonString(value);
    }

    static Json of(long value) {
        return JsonNumber.of(value);
    }

    static Json of(boolean value) {
        return value ? JsonBoolean.TRUE : JsonBoolean.FALSE;
    }

    default Optional<JsonObject> object() {
        return this instanceof JsonObject it ? Optional.of(it) : Optional.empty();
    }

    default Optional<JsonArray> array() {
        return this instanceof JsonArray it ? Optional.of(it) : Optional.empty();
    }

    default Optional<String> text() {
        return this instanceof JsonString it ? Optional.of(it.value()) : Optional.empty();
    }

    /** The value where it is a number without a fraction that fits a long. */
    default Optional<Long> whole() {
        return this instanceof JsonNumber it && it.isWhole()
                ? Optional.of(it.asLong())
                : Optional.empty();
    }

    default Optional<Boolean> flag() {
        return this instanceof JsonBoolean it ? Optional.of(it.value()) : Optional.empty();
    }

    /** A value, of the parts of an older one wherever they are written alike. */
    static Json sharing(Json value, Json before) {
        if (value == before) {
            return before;
        }
        return switch (value) {
            case JsonObject object when before instanceof JsonObject old -> object.shared(old);
            case JsonArray array when before instanceof JsonArray old -> array.shared(old);
            case JsonNumber number when before instanceof JsonNumber old ->
                    number.isWrittenAs(old) ? before : value;
            case JsonString text -> text.equals(before) ? before : value;
            case JsonObject object -> value;
            case JsonArray array -> value;
            case JsonNumber number -> value;
            case JsonBoolean flag -> value;
            case JsonNull nothing -> value;
        };
    }

    /** The word for this value's type in messages: object, array, string, number, boolean, null. */
    String typeName();
}
