package dev.weft.dialects.gatewayapi.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * What was found wrong with one route while it was read. Belongs to one thread.
 *
 * <p>A reference that leads nowhere costs its share of the requests an answer; a value that cannot
 * be carried out costs all requests of its rule theirs. A rule of which nobody can tell what it is
 * for is dropped: it takes no requests.
 */
public final class Findings {
    private final List<Problem> references = new ArrayList<>();
    private final List<Problem> values = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void reference(String reason, String message) {
        references.add(new Problem(reason, message));
    }

    void value(String message) {
        values.add(new Problem("UnsupportedValue", message));
        warnings.add("spec." + message + "; the rule is answered 500");
    }

    /** With the words that the Gateway API wants, and first, where it looks for them. */
    void dropped(String message) {
        values.addFirst(new Problem("UnsupportedValue", "Dropped Rule " + message));
        warnings.add("spec." + message + "; the rule is dropped, and takes no requests");
    }

    public List<Problem> references() {
        return references;
    }

    public List<Problem> values() {
        return values;
    }

    /** What becomes of the rules with such values, for whoever applies the route. */
    public List<String> warnings() {
        return warnings;
    }
}
