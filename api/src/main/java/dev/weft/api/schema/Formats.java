package dev.weft.api.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The forms of names that the API knows. Each method gives what is wrong with a text, in the words
 * that a kubectl user knows; nothing where it is right.
 */
public final class Formats {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern LABEL_1035_PATTERN = Pattern.compile(LABEL_1035);
    private static final Pattern KEY_PATTERN = Pattern.compile(KEY);
    private static final Pattern CONFIG_KEY_PATTERN = Pattern.compile(CONFIG_KEY);
    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
    private static final Pattern PRINTABLE = Pattern.compile("[ -<>-~]+");

    private Formats() {}

    /** A lower-case label: {@code my-name}. */
    public static List<String> label(String text) {
        var wrong = new ArrayList<String>();
        bounded(text, 63, wrong);
        if (!LABEL_PATTERN.matcher(text).matches()) {
            wrong.add(
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
                            + " or '-', and must start and end with an alphanumeric character"
                            + regex(LABEL, "my-name", "123-abc"));
        }
        return wrong;
    }

    /** Labels with dots between them: {@code example.com}. */
    public static List<String> subdomain(String text) {
        var wrong = new ArrayList<String>();
        bounded(text, 253, wrong);
        if (!isSubdomain(text)) {
            wrong.add(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                            + " characters, '-' or '.', and must start and end with an alphanumeric"
                            + " character"
                            + regex(SUBDOMAIN, "example.com"));
        }
        return wrong;
    }

    /** A label that begins with a letter. */
    public static List<String> label1035(String text) {
        var wrong = new ArrayList<String>();
        bounded(text, 63, wrong);
        if (!LABEL_1035_PATTERN.matcher(text).matches()) {
            wrong.add(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-',"
                            + " start with an alphabetic character, and end with an alphanumeric"
                            + " character"
                            + regex(LABEL_1035, "my-name", "abc-123"));
        }
        return wrong;
    }

    /** A name with an optional prefix, as labels' keys have it: {@code example.com/MyName}. */
    public static List<String> qualified(String text) {
        String[] parts = text.split("/", -1);
        var wrong = new ArrayList<String>();
        String key = KEY;
        String rule =
                "must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                        + " with an alphanumeric character";
        if (parts.length > 2) {
            wrong.add(
                    "a valid label key "
                            + rule
                            + regex(key, "MyName", "my.name", "123-abc")
                            + " with an optional DNS subdomain prefix and '/' (e.g."
                            + " 'example.com/MyName')");
            return wrong;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(it -> wrong.add("prefix part " + it));
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (bytes(name) > 63) {
            wrong.add("name part must be no more than 63 bytes");
        }
        if (!KEY_PATTERN.matcher(name).matches()) {
            wrong.add("name part " + rule + regex(key, "MyName", "my.name", "123-abc"));
        }
        return wrong;
    }

    public static List<String> labelValue(String text) {
        var wrong = new ArrayList<String>();
        bounded(text, 63, wrong);
        if (!text.isEmpty() && !KEY_PATTERN.matcher(text).matches()) {
            wrong.add(
                    "a valid label must be an empty string or consist of alphanumeric characters,"
                            + " '-', '_' or '.', and must start and end with an alphanumeric"
                            + " character"
                            + regex("(" + KEY + ")?", "MyValue", "my_value", "12345"));
        }
        return wrong;
    }

    /** A key of a ConfigMap or Secret, which becomes the name of a file. */
    static List<String> configKey(String text) {
        var wrong = new ArrayList<String>();
        bounded(text, 253, wrong);
        if (!CONFIG_KEY_PATTERN.matcher(text).matches()) {
            wrong.add(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                            + regex(CONFIG_KEY, "key.name", "KEY_NAME", "key-name"));
        }
        if (text.equals(".")) {
            wrong.add("must not be '.'");
        } else if (text.equals("..")) {
            wrong.add("must not be '..'");
        } else if (text.startsWith("..")) {
            wrong.add("must not start with '..'");
        }
        return wrong;
    }

    static List<String> environmentName(String text) {
        return PRINTABLE.matcher(text).matches()
                ? List.of()
                : List.of(
                        "a valid environment variable name must consist only of printable ASCII"
                                + " characters other than '='");
    }

    /** The name of a container's port. */
    static List<String> portName(String text) {
        var wrong = new ArrayList<String>();
        if (text.length() > 15) {
            wrong.add("must be no more than 15 characters");
        }
        if (!PORT_NAME.matcher(text).matches()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (text.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (text.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    static boolean isSubdomain(String text) {
        // By parts, as the pattern for the whole takes long on hostile texts.
        for (String part : text.split("\\.", -1)) {
            if (!LABEL_PATTERN.matcher(part).matches()) {
                return false;
            }
        }
        return true;
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void bounded(String text, int max, List<String> wrong) {
        if (bytes(text) > max) {
            wrong.add("must be no more than " + max + " bytes");
        }
    }

    private static String regex(String regex, String... examples) {
        var text = new StringBuilder(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
        }
        return text.append("regex used for validation is '").append(regex).append("')").toString();
    }
}
