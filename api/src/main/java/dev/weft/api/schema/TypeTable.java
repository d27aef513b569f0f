package dev.weft.api.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The built-in types, out of the resource file that {@code api/src/kinds} makes. A type's lines are
 * parsed when the type is first asked for; what is parsed never changes. Any thread.
 */
final class TypeTable {
    static final TypeTable BUILT_IN =
            new TypeTable(text("types.txt"), text("rules.txt"), text("descriptions.txt"));

    private final String types;
    private final String rules;
    private final String descriptions;
    private volatile @Nullable Map<String, String> common;
    private final Map<String, Optional<TypeShape>> parsed = new ConcurrentHashMap<>();

    private TypeTable(String types, String rules, String descriptions) {
        this.types = types;
        this.rules = rules;
        this.descriptions = descriptions;
    }

    /** The type of that short name, {@code core.v1.PodSpec}. */
    Optional<TypeShape> shape(String name) {
        Optional<TypeShape> known = parsed.get(name);
        if (known == null) {
            // Not computeIfAbsent: parsing asks for nothing else, but two threads may both parse.
            known = block(types, name).map(lines -> new TypeShape(this, name, lines));
            parsed.putIfAbsent(name, known);
            known = parsed.get(name);
        }
        return known == null ? Optional.empty() : known;
    }

    /** Whether two writers' values of the type are never merged. */
    boolean isAtomic(String name) {
        return types.contains("\n@" + name + "\tA");
    }

    /** What must be true of the values of a type's fields, a line a field. */
    String rules(String name) {
        return block(rules, name).orElse("");
    }

    /** What a type's fields mean, a line a field; the first line is the type itself. */
    String descriptions(String name) {
        return block(descriptions, name).orElse("");
    }

    /** What a field of that name means wherever its type does not say; empty where nobody knows. */
    String commonDescription(String field) {
        Map<String, String> known = common;
        if (known == null) {
            known = described(block(descriptions, "*").orElse(""));
            common = known;
        }
        return known.getOrDefault(field, "");
    }

    /** Descriptions by field, read from a line a field. */
    static Map<String, String> described(String lines) {
        var found = new HashMap<String, String>();
        for (String line : lines.lines().toList()) {
            int tab = line.indexOf('\t');
            if (tab >= 0) {
                found.put(line.substring(0, tab), line.substring(tab + 1));
            }
        }
        return found;
    }

    /** The lines that follow {@code @name}, the rest of that line first. */
    private static Optional<String> block(String text, String name) {
        String head = "\n@" + name;
        int at = text.indexOf(head);
        while (at >= 0) {
            int end = at + head.length();
            if (end < text.length() && (text.charAt(end) == '\n' || text.charAt(end) == '\t')) {
                int next = text.indexOf("\n@", end);
                return Optional.of(text.substring(end, next < 0 ? text.length() : next));
            }
            at = text.indexOf(head, end);
        }
        return Optional.empty();
    }

    private static String text(String file) {
        try (InputStream in = TypeTable.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
