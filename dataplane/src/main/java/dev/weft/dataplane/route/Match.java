package dev.weft.dataplane.route;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which requests a route takes: those for which all of this holds.
 *
 * @param method in capitals; empty for every method
 * @param headers all of them must match; names in lower case
 * @param query all of them must match; the first parameter of a name counts
 */
public record Match(Path path, String method, List<Field> headers, List<Field> query, From from) {
    /** How many headers and how many parameters one match may name. */
    public static final int FIELDS_MAX = 16;

    private static final Pattern METHOD = Pattern.compile("[A-Z0-9!#$%&'*+.^_`|~-]*");
    private static final Match EVERYTHING = new Match("/", Reach.ANYONE);

    public Match {
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        if (!method.isEmpty() && !METHOD.matcher(method).matches()) {
            throw new IllegalArgumentException("method: " + method + " (expected: capitals)");
        }
        if (headers.size() > FIELDS_MAX || query.size() > FIELDS_MAX) {
            throw new IllegalArgumentException(
                    "match names more than " + FIELDS_MAX + " headers or parameters");
        }
        for (Field field : headers) {
            if (!field.name.equals(field.name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "header: " + field.name + " (expected: a name in lower case)");
            }
        }
    }

    public Match(String prefix, Reach reach) {
        this(new Path.Prefix(prefix), "", List.of(), List.of(), From.within(reach));
    }

    /** The order of {@link VirtualHost.Ordering#MOST_SPECIFIC}; equal ones stay as they are. */
    public static Comparator<Match> mostSpecificFirst() {
        return Match::order;
    }

    /** Written out, since thousands are put in order when a snapshot is applied. */
    private static int order(Match one, Match other) {
        int order = Integer.compare(kind(one.path), kind(other.path));
        if (order == 0) {
            order = Integer.compare(other.path.text().length(), one.path.text().length());
        }
        if (order == 0) {
            order = Boolean.compare(one.method.isEmpty(), other.method.isEmpty());
        }
        if (order == 0) {
            order = Integer.compare(other.headers.size(), one.headers.size());
        }
        if (order == 0) {
            order = Integer.compare(other.query.size(), one.query.size());
        }
        return order == 0
                ? Boolean.compare(one.from.sources.isEmpty(), other.from.sources.isEmpty())
                : order;
    }

    private static int kind(Path path) {
        return switch (path) {
            case Path.Exact exact -> 0;
            case Path.Regex regex -> 1;
            case Path.Prefix prefix -> 2;
        };
    }

    public static Match everything() {
        return EVERYTHING;
    }

    public static Match prefix(String prefix) {
        return new Match(prefix, Reach.ANYONE);
    }

    public static Match of(Path path) {
        return new Match(path, "", List.of(), List.of(), From.anywhere());
    }

    public Match withPath(Path other) {
        return new Match(other, method, headers, query, from);
    }

    public Match withMethod(String other) {
        return new Match(path, other, headers, query, from);
    }

    public Match withHeaders(List<Field> other) {
        return new Match(path, method, other, query, from);
    }

    public Match withQuery(List<Field> other) {
        return new Match(path, method, headers, other, from);
    }

    public Match withFrom(From other) {
        return new Match(path, method, headers, query, other);
    }

    /** What a {@link PathRewrite.ReplacePrefix} replaces: the whole path unless it is a prefix. */
    public String prefix() {
        return path.text();
    }

    public Reach reach() {
        return from.reach;
    }

    /** Which paths, percent-encoded as they come. */
    public sealed interface Path {
        String text();

        /** This path and no other. */
        record Exact(String text) implements Path {
            public Exact {
                checkPath(text);
            }
        }

        /**
         * Whole segments: {@code /a} takes {@code /a}, {@code /a/} and {@code /a/b}, never {@code
         * /ab}; {@code /} takes every path.
         */
        record Prefix(String text) implements Path {
            public Prefix {
                checkPath(text);
                if (text.length() > 1 && text.endsWith("/")) {
                    throw new IllegalArgumentException(
                            "prefix: "
                                    + text
                                    + " (expected: / or /a/b without a slash at the end)");
                }
            }
        }

        /** Paths that an expression matches whole. */
        record Regex(Expression expression) implements Path {
            @Override
            public String text() {
                return expression.text();
            }
        }

        private static void checkPath(String text) {
            boolean plain = text.startsWith("/");
            for (int i = 0; plain && i < text.length(); i++) {
                plain = text.charAt(i) > ' ' && text.charAt(i) < 127;
            }
            if (!plain) {
                throw new IllegalArgumentException(
                        "path: " + text + " (expected: a slash first, percent-encoded)");
            }
        }
    }

    /** A header or query parameter and what its value must be. */
    public record Field(String name, Value value) {
        public Field {
            if (name.isEmpty() || name.length() > 256) {
                throw new IllegalArgumentException(
                        "name of " + name.length() + " characters (expected: 1 to 256)");
            }
        }
    }

    /** What a value must be. */
    public sealed interface Value {
        record Exact(String text) implements Value {}

        record Regex(Expression expression) implements Value {}

        /** Any value, an empty one too. */
        record Present() implements Value {}
    }

    /**
     * Which callers.
     *
     * @param ports of this end, that the caller connected to; none: every port
     * @param sources workloads by name, see {@link Snapshot#sources}, or all of a namespace: {@code
     *     shop/*}; none: whoever it is
     */
    public record From(Reach reach, Set<Integer> ports, Set<String> sources) {
        private static final From ANYWHERE = new From(Reach.ANYONE, Set.of(), Set.of());
        private static final From LOOPBACK = new From(Reach.LOOPBACK, Set.of(), Set.of());

        public From {
            ports = Set.copyOf(ports);
            sources = Set.copyOf(sources);
        }

        public static From anywhere() {
            return ANYWHERE;
        }

        static From within(Reach reach) {
            return reach == Reach.ANYONE ? ANYWHERE : LOOPBACK;
        }
    }
}
