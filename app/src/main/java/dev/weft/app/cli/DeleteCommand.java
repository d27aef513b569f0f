package dev.weft.app.cli;

import dev.weft.api.codec.JsonObject;
import dev.weft.app.cli.Manifests.Manifest;
import dev.weft.app.client.Catalog.KnownKind;
import dev.weft.app.client.Reply;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;

/** {@code weft delete}. */
final class DeleteCommand implements Command {
    private static final JsonObject BACKGROUND =
            JsonObject.builder()
                    .put("apiVersion", "v1")
                    .put("kind", "DeleteOptions")
                    .put("propagationPolicy", "Background")
                    .build();

    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given =
                Flags.ofClient()
                        .value("-f", "--filename")
                        .flag("-R", "--recursive")
                        .value("-n", "--namespace")
                        .value("-l", "--selector")
                        .flag("--all")
                        .flag("--ignore-not-found")
                        .flag("-y", "--yes")
                        .parse("delete", arguments);
        return Session.with(
                context,
                given,
                session -> {
                    List<Targets> targets = targets(session, given);
                    if (targets.isEmpty()) {
                        session.terminal().warn("No resources found");
                        return 0;
                    }
                    if (!given.has("yes") && context.environment().onTerminal()) {
                        confirm(session.terminal(), targets);
                    }
                    int missing = 0;
                    for (Targets target : targets) {
                        missing += delete(session, given, target) ? 0 : 1;
                    }
                    return missing == 0 ? 0 : Failure.FAILED;
                });
    }

    private static List<Targets> targets(Session session, Flags.Given given) throws IOException {
        if (given.has("filename")) {
            return ofManifests(session, given);
        }
        var targets = new ArrayList<Targets>();
        for (Targets target : Targets.of(session, given, "delete")) {
            if (!target.name().isEmpty()) {
                targets.add(target);
            } else if (given.has("all") || given.has("selector")) {
                targets.addAll(listed(session, given, target));
            } else {
                throw Failure.usage(
                        "weft delete does not know which " + target.kind().plural(),
                        "seen: no name (expected: names, -l SELECTOR or --all)",
                        "");
            }
        }
        return targets;
    }

    private static List<Targets> ofManifests(Session session, Flags.Given given)
            throws IOException {
        var targets = new ArrayList<Targets>();
        var input = new FileInputStream(FileDescriptor.in);
        for (Manifest manifest :
                Manifests.read(given.values("filename"), given.has("recursive"), input)) {
            KnownKind kind =
                    session.catalog()
                            .of(manifest.apiVersion(), manifest.kind())
                            .orElseThrow(
                                    () ->
                                            Failure.of(
                                                    "the API has no kind for the manifest in "
                                                            + manifest.place(),
                                                    "seen: "
                                                            + manifest.apiVersion()
                                                            + " "
                                                            + manifest.kind(),
                                                    ""));
            String namespace =
                    manifest.object()
                            .text("metadata", "namespace")
                            .orElse(given.value("namespace", "default"));
            targets.add(new Targets(kind, namespace, manifest.name()));
        }
        return targets.reversed();
    }

    private static List<Targets> listed(Session session, Flags.Given given, Targets all)
            throws IOException {
        String query =
                given.has("selector")
                        ? "?labelSelector=" + Targets.encode(given.value("selector", ""))
                        : "";
        JsonObject list = session.expect(session.connection().get(all.path() + query)).json();
        return list.array("items").objects().stream()
                .map(
                        item ->
                                new Targets(
                                        all.kind(),
                                        item.text("metadata", "namespace").orElse(""),
                                        item.text("metadata", "name").orElse("")))
                .toList();
    }

    private static void confirm(Terminal terminal, List<Targets> targets) {
        terminal.warn("This deletes:");
        targets.forEach(target -> terminal.warn("  " + label(target)));
        terminal.warn("Type yes to go on:");
        var typed = new Scanner(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8);
        if (!typed.hasNextLine() || !typed.nextLine().strip().equals("yes")) {
            throw Failure.of("nothing was deleted", "", "--yes does not ask");
        }
    }

    private static boolean delete(Session session, Flags.Given given, Targets target)
            throws IOException {
        Reply reply =
                session.connection().send("DELETE", target.path(), "application/json", BACKGROUND);
        if (reply.status() == 404) {
            JsonObject status = reply.json();
            if (!given.has("ignore-not-found")) {
                session.terminal()
                        .warn("weft: " + status.text("message").orElse("there is none such"));
                return false;
            }
            return true;
        }
        session.expect(reply).json();
        session.terminal().line(label(target) + " deleted");
        return true;
    }

    private static String label(Targets target) {
        return target.kind().singularName() + "/" + target.name();
    }
}
