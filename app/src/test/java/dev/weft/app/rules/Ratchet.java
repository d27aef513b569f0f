package dev.weft.app.rules;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Bounds that may only be tightened. Whatever is over its bound today stands in a file beside the
 * tests with the figure it has; it may shrink and never grow, and nothing new may come in.
 */
final class Ratchet {
    private static final Path FILE =
            House.root().resolve("app/src/test/resources/rules/ratchet.txt");

    private Ratchet() {}

    /** Each subject's figure must be at most the bound, or what the file grants it. */
    static void atMost(String rule, Map<String, Integer> figures, int bound) {
        Map<String, Integer> granted = granted(rule);
        var over = new TreeMap<String, Integer>();
        figures.forEach(
                (subject, figure) -> {
                    if (figure > Math.max(bound, granted.getOrDefault(subject, 0))) {
                        over.put(subject, figure);
                    }
                });
        if (!over.isEmpty()) {
            var message = new StringBuilder(rule + " (expected: at most " + bound + ")");
            over.forEach(
                    (subject, figure) ->
                            message.append("\n  ").append(subject).append(": ").append(figure));
            fail(message.toString());
        }
    }

    /** One figure must be at least the bound, or what the file grants. */
    static void atLeast(String rule, int figure, int bound) {
        int granted = granted(rule).getOrDefault("all", bound);
        if (figure < Math.min(bound, granted)) {
            fail(rule + ": " + figure + " (expected: at least " + Math.min(bound, granted) + ")");
        }
    }

    /** Lines of the form {@code rule | subject | figure}. */
    private static Map<String, Integer> granted(String rule) {
        var granted = new HashMap<String, Integer>();
        try {
            for (String line : Files.readAllLines(FILE)) {
                String[] parts = line.split(" \\| ", -1);
                if (parts.length == 3 && parts[0].equals(rule)) {
                    granted.put(parts[1], Integer.parseInt(parts[2].strip()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return granted;
    }
}
