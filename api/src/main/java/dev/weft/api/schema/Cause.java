package dev.weft.api.schema;

import dev.weft.api.codec.JsonObject;

/**
 * One thing that is wrong with an object, as it stands in the {@code details.causes} of a refusal.
 *
 * @param reason the word for machines: {@code FieldValueRequired}, {@code FieldValueInvalid} …
 * @param message for people, without the field: {@code Required value}
 * @param field where, as a path: {@code spec.ports[0].port}
 */
public record Cause(String reason, String message, String field) {
    public static final String REQUIRED = "FieldValueRequired";
    public static final String INVALID = "FieldValueInvalid";
    public static final String NOT_SUPPORTED = "FieldValueNotSupported";
    public static final String DUPLICATE = "FieldValueDuplicate";
    public static final String FORBIDDEN = "FieldValueForbidden";
    public static final String TYPE_INVALID = "FieldValueTypeInvalid";
    public static final String TOO_LONG = "FieldValueTooLong";
    public static final String TOO_MANY = "FieldValueTooMany";
    public static final String NOT_FOUND = "FieldValueNotFound";

    /** As it is listed in the message of the whole refusal. */
    public String text() {
        return field + ": " + message;
    }

    public JsonObject tree() {
        return JsonObject.builder()
                .put("reason", reason)
                .put("message", message)
                .put("field", field)
                .build();
    }
}
