package dev.weft.dataplane.route;

/**
 * An answer that Weft makes up itself.
 *
 * @param cause one word, hyphenated, the value of {@code weft-cause}: {@code no-endpoints}
 * @param object what decided: {@code Service default/root}; empty when nothing did
 * @param sentence what was seen, for a person
 */
public record Refusal(int status, String cause, String object, String sentence) {
    public Refusal {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        if (!cause.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException(
                    "cause: " + cause + " (expected: lower-case words with hyphens)");
        }
        if (object.chars().anyMatch(c -> c < ' ' || c >= 127)) {
            throw new IllegalArgumentException("object: " + object + " (expected: ASCII)");
        }
    }
}
