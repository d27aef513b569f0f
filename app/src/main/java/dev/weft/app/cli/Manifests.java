package dev.weft.app.cli;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.codec.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads manifests from files, folders and the input. The thread of the command. */
final class Manifests {
    private Manifests() {}

    /**
     * One object of a manifest and where it stands, for messages.
     *
     * @param place file and line
     */
    record Manifest(JsonObject object, String place) {
        String apiVersion() {
            return object.text("apiVersion").orElse("");
        }

        String kind() {
            return object.text("kind").orElse("");
        }

        String name() {
            return object.text("metadata", "name").orElse("");
        }
    }

    /** Everything in the named files; a folder stands for the manifests in it, in their order. */
    static List<Manifest> read(List<String> sources, boolean recursive, InputStream input) {
        var manifests = new ArrayList<Manifest>();
        for (String source : sources) {
            try {
                if (source.equals("-")) {
                    collect(
                            new String(input.readAllBytes(), StandardCharsets.UTF_8),
                            "input",
                            manifests);
                } else {
                    for (Path file : files(Path.of(source), recursive)) {
                        collect(Files.readString(file), file.toString(), manifests);
                    }
                }
            } catch (java.nio.file.NoSuchFileException e) {
                throw Failure.of(
                        "there is no file " + e.getFile(),
                        "seen: nothing of that name (expected: a file or a folder)",
                        "give one of them, or - for what comes in by a pipe");
            } catch (IOException e) {
                throw Failure.of(source + " cannot be read", "seen: " + e.getMessage(), "");
            }
        }
        if (manifests.isEmpty()) {
            throw Failure.of(
                    "no manifest was found",
                    "seen: nothing in "
                            + String.join(", ", sources)
                            + " (expected: .yaml, .yml or .json)",
                    recursive ? "" : "folders below are read with -R");
        }
        return manifests;
    }

    private static List<Path> files(Path source, boolean recursive) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        try (Stream<Path> files = Files.walk(source, recursive ? Integer.MAX_VALUE : 1)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
                    .sorted()
                    .toList();
        }
    }

    private static void collect(String text, String file, List<Manifest> into) {
        List<Yaml.Document> documents;
        try {
            documents = Yaml.read(text);
        } catch (MalformedException e) {
            throw Failure.of(file + " is no manifest", "seen: " + e.getMessage(), "");
        }
        for (Yaml.Document document : documents) {
            String place = file + " line " + document.line();
            if (!document.duplicates().isEmpty()) {
                throw Failure.of(
                        "a field is given twice in " + place,
                        "seen: " + String.join(", ", document.duplicates()),
                        "keep one of them");
            }
            JsonObject object =
                    document.value()
                            .object()
                            .orElseThrow(
                                    () ->
                                            Failure.of(
                                                    place + " is no manifest",
                                                    "seen: "
                                                            + document.value().typeName()
                                                            + " (expected: an object)",
                                                    ""));
            flatten(object, place, into);
        }
    }

    /** A List stands for its items. */
    private static void flatten(JsonObject object, String place, List<Manifest> into) {
        if (object.text("kind").orElse("").endsWith("List") && object.has("items")) {
            for (JsonObject item : object.array("items").objects()) {
                flatten(item, place, into);
            }
            return;
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (object.text(field).orElse("").isEmpty()) {
                throw Failure.of(
                        place + " does not say its " + field,
                        "seen: " + String.join(", ", object.names()) + " (expected: " + field + ")",
                        "");
            }
        }
        into.add(new Manifest(object, place));
    }

    /** The object with its type in front, where people look for it. */
    static JsonObject typed(JsonObject object, String apiVersion, String kind) {
        var typed = JsonObject.builder().put("apiVersion", apiVersion).put("kind", kind);
        object.forEach((String name, Json value) -> typed.put(name, value));
        return typed.build();
    }
}
