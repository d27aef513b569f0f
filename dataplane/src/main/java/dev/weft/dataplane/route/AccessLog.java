package dev.weft.dataplane.route;

/** Which requests are written down, and how. */
public record AccessLog(Format format, Share share) {
    private static final AccessLog NONE = new AccessLog(Format.NONE, Share.none());

    /** How a line looks. */
    public enum Format {
        NONE,
        /** An object of JSON to each line. */
        JSON,
        /** The combined format that web servers have long written. */
        COMMON
    }

    public static AccessLog none() {
        return NONE;
    }

    public static AccessLog whole(Format format) {
        return new AccessLog(format, Share.all());
    }
}
