package dev.weft.api.codec;

/** An explicit null, which a patch uses to remove a field. */
public enum JsonNull implements Json {
    NULL;

    @Override
    public String typeName() {
        return "null";
    }

    @Override
    public String toString() {
        return "null";
    }
}
