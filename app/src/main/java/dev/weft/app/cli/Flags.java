package dev.weft.app.cli;

import dev.weft.foundation.text.NearMiss;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flags that a verb knows, and the reading of what was given. Flags may stand before or behind
 * other words; {@code --} ends them.
 */
public final class Flags {
    private final Map<String, Flag> known = new LinkedHashMap<>();

    private record Flag(String name, boolean takesValue) {}

    /** What was given: flags by their long name without dashes, the other words in order. */
    public record Given(Map<String, List<String>> flags, List<String> words) {
        public boolean has(String flag) {
            return flags.containsKey(flag);
        }

        /** The value of a flag; of several the last. */
        public String value(String flag, String otherwise) {
            List<String> values = flags.get(flag);
            return values == null ? otherwise : values.getLast();
        }

        public List<String> values(String flag) {
            return flags.getOrDefault(flag, List.of());
        }
    }

    /** With what every verb knows. */
    public Flags() {
        flag("-h", "--help").flag("-v", "--verbose").flag("-q", "--quiet").value("--color");
    }

    /** With what every verb knows that talks to the platform. */
    public static Flags ofClient() {
        return new Flags().value("--data").value("--kubeconfig");
    }

    /** Flags without a value: the names of one flag, the long one last. */
    public Flags flag(String... names) {
        return add(false, names);
    }

    /** Flags with a value: the names of one flag, the long one last. */
    public Flags value(String... names) {
        return add(true, names);
    }

    private Flags add(boolean takesValue, String... names) {
        String last = names[names.length - 1];
        for (String name : names) {
            known.put(name, new Flag(last.replaceFirst("^-+", ""), takesValue));
        }
        return this;
    }

    public Given parse(String verb, List<String> arguments) {
        var flags = new HashMap<String, List<String>>();
        var words = new ArrayList<String>();
        int i = 0;
        while (i < arguments.size()) {
            String word = arguments.get(i++);
            if (word.equals("--")) {
                words.addAll(arguments.subList(i, arguments.size()));
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                words.add(word);
                continue;
            }
            Found found = find(verb, word);
            String value = found.attached();
            if (found.flag().takesValue() && value.isEmpty() && !word.endsWith("=")) {
                if (i == arguments.size()) {
                    throw Failure.usage(
                            word + " without a value",
                            "seen: nothing behind it (expected: a value)",
                            help(verb));
                }
                value = arguments.get(i++);
            }
            flags.computeIfAbsent(found.flag().name(), name -> new ArrayList<>()).add(value);
        }
        return new Given(flags, words);
    }

    private record Found(Flag flag, String attached) {}

    /** Knows {@code --output=json}, {@code -o=json}, {@code -ojson} and {@code -o json}. */
    private Found find(String verb, String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Flag flag = known.get(name);
        if (flag != null) {
            if (equals >= 0 && !flag.takesValue()) {
                throw Failure.usage(name + " takes no value", "seen: " + word, help(verb));
            }
            return new Found(flag, equals < 0 ? "" : word.substring(equals + 1));
        }
        if (!word.startsWith("--") && word.length() > 2) {
            Flag shortFlag = known.get(word.substring(0, 2));
            if (shortFlag != null && shortFlag.takesValue()) {
                return new Found(shortFlag, word.substring(2));
            }
        }
        throw Failure.usage(
                "weft " + verb + " does not know " + name,
                "seen: " + name + NearMiss.question(name, known.keySet()),
                help(verb));
    }

    private static String help(String verb) {
        return "weft " + verb + " --help lists what it knows";
    }
}
