package dev.weft.api.cel;

import dev.weft.api.cel.value.Type;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions that can be called, read from {@code functions.txt} when first asked for. */
final class Declarations {
    private static final Map<String, List<Overload>> FUNCTIONS = read();
    private static final Map<String, Type> TYPES = types();

    private Declarations() {}

    /**
     * One form of a function.
     *
     * @param member whether it is called on its first argument
     */
    record Overload(boolean member, List<Type> args, Type result) {}

    /** The forms of a function, null where there is no such function. */
    static @Nullable List<Overload> function(String name) {
        return FUNCTIONS.get(name);
    }

    static Set<String> names() {
        return FUNCTIONS.keySet();
    }

    /** The type of that name, null where there is none. */
    static @Nullable Type type(String name) {
        return TYPES.get(name);
    }

    private static Map<String, Type> types() {
        var types = new HashMap<String, Type>();
        Type any = Type.Simple.DYN;
        for (String word : List.of("bool", "int", "uint", "double", "string", "bytes")) {
            types.put(word, simple(word));
        }
        types.put("null_type", Type.Simple.NULL);
        types.put("list", new Type.ListOf(any));
        types.put("map", new Type.MapOf(any, any));
        types.put("type", new Type.TypeOf(any));
        types.put("optional_type", new Type.OptionalOf(any));
        types.put("google.protobuf.Timestamp", Type.Simple.TIMESTAMP);
        types.put("google.protobuf.Duration", Type.Simple.DURATION);
        for (String name : List.of("net.IP", "net.CIDR", "kubernetes.URL", "kubernetes.Quantity")) {
            types.put(name, new Type.Opaque(name));
        }
        types.put("kubernetes.Semver", new Type.Opaque("kubernetes.Semver"));
        types.put("kubernetes.NamedFormat", new Type.Opaque("kubernetes.NamedFormat"));
        return types;
    }

    private static Map<String, List<Overload>> read() {
        var functions = new HashMap<String, List<Overload>>();
        for (String line : text().lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            // The names of the operators "or" and "in a map" hold the bar; " | " they do not.
            String[] parts = line.split(" \\| ", -1);
            var overloads = new ArrayList<Overload>();
            for (int i = 1; i < parts.length; i++) {
                overloads.add(new Form(parts[i]).overload());
            }
            functions.put(parts[0], overloads);
        }
        return functions;
    }

    private static String text() {
        try (InputStream in = Declarations.class.getResourceAsStream("functions.txt")) {
            if (in == null) {
                throw new IllegalStateException("the resource functions.txt is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Type simple(String word) {
        for (Type.Simple type : Type.Simple.values()) {
            if (type.toString().equals(word)) {
                return type;
            }
        }
        return null;
    }

    /** Reads one form: {@code list(A).(A) int}. */
    private static final class Form {
        private final String text;
        private int at;

        Form(String text) {
            this.text = text;
        }

        Overload overload() {
            var args = new ArrayList<Type>();
            boolean member = text.charAt(0) != '(';
            if (member) {
                args.add(type());
                at++;
            }
            at++;
            while (text.charAt(at) != ')') {
                args.add(type());
                if (text.charAt(at) == ',') {
                    at += 2;
                }
            }
            at += 2;
            return new Overload(member, args, type());
        }

        private Type type() {
            int start = at;
            while (at < text.length() && isName(at)) {
                at++;
            }
            String word = text.substring(start, at);
            if (at >= text.length() || text.charAt(at) != '(') {
                return named(word);
            }
            at++;
            Type first = type();
            Type second = first;
            if (text.charAt(at) == ',') {
                at += 2;
                second = type();
            }
            at++;
            return switch (word) {
                case "list" -> new Type.ListOf(first);
                case "map" -> new Type.MapOf(first, second);
                case "optional" -> new Type.OptionalOf(first);
                case "type" -> new Type.TypeOf(first);
                default -> throw new IllegalStateException(text);
            };
        }

        private boolean isName(int index) {
            char c = text.charAt(index);
            return Character.isLetter(c)
                    || c == '.' && index + 1 < text.length() && text.charAt(index + 1) != '(';
        }

        private static Type named(String word) {
            if (word.length() == 1) {
                return new Type.Param(word);
            }
            Type simple = simple(word);
            return simple == null ? new Type.Opaque(word) : simple;
        }
    }
}
