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

    /** The word for this value's type in messages: object, array, string, number, boolean, null. */
    String typeName();
}
