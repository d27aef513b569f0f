package dev.weft.api.cel.cost;

import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a value before it is there. Any thread.
 *
 * @param place where in the object it stands, null where the expression makes it
 * @param counted its size where that follows from how it is made, null where it does not
 * @param entry the size of its items, null where that does not follow
 * @param literal the value itself, null where it is none that stands in the text
 */
public record Operand(
        Type type,
        @Nullable Place place,
        @Nullable Range counted,
        @Nullable Range entry,
        @Nullable Value literal) {

    public static Operand of(Type type) {
        return new Operand(type, null, null, null, null);
    }

    public Operand counted(@Nullable Range size) {
        return new Operand(type, place, size, entry, literal);
    }

    public Operand at(@Nullable Place there) {
        return new Operand(type, there, counted, entry, literal);
    }

    public Operand entry(@Nullable Range size) {
        return new Operand(type, place, counted, size, literal);
    }

    /** Its size; a number counts as one. */
    public Range size() {
        Range bounds = bounds();
        return bounds == null ? isScalar(type) ? Range.of(1) : Range.ANY : bounds;
    }

    /** Its size as a text or a list. */
    public Range length() {
        Range bounds = bounds();
        return bounds == null ? Range.ANY : bounds;
    }

    public @Nullable Range bounds() {
        if (counted != null) {
            return counted;
        }
        return place == null ? null : place.size();
    }

    private static boolean isScalar(Type type) {
        return switch (type) {
            case Type.Simple simple ->
                    switch (simple) {
                        case BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION -> true;
                        case STRING, BYTES, NULL, DYN, ERROR -> false;
                    };
            case Type.OptionalOf it -> isScalar(it.value());
            case Type.ListOf it -> false;
            case Type.MapOf it -> false;
            case Type.TypeOf it -> false;
            case Type.Opaque it -> false;
            case Type.Record it -> false;
            case Type.Param it -> false;
        };
    }

    /** An item of the list, null where the value is none. */
    public @Nullable Operand item() {
        return switch (type) {
            case Type.ListOf it -> of(it.item()).at(place == null ? null : place.item());
            case Type.MapOf it -> of(it.key()).at(place == null ? null : place.item());
            case Type.OptionalOf it -> of(it.value());
            case Type.TypeOf it -> null;
            case Type.Simple it -> null;
            case Type.Opaque it -> null;
            case Type.Record it -> null;
            case Type.Param it -> null;
        };
    }
}
