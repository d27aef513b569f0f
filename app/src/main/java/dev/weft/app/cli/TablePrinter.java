package dev.weft.app.cli;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints the tables that the API makes of resources: upper-case heads, aligned, no boxes. Rows that
 * come later keep the widths of the first ones. The thread of the command.
 */
final class TablePrinter {
    private static final int GAP = 3;

    private final Terminal terminal;
    private final boolean wide;
    private final boolean withNamespace;
    private final String namePrefix;
    private List<Integer> shown = List.of();
    private int[] widths = new int[0];

    TablePrinter(Terminal terminal, boolean wide, boolean withNamespace, String namePrefix) {
        this.terminal = terminal;
        this.wide = wide;
        this.withNamespace = withNamespace;
        this.namePrefix = namePrefix;
    }

    /** Prints a table; heads only with the first one, or where it has columns and none had. */
    void print(JsonObject table, boolean withHeads) {
        List<JsonObject> columns = table.array("columnDefinitions").objects();
        boolean first = shown.isEmpty() && !columns.isEmpty();
        List<List<String>> lines = new ArrayList<>();
        if (first) {
            choose(columns);
            if (withHeads) {
                lines.add(heads(columns));
            }
        }
        for (JsonObject row : table.array("rows").objects()) {
            lines.add(cells(row));
        }
        if (first) {
            measure(lines);
        }
        lines.forEach(line -> terminal.line(aligned(line)));
    }

    private void choose(List<JsonObject> columns) {
        var chosen = new ArrayList<Integer>();
        for (int i = 0; i < columns.size(); i++) {
            if (wide || columns.get(i).whole("priority").orElse(0L) == 0) {
                chosen.add(i);
            }
        }
        shown = chosen;
    }

    private List<String> heads(List<JsonObject> columns) {
        var heads = new ArrayList<String>();
        if (withNamespace) {
            heads.add("NAMESPACE");
        }
        for (int at : shown) {
            heads.add(columns.get(at).text("name").orElse("").toUpperCase(Locale.ROOT));
        }
        return heads;
    }

    private List<String> cells(JsonObject row) {
        var line = new ArrayList<String>();
        if (withNamespace) {
            line.add(row.text("object", "metadata", "namespace").orElse(""));
        }
        List<Json> cells = row.array("cells").items();
        for (int at : shown) {
            String cell = at < cells.size() ? text(cells.get(at)) : "";
            line.add(at == 0 ? namePrefix + cell : cell);
        }
        return line;
    }

    private static String text(Json cell) {
        String text = cell.text().orElseGet(cell::toString);
        int lineEnd = text.indexOf('\n');
        return lineEnd < 0 ? text : text.substring(0, lineEnd) + "...";
    }

    private void measure(List<List<String>> lines) {
        widths = new int[shown.size() + (withNamespace ? 1 : 0)];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
    }

    private String aligned(List<String> line) {
        var text = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            text.append(line.get(i));
            if (i < line.size() - 1) {
                text.repeat(' ', Math.max(1, widths[i] + GAP - line.get(i).length()));
            }
        }
        return text.toString();
    }
}
