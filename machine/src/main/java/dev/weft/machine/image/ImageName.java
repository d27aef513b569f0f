package dev.weft.machine.image;

import java.util.Locale;

/**
 * A name as a pod's {@code image} has it, in its full form: {@code blue} is {@code blue:latest}.
 *
 * @param repository everything before the tag or digest
 * @param tag empty where a digest is given
 * @param digest {@code sha256:…}, empty where a tag is given
 */
public record ImageName(String repository, String tag, String digest) {
    private static final String LATEST = "latest";
    private static final int LENGTH_MAX = 255;

    /**
     * The image that is always there, and empty: a pod's own command runs a program of the machine.
     */
    public static final ImageName HOST = new ImageName("weft.dev/host", LATEST, "");

    /**
     * @throws ImageException where it cannot be the name of an image
     */
    public static ImageName parse(String text) {
        String rest = text.strip();
        if (rest.isEmpty() || rest.length() > LENGTH_MAX) {
            throw invalid(text);
        }
        String digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            if (!digest.matches("sha256:[0-9a-f]{64}")) {
                throw invalid(text);
            }
        }
        String tag = "";
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (!tag.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")) {
                throw invalid(text);
            }
        }
        if (!isRepository(rest)) {
            throw invalid(text);
        }
        if (!digest.isEmpty()) {
            tag = "";
        } else if (tag.isEmpty()) {
            tag = LATEST;
        }
        return new ImageName(rest, tag, digest);
    }

    /** Whether asking for it means asking for whatever is newest. */
    public boolean isLatest() {
        return tag.equals(LATEST);
    }

    @Override
    public String toString() {
        return digest.isEmpty() ? repository + ":" + tag : repository + "@" + digest;
    }

    /** The parts of a path in lower case; the first may be a host with a port. */
    private static boolean isRepository(String text) {
        String[] parts = text.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean host = i == 0 && parts.length > 1;
            String form =
                    host
                            ? "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?"
                            : "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*";
            if (!parts[i].matches(form)) {
                return false;
            }
        }
        return true;
    }

    private static ImageException invalid(String text) {
        return new ImageException(
                ImageException.Kind.INVALID_NAME,
                "'%s' is no name of an image (expected: like blue, blue:1 or team/blue:1.2, in lower case)"
                                .formatted(text.length() > 80 ? text.substring(0, 80) + "…" : text)
                        + (text.equals(text.toLowerCase(Locale.ROOT))
                                ? ""
                                : "; did you mean '" + text.toLowerCase(Locale.ROOT) + "'?"));
    }
}
