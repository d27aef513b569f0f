package dev.weft.app.cli;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.Yaml;
import dev.weft.app.client.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code weft get}. */
final class GetCommand implements Command {
    private static final String TABLE =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final List<String> FORMS = List.of("wide", "json", "yaml", "name", "jsonpath");

    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given =
                Flags.ofClient()
                        .value("-n", "--namespace")
                        .flag("-A", "--all-namespaces")
                        .value("-o", "--output")
                        .value("-l", "--selector")
                        .value("--field-selector")
                        .flag("-w", "--watch")
                        .flag("--no-headers")
                        .parse("get", arguments);
        String form = given.value("output", "");
        String kindOfForm = form.startsWith("jsonpath=") ? "jsonpath" : form;
        if (!form.isEmpty() && !FORMS.contains(kindOfForm)) {
            throw Failure.usage(
                    "weft get has no output " + form,
                    "seen: " + form + " (expected: " + String.join(", ", FORMS) + "=PATH)",
                    "weft get --help shows each");
        }
        return Session.with(
                context,
                given,
                session -> {
                    List<Targets> targets = Targets.of(session, given, "get");
                    return form.isEmpty() || form.equals("wide")
                            ? tables(session, given, targets)
                            : objects(session, given, targets, form);
                });
    }

    private static int tables(Session session, Flags.Given given, List<Targets> targets)
            throws IOException {
        if (given.has("watch") && targets.size() > 1) {
            throw Failure.usage(
                    "weft get -w watches one thing",
                    "seen: " + targets.size() + " (expected: one kind, or one name)",
                    "");
        }
        boolean severalKinds = targets.stream().map(Targets::kind).distinct().count() > 1;
        boolean wide = given.value("output", "").equals("wide");
        boolean found = false;
        TablePrinter printer = null;
        Targets before = null;
        for (Targets target : targets) {
            if (printer == null || before == null || !before.kind().equals(target.kind())) {
                String prefix = severalKinds ? target.kind().singularName() + "/" : "";
                boolean spread = target.namespace().isEmpty() && target.kind().namespaced();
                printer = new TablePrinter(session.terminal(), wide, spread, prefix);
                if (before != null && found) {
                    session.terminal().line("");
                }
            }
            JsonObject table = table(session, given, target);
            if (!table.array("rows").isEmpty()) {
                found = true;
                printer.print(table, !given.has("no-headers"));
            }
            before = target;
            if (given.has("watch")) {
                session.terminal().flush();
                watch(session, given, target, table, printer);
            }
        }
        if (!found) {
            session.terminal().warn(nothing(targets.getFirst()));
        }
        return 0;
    }

    private static String nothing(Targets target) {
        return target.kind().namespaced() && !target.namespace().isEmpty()
                ? "No resources found in " + target.namespace() + " namespace."
                : "No resources found";
    }

    private static JsonObject table(Session session, Flags.Given given, Targets target)
            throws IOException {
        String path = target.path() + query(given, target, "");
        JsonObject answer = session.expect(session.connection().get(path, TABLE)).json();
        if (!answer.text("kind").orElse("").equals("Table")) {
            throw new IOException(
                    "the answer is a " + answer.text("kind").orElse("?") + " (expected: a Table)");
        }
        return answer;
    }

    /** Each change as one more row, until the command is interrupted or the API ends the watch. */
    private static void watch(
            Session session,
            Flags.Given given,
            Targets target,
            JsonObject table,
            TablePrinter printer)
            throws IOException {
        String version = table.text("metadata", "resourceVersion").orElse("");
        String one =
                target.name().isEmpty() ? "" : "&fieldSelector=metadata.name%3D" + target.name();
        String path = target.kind().path(target.namespace());
        String query = query(given, target, "watch=true&resourceVersion=" + version + one);
        session.connection().patience(0);
        Reply reply = session.expect(session.connection().get(path + query, TABLE));
        try (var lines =
                new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                JsonObject event = JsonText.read(line).object().orElse(JsonObject.empty());
                if (event.text("type").orElse("").equals("ERROR")) {
                    throw new IOException(event.text("object", "message").orElse("watch ended"));
                }
                printer.print(event.object("object"), !given.has("no-headers"));
                session.terminal().flush();
            }
        }
    }

    private static int objects(
            Session session, Flags.Given given, List<Targets> targets, String form)
            throws IOException {
        var items = new ArrayList<Json>();
        JsonObject only = null;
        for (Targets target : targets) {
            String path = target.path() + query(given, target, "");
            JsonObject answer = session.expect(session.connection().get(path)).json();
            if (target.name().isEmpty()) {
                items.addAll(typed(answer, target));
            } else {
                only = answer;
                items.add(answer);
            }
        }
        JsonObject result =
                only != null && items.size() == 1
                        ? only
                        : JsonObject.builder()
                                .put("apiVersion", "v1")
                                .put("kind", "List")
                                .put("items", JsonArray.of(items))
                                .build();
        print(session, form, result, items);
        return 0;
    }

    /** Items of a list do not say their kind themselves. */
    private static List<Json> typed(JsonObject list, Targets target) {
        return list.array("items").objects().stream()
                .map(
                        item ->
                                item.has("kind")
                                        ? (Json) item
                                        : Manifests.typed(
                                                item,
                                                target.kind().apiVersion(),
                                                target.kind().kind()))
                .toList();
    }

    private static void print(Session session, String form, JsonObject result, List<Json> items)
            throws IOException {
        Terminal terminal = session.terminal();
        switch (form) {
            case "json" -> terminal.line(JsonText.writePretty(result));
            case "yaml" -> terminal.out().print(Yaml.write(result));
            case "name" -> {
                for (Json item : items) {
                    JsonObject object = item.object().orElse(JsonObject.empty());
                    String kind =
                            session.catalog()
                                    .of(
                                            object.text("apiVersion").orElse(""),
                                            object.text("kind").orElse(""))
                                    .map(known -> known.singularName())
                                    .orElse(object.text("kind").orElse(""));
                    terminal.line(kind + "/" + object.text("metadata", "name").orElse(""));
                }
            }
            default ->
                    terminal.line(
                            JsonPath.parse(form.substring(form.indexOf('=') + 1)).render(result));
        }
    }

    private static String query(Flags.Given given, Targets target, String more) {
        var parts = new ArrayList<String>();
        if (target.name().isEmpty()) {
            if (given.has("selector")) {
                parts.add("labelSelector=" + Targets.encode(given.value("selector", "")));
            }
            if (given.has("field-selector")) {
                parts.add("fieldSelector=" + Targets.encode(given.value("field-selector", "")));
            }
        }
        if (!more.isEmpty()) {
            parts.add(more);
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
}
