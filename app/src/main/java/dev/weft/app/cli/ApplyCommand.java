package dev.weft.app.cli;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.app.cli.Manifests.Manifest;
import dev.weft.app.client.Catalog.KnownKind;
import dev.weft.app.client.Refused;
import dev.weft.app.client.Reply;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code weft apply}: the client's side of it, as kubectl does it, so that both may be used on the
 * same objects: what was applied is kept in an annotation, and the next apply is a three-way merge.
 */
final class ApplyCommand implements Command {
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String MERGE = "application/merge-patch+json";
    private static final String TERMS =
            "fieldManager=weft-client-side-apply&fieldValidation=Strict";

    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given =
                Flags.ofClient()
                        .value("-f", "--filename")
                        .flag("-R", "--recursive")
                        .value("-n", "--namespace")
                        .value("--dry-run")
                        .parse("apply", arguments);
        if (given.values("filename").isEmpty()) {
            throw Failure.usage(
                    "weft apply needs manifests",
                    "seen: no -f (expected: -f FILE, -f FOLDER or -f -)",
                    "for example: weft apply -f examples/split");
        }
        if (given.has("dry-run") && !given.value("dry-run", "").equals("server")) {
            throw Failure.usage(
                    "weft apply knows one kind of dry run",
                    "seen: " + given.value("dry-run", "") + " (expected: server)",
                    "");
        }
        List<Manifest> manifests =
                Manifests.read(
                        given.values("filename"),
                        given.has("recursive"),
                        new FileInputStream(FileDescriptor.in));
        return Session.with(context, given, session -> applyAll(session, given, manifests));
    }

    /** Goes on behind what is refused, so that one mistake is not found after the other. */
    private static int applyAll(Session session, Flags.Given given, List<Manifest> manifests)
            throws IOException {
        int refused = 0;
        for (Manifest manifest : manifests) {
            try {
                session.terminal().line(apply(session, given, manifest));
            } catch (Refused e) {
                refused++;
                session.terminal()
                        .warn(
                                session.terminal().paint(Terminal.Tone.FAILED, "weft: ")
                                        + "refused: "
                                        + manifest.kind()
                                        + " "
                                        + manifest.name()
                                        + " in "
                                        + manifest.place()
                                        + "\n  "
                                        + e.getMessage());
            }
        }
        return refused == 0 ? 0 : Failure.FAILED;
    }

    private static String apply(Session session, Flags.Given given, Manifest manifest)
            throws IOException {
        KnownKind kind = kind(session, manifest);
        String namespace = namespace(given, manifest, kind);
        JsonObject wanted = wanted(manifest, kind, namespace);
        String path = kind.path(namespace);
        String one = path + "/" + Targets.encode(manifest.name());
        String terms = "?" + TERMS + (given.has("dry-run") ? "&dryRun=All" : "");
        String label = kind.singularName() + "/" + manifest.name();
        String suffix = given.has("dry-run") ? " (server dry run)" : "";

        Reply found = session.connection().get(one);
        if (found.status() == 404) {
            found.json();
            session.expect(
                            session.connection()
                                    .send(
                                            "POST",
                                            path + terms,
                                            "application/json",
                                            remembering(wanted)))
                    .json();
            return label + " created" + suffix;
        }
        JsonObject current = session.expect(found).json();
        JsonObject change = ThreeWayMerge.patch(lastApplied(current), remembering(wanted), current);
        if (change.isEmpty() || (sameWords(change) && lastApplied(current).equals(bare(wanted)))) {
            return label + " unchanged" + suffix;
        }
        session.expect(session.connection().send("PATCH", one + terms, MERGE, change)).json();
        return label + " configured" + suffix;
    }

    private static KnownKind kind(Session session, Manifest manifest) throws IOException {
        var catalog = session.catalog();
        return catalog.of(manifest.apiVersion(), manifest.kind())
                .orElseThrow(
                        () ->
                                Failure.of(
                                        "the API has no kind for the manifest in "
                                                + manifest.place(),
                                        "seen: "
                                                + manifest.apiVersion()
                                                + " "
                                                + manifest.kind()
                                                + catalog.questionOfKind(
                                                        manifest.apiVersion(), manifest.kind()),
                                        "kubectl api-resources lists what it has"));
    }

    private static String namespace(Flags.Given given, Manifest manifest, KnownKind kind) {
        if (!kind.namespaced()) {
            return "";
        }
        String said = manifest.object().text("metadata", "namespace").orElse("");
        String asked = given.value("namespace", "");
        if (!said.isEmpty() && !asked.isEmpty() && !said.equals(asked)) {
            throw Failure.usage(
                    "the manifest in " + manifest.place() + " is for another namespace",
                    "seen: namespace " + said + " (expected: " + asked + ", as -n says)",
                    "leave one of them out");
        }
        return !said.isEmpty() ? said : asked.isEmpty() ? "default" : asked;
    }

    private static JsonObject wanted(Manifest manifest, KnownKind kind, String namespace) {
        if (manifest.name().isEmpty()) {
            throw Failure.of(
                    kind.kind() + " in " + manifest.place() + " has no name",
                    "seen: no metadata.name (expected: one, since apply finds objects by it)",
                    "");
        }
        JsonObject object = manifest.object().without("status");
        return namespace.isEmpty()
                ? object
                : object.withAt(Json.of(namespace), "metadata", "namespace");
    }

    /** Whether a change concerns nothing but the spelling of what was applied. */
    private static boolean sameWords(JsonObject change) {
        return change.names().equals(List.of("metadata"))
                && change.object("metadata").names().equals(List.of("annotations"))
                && change.object("metadata", "annotations").names().equals(List.of(LAST_APPLIED));
    }

    private static JsonObject bare(JsonObject wanted) {
        return wanted.withoutAt("metadata", "annotations", LAST_APPLIED);
    }

    /** With the annotation that the next apply compares with. */
    private static JsonObject remembering(JsonObject wanted) {
        JsonObject bare = bare(wanted);
        return bare.withAt(
                Json.of(JsonText.write(bare) + "\n"), "metadata", "annotations", LAST_APPLIED);
    }

    private static JsonObject lastApplied(JsonObject current) {
        return current.text("metadata", "annotations", LAST_APPLIED)
                .flatMap(ApplyCommand::parsed)
                .orElse(JsonObject.empty());
    }

    /** What somebody broke by hand counts as never applied. */
    private static Optional<JsonObject> parsed(String text) {
        try {
            return JsonText.read(text).object();
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
