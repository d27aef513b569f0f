package dev.weft.dataplane.proxy;

import dev.weft.testkit.Golden;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A golden file of cases: a line {@code # name}, the bytes that go in, and after {@code =>} what
 * comes of it. In the bytes {@code \r \n \t \0 \xHH} and {@code \{12*abc}} are written out; line
 * ends of the file count for nothing.
 */
final class Corpus {
    /** What a test makes of one case: one or more lines. */
    interface Outcome {
        String of(String name, byte[] bytes) throws Exception;
    }

    private static final Pattern REPEATED = Pattern.compile("\\\\\\{(\\d+)\\*([^}]*)}");

    private Corpus() {}

    /** Runs every case of a file and compares what came of it with what the file says. */
    static void check(String file, Outcome outcome) throws Exception {
        var text = new StringBuilder();
        var input = new StringBuilder();
        String name = "";
        boolean inOutcome = false;
        List<String> lines = new ArrayList<>(Golden.read(file).lines().toList());
        lines.add("# ");
        for (String line : lines) {
            if (line.startsWith("# ")) {
                if (!name.isEmpty()) {
                    String result = outcome.of(name, bytes(input.toString()));
                    text.append("=> ").append(result.strip().replace("\n", "\n   ")).append("\n\n");
                }
                name = line.substring(2);
                input.setLength(0);
                inOutcome = false;
                text.append(name.isEmpty() ? "" : line + "\n");
            } else if (line.startsWith("=> ") || inOutcome) {
                inOutcome = true;
            } else if (name.isEmpty()) {
                text.append(line).append('\n');
            } else if (!line.isEmpty()) {
                input.append(line);
                text.append(line).append('\n');
            }
        }
        Golden.assertMatches(file, text.toString().stripTrailing() + "\n");
    }

    private static byte[] bytes(String written) {
        String text =
                REPEATED.matcher(written)
                        .replaceAll(
                                found ->
                                        java.util.regex.Matcher.quoteReplacement(
                                                found.group(2)
                                                        .repeat(Integer.parseInt(found.group(1)))));
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '0' -> out.append('\0');
                case 's' -> out.append(' ');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("\\" + next + " in " + written);
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
