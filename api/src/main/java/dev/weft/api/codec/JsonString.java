package dev.weft.api.codec;

/** A text. */
public record JsonString(String value) implements Json {
    @Override
    public String typeName() {
        return "string";
    }

    @Override
    public String toString() {
        return JsonText.write(this);
    }
}
