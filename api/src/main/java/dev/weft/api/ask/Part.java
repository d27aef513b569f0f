package dev.weft.api.ask;

/** Which part of an object a request writes. */
public enum Part {
    MAIN(""),
    STATUS("status"),
    /** The finalizers in the spec of a namespace. */
    FINALIZE("finalize");

    private final String subresource;

    Part(String subresource) {
        this.subresource = subresource;
    }

    /** As it stands in a URL, empty for the object itself. */
    public String subresource() {
        return subresource;
    }
}
