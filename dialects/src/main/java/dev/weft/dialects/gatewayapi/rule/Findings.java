package dev.weft.dialects.gatewayapi.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * What was found wrong with one route while it was read. Belongs to one thread.
 *
 * <p>A reference that leads nowhere costs its share of the requests an answer; a value that cannot
 * be carried out costs its whole rule.
 */
public final class Findings {
    private final List<Problem> references = new ArrayList<>();
    private final List<Problem> values = new ArrayList<>();

    void reference(String reason, String message) {
        references.add(new Problem(reason, message));
    }

    void value(String message) {
        values.add(new Problem("UnsupportedValue", message));
    }

    public List<Problem> references() {
        return references;
    }

    public List<Problem> values() {
        return values;
    }
}
