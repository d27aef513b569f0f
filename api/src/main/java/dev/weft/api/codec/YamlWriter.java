package dev.weft.api.codec;

import java.util.regex.Pattern;

/** YAML for people: two spaces a level, lists at the level of their field, texts plain. */
final class YamlWriter {
    /** What may stand without quotes: begins and goes on like a word, and is no other value. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9_./(][A-Za-z0-9_./()@+=,;<>$%^*~!?&|\\[\\]{} -]*");

    private static final Pattern NUMERIC = Pattern.compile("[-+.0-9][-+.0-9a-fA-FxobeE_:]*");
    private static final Pattern WORDS =
            Pattern.compile("(?i:null|true|false|yes|no|on|off|y|n|~|\\.inf|\\.nan)|\\d{4}-\\d.*");

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    static String write(Json value) {
        var writer = new YamlWriter();
        writer.block(value, 0);
        return writer.out.toString();
    }

    /** Writes a value that begins on a line of its own, and ends the line. */
    private void block(Json value, int indent) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> fields(object, indent, false);
            case JsonArray array when !array.isEmpty() -> items(array, indent);
            case JsonObject empty -> line(indent, "{}");
            case JsonArray empty -> line(indent, "[]");
            case JsonString text -> line(indent, scalar(text.value(), indent));
            case JsonNumber number -> line(indent, number.toString());
            case JsonBoolean flag -> line(indent, flag.toString());
            case JsonNull nothing -> line(indent, "null");
        }
    }

    private void fields(JsonObject object, int indent, boolean begun) {
        boolean here = begun;
        for (String name : object.names()) {
            if (!here) {
                indent(indent);
            }
            here = false;
            out.append(isPlain(name) ? name : JsonText.write(new JsonString(name))).append(':');
            field(object.field(name).orElse(JsonNull.NULL), indent);
        }
    }

    private void field(Json value, int indent) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                out.append('\n');
                fields(object, indent + 2, false);
            }
            case JsonArray array when !array.isEmpty() -> {
                out.append('\n');
                items(array, indent);
            }
            case JsonObject empty -> out.append(" {}\n");
            case JsonArray empty -> out.append(" []\n");
            case JsonString text ->
                    out.append(' ').append(scalar(text.value(), indent)).append('\n');
            case JsonNumber number -> out.append(' ').append(number).append('\n');
            case JsonBoolean flag -> out.append(' ').append(flag).append('\n');
            case JsonNull nothing -> out.append(" null\n");
        }
    }

    private void items(JsonArray array, int indent) {
        for (Json item : array) {
            indent(indent);
            out.append('-');
            switch (item) {
                case JsonObject object when !object.isEmpty() -> {
                    out.append(' ');
                    fields(object, indent + 2, true);
                }
                case JsonArray nested when !nested.isEmpty() -> {
                    out.append('\n');
                    items(nested, indent + 2);
                }
                case JsonObject empty -> out.append(" {}\n");
                case JsonArray empty -> out.append(" []\n");
                case JsonString text ->
                        out.append(' ').append(scalar(text.value(), indent)).append('\n');
                case JsonNumber number -> out.append(' ').append(number).append('\n');
                case JsonBoolean flag -> out.append(' ').append(flag).append('\n');
                case JsonNull nothing -> out.append(" null\n");
            }
        }
    }

    /** A text so that reading gives it back: plain, as a block of lines, or quoted. */
    private static String scalar(String text, int indent) {
        if (isPlain(text)) {
            return text;
        }
        if (isBlock(text)) {
            return blockScalar(text, indent + 2);
        }
        return JsonText.write(new JsonString(text));
    }

    private static boolean isPlain(String text) {
        return PLAIN.matcher(text).matches()
                && !text.endsWith(" ")
                && !WORDS.matcher(text).matches()
                && !NUMERIC.matcher(text).matches();
    }

    private static boolean isBlock(String text) {
        if (!text.contains("\n") || text.startsWith(" ") || text.startsWith("\n")) {
            return false;
        }
        return text.chars()
                .allMatch(
                        c ->
                                c == '\n'
                                        || c == '\t'
                                        || c >= 0x20 && c < 0x7f
                                        || c > 0xa0 && c < 0x2000);
    }

    private static String blockScalar(String text, int indent) {
        String body = text.stripTrailing();
        String end = text.substring(body.length());
        if (body.isEmpty() || !end.matches("\n*") || hasTrailingSpace(body)) {
            return JsonText.write(new JsonString(text));
        }
        var block = new StringBuilder("|");
        block.append(end.isEmpty() ? "-" : end.length() == 1 ? "" : "+");
        for (String line : body.split("\n", -1)) {
            block.append('\n');
            if (!line.isEmpty()) {
                block.repeat(' ', indent).append(line);
            }
        }
        for (int i = 1; i < end.length(); i++) {
            block.append('\n');
        }
        return block.toString();
    }

    private static boolean hasTrailingSpace(String text) {
        return text.lines().anyMatch(line -> line.endsWith(" ") || line.endsWith("\t"));
    }

    private void line(int indent, String text) {
        indent(indent);
        out.append(text).append('\n');
    }

    private void indent(int indent) {
        out.repeat(' ', indent);
    }
}
