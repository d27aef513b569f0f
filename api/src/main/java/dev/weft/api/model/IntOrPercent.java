package dev.weft.api.model;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonString;

/** A count, or a share of one: {@code 2}, {@code 25%}. */
public record IntOrPercent(int value, boolean percent) {

    /**
     * What a manifest says; 0 where it says neither a number nor a percentage, which validation
     * does not let through.
     */
    public static IntOrPercent of(Json json) {
        return switch (json) {
            case JsonNumber number -> new IntOrPercent(Math.toIntExact(number.asLong()), false);
            case JsonString text when text.value().matches("[0-9]{1,9}%") ->
                    new IntOrPercent(
                            Integer.parseInt(text.value().substring(0, text.value().length() - 1)),
                            true);
            default -> new IntOrPercent(0, false);
        };
    }

    /** 25 % of 10 is 3. */
    public int roundedUp(int whole) {
        return percent ? (int) (((long) value * whole + 99) / 100) : value;
    }

    /** 25 % of 10 is 2. */
    public int roundedDown(int whole) {
        return percent ? (int) ((long) value * whole / 100) : value;
    }
}
