package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A version of a program. Two that differ in what stands behind the plus are the same version.
 *
 * @param before the parts of the name of a preliminary version
 */
record Semver(List<Long> numbers, List<String> before)
        implements Value.Foreign, Comparable<Semver> {
    private static final Pattern PART = Pattern.compile("[0-9A-Za-z-]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    static void addTo(Map<String, Function> functions) {
        functions.put("semver", (args, budget) -> parse(Texts.read(args, budget), loose(args)));
        functions.put("isSemver", (args, budget) -> is(Texts.read(args, budget), loose(args)));
        functions.put("major", (args, budget) -> Value.of(number(args[0], 0)));
        functions.put("minor", (args, budget) -> Value.of(number(args[0], 1)));
        functions.put("patch", (args, budget) -> Value.of(number(args[0], 2)));
    }

    @Override
    public Type type() {
        return new Type.Opaque("kubernetes.Semver");
    }

    private static boolean loose(Value[] args) {
        return args.length > 1 && args[1].equals(Value.TRUE);
    }

    private static long number(Value value, int index) {
        if (value instanceof Semver version) {
            return version.numbers.get(index);
        }
        throw EvalException.noOverload(Values.typeName(value));
    }

    private static Value is(String text, boolean loose) {
        try {
            parse(text, loose);
            return Value.TRUE;
        } catch (EvalException e) {
            return Value.FALSE;
        }
    }

    private static Semver parse(String given, boolean loose) {
        String text = loose ? given.strip() : given;
        if (loose && text.startsWith("v")) {
            text = text.substring(1);
        }
        int end = text.length();
        int build = text.indexOf('+');
        end = build >= 0 ? build : end;
        int dash = text.substring(0, end).indexOf('-');
        String[] core = text.substring(0, dash >= 0 ? dash : end).split("\\.", -1);
        if (text.isEmpty()) {
            throw new EvalException("Version string empty");
        }
        if (loose ? core.length > 3 : core.length != 3) {
            throw new EvalException("No Major.Minor.Patch elements found");
        }
        var numbers = new ArrayList<Long>();
        for (int i = 0; i < 3; i++) {
            numbers.add(i < core.length ? number(core[i], i, loose) : 0);
        }
        List<String> before =
                dash < 0 ? List.of() : List.of(text.substring(dash + 1, end).split("\\.", -1));
        before.forEach(Semver::part);
        if (build >= 0) {
            for (String part : text.substring(build + 1).split("\\.", -1)) {
                part(part);
            }
        }
        return new Semver(numbers, before);
    }

    private static long number(String text, int index, boolean loose) {
        String name = List.of("major", "minor", "patch").get(index);
        if (!NUMBER.matcher(text).matches()) {
            throw new EvalException(
                    "Invalid character(s) found in %s number \"%s\"".formatted(name, text));
        }
        if (!loose && text.length() > 1 && text.charAt(0) == '0') {
            throw new EvalException(
                    "%s number must not contain leading zeroes \"%s\""
                            .formatted(
                                    Character.toUpperCase(name.charAt(0)) + name.substring(1),
                                    text));
        }
        return Long.parseLong(text);
    }

    private static void part(String part) {
        if (part.isEmpty()) {
            throw new EvalException("Prerelease is empty");
        }
        if (!PART.matcher(part).matches()) {
            throw new EvalException("Invalid character(s) found in prerelease \"" + part + "\"");
        }
    }

    @Override
    public int compareTo(Semver other) {
        for (int i = 0; i < 3; i++) {
            int order = numbers.get(i).compareTo(other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        if (before.isEmpty() || other.before.isEmpty()) {
            return Boolean.compare(before.isEmpty(), other.before.isEmpty());
        }
        for (int i = 0; i < Math.min(before.size(), other.before.size()); i++) {
            int order = compare(before.get(i), other.before.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(before.size(), other.before.size());
    }

    private static int compare(String a, String b) {
        boolean first = NUMBER.matcher(a).matches();
        boolean second = NUMBER.matcher(b).matches();
        if (first && second) {
            return Long.compare(Long.parseLong(a), Long.parseLong(b));
        }
        return first == second ? Integer.signum(a.compareTo(b)) : first ? -1 : 1;
    }
}
