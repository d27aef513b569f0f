package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.FormatProblem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must be true of a pattern and of the types of what it is filled with. */
final class FormatRules {
    private static final Set<String> ANY = Set.of("dyn", "!error!");

    private FormatRules() {}

    static Optional<FormatProblem> problem(String pattern, List<String> types) {
        int used = 0;
        int at = 0;
        while (at < pattern.length()) {
            if (pattern.charAt(at++) != '%') {
                continue;
            }
            if (at < pattern.length() && pattern.charAt(at) == '%') {
                at++;
                continue;
            }
            while (at < pattern.length() && ".0123456789".indexOf(pattern.charAt(at)) >= 0) {
                at++;
            }
            if (at >= pattern.length()) {
                return of("unexpected end of string");
            }
            char clause = pattern.charAt(at++);
            if ("sdfebxXo".indexOf(clause) < 0) {
                return of(
                        "could not parse formatting clause: unrecognized formatting clause \""
                                + clause
                                + "\"");
            }
            if (used >= types.size()) {
                return of("index " + used + " out of range");
            }
            String wrong = wrong(clause, types.get(used));
            if (!wrong.isEmpty()) {
                return Optional.of(new FormatProblem(used, "error during formatting: " + wrong));
            }
            used++;
        }
        return used == types.size()
                ? Optional.empty()
                : of(
                        "too many arguments supplied to string.format (expected %d, got %d)"
                                .formatted(used, types.size()));
    }

    private static Optional<FormatProblem> of(String message) {
        return Optional.of(new FormatProblem(-1, message));
    }

    private static String wrong(char clause, String type) {
        if (ANY.contains(type)) {
            return "";
        }
        return switch (clause) {
            case 'd' -> only("decimal clause can only be used on integers", type, "int", "uint");
            case 'o' -> only("octal clause can only be used on integers", type, "int", "uint");
            case 'f' ->
                    only(
                            "fixed-point clause can only be used on doubles",
                            type,
                            "double",
                            "int",
                            "uint");
            case 'e' ->
                    only(
                            "scientific clause can only be used on doubles",
                            type,
                            "double",
                            "int",
                            "uint");
            case 'b' ->
                    only(
                            "only integers and bools can be formatted as binary",
                            type,
                            "int",
                            "uint",
                            "bool");
            case 'x', 'X' ->
                    only(
                            "only integers, byte buffers, and strings can be formatted as hex",
                            type,
                            "int",
                            "uint",
                            "string",
                            "bytes");
            default -> "";
        };
    }

    private static String only(String words, String type, String... taken) {
        return Set.of(taken).contains(type) ? "" : words + ", was given " + type;
    }
}
