package dev.weft.api.codec;

import java.util.Optional;
import java.util.function.Supplier;

/** What the numbers in a protobuf message stand for. */
public interface MessageShape {
    /** What a number stands for, empty for a number that is not known. */
    Optional<Field> field(int number);

    /** How often a field's value comes, and where it goes. */
    enum Form {
        SINGLE,
        LIST,
        MAP,
        /** A message whose fields belong to the message around it. */
        INLINE
    }

    /** How a value is encoded, and read. */
    enum Word {
        STRING,
        BOOL,
        INT32,
        INT64,
        FLOAT64,
        BYTES,
        TIME,
        MICRO_TIME,
        DURATION,
        QUANTITY,
        INT_OR_STRING,
        /** JSON as bytes, in a message of one field. */
        RAW,
        /** A list of texts, in a message of one field. */
        TEXTS,
        SCHEMA_OR_ARRAY,
        SCHEMA_OR_BOOL,
        SCHEMA_OR_STRINGS,
        MESSAGE
    }

    /**
     * A field of a message.
     *
     * @param keepsZero whether a zero on the wire was given by somebody; without that, every field
     *     that was not given is there as a zero
     * @param message the shape of the value where it is a message
     */
    record Field(
            String name, Form form, Word word, boolean keepsZero, Supplier<MessageShape> message) {}
}
