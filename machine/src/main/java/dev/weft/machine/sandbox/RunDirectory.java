package dev.weft.machine.sandbox;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of one run, in the order in which they come to be:
 *
 * <ol>
 *   <li>{@code run.json} with the token, and the scripts: the directory appears with these in it,
 *       before anything is started.
 *   <li>{@code supervisor}: number and start of the shell that waits for the process, written once
 *       it has been spawned and before it is given the word to go on. Without that word it ends.
 *   <li>{@code main}: the same of the process, written by itself before it becomes the program.
 *   <li>{@code output}: what it writes.
 *   <li>{@code stop}: an end was asked for.
 *   <li>{@code exit}: the process' code, written by the supervisor.
 *   <li>{@code end}: every process is gone and the output is in the log. The others may be missing
 *       from here on.
 * </ol>
 *
 * <p>A file that could be read half written ends in a line feed. Nothing here is synced to the
 * disk: the files need only outlive the platform, since the processes do not outlive the machine.
 */
record RunDirectory(Path path) {
    /** The part of {@link Launch} that is needed again, and when it was. */
    record Record(
            RunName name,
            String token,
            String bootId,
            Instant startedAt,
            Path logs,
            JsonObject labels) {
        JsonObject tree() {
            return JsonObject.builder()
                    .put("pod", name.pod())
                    .put("container", name.container())
                    .put("attempt", name.attempt())
                    .put("token", token)
                    .put("bootId", bootId)
                    .put("startedAt", startedAt.toString())
                    .put("logs", logs.toString())
                    .put("labels", labels)
                    .build();
        }

        static Record of(JsonObject tree) {
            return new Record(
                    new RunName(
                            tree.text("pod").orElse(""),
                            tree.text("container").orElse(""),
                            Math.toIntExact(tree.whole("attempt").orElse(-1L))),
                    tree.text("token").orElse(""),
                    tree.text("bootId").orElse(""),
                    Instant.parse(tree.text("startedAt").orElse("")),
                    Path.of(tree.text("logs").orElse("")),
                    tree.object("labels"));
        }
    }

    static final String DRAFT = ".draft-";

    /** Makes the directory appear, whole. */
    static RunDirectory create(Path runs, Record record, LaunchScript script) throws IOException {
        String word = record.name().word();
        Path draft = runs.resolve(DRAFT + word);
        delete(draft);
        Files.createDirectory(
                draft,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(draft.resolve("run.json"), JsonText.writeBytes(record.tree()));
        Files.writeString(draft.resolve("launch"), script.supervisor());
        Files.writeString(draft.resolve("inside"), script.inside());
        if (!script.launch().mounts().isEmpty()) {
            Files.writeString(draft.resolve("mounted"), script.mounted());
        }
        Files.createFile(draft.resolve("output"));
        var directory = new RunDirectory(runs.resolve(word));
        Files.move(draft, directory.path, StandardCopyOption.ATOMIC_MOVE);
        return directory;
    }

    /** Those that are there; what was never finished is removed. */
    static List<RunDirectory> all(Path runs) throws IOException {
        List<Path> found;
        try (Stream<Path> entries = Files.list(runs)) {
            found = entries.filter(Files::isDirectory).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return found.stream()
                .filter(it -> !it.getFileName().toString().startsWith("."))
                .map(RunDirectory::new)
                .toList();
    }

    /** Absent where the directory is none of ours or was damaged. */
    Optional<Record> read() {
        try {
            return JsonText.read(Files.readAllBytes(path.resolve("run.json")))
                    .object()
                    .map(Record::of);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    void writeSupervisor(ProcessId id) throws IOException {
        Files.writeString(path.resolve("supervisor"), id.text());
    }

    Optional<ProcessId> supervisor() {
        return text("supervisor").flatMap(ProcessId::parse);
    }

    Optional<ProcessId> main() {
        return text("main").flatMap(ProcessId::parse);
    }

    void markStop() throws IOException {
        Files.write(path.resolve("stop"), new byte[0], StandardOpenOption.CREATE);
    }

    /** The code that the process returned, absent while it runs or where nobody saw it. */
    Optional<Integer> exitCode() {
        return text("exit")
                .filter(text -> text.matches("[0-9]{1,3}\n"))
                .map(text -> Integer.parseInt(text.strip()));
    }

    Instant exitTime(Instant unknown) {
        try {
            return Files.getLastModifiedTime(path.resolve("exit")).toInstant();
        } catch (IOException e) {
            return unknown;
        }
    }

    Path output() {
        return path.resolve("output");
    }

    void writeEnd(RunEnd end) throws IOException {
        Path draft = path.resolve("end.draft");
        Files.writeString(
                draft, end.exitCode() + " " + end.at().toEpochMilli() + " " + end.known() + "\n");
        Files.move(draft, path.resolve("end"), StandardCopyOption.ATOMIC_MOVE);
        for (String spent : List.of("output", "launch", "inside", "mounted")) {
            Files.deleteIfExists(path.resolve(spent));
        }
    }

    Optional<RunEnd> end() {
        return text("end")
                .map(text -> text.strip().split(" "))
                .filter(words -> words.length == 3)
                .map(
                        words ->
                                new RunEnd(
                                        Integer.parseInt(words[0]),
                                        Instant.ofEpochMilli(Long.parseLong(words[1])),
                                        Boolean.parseBoolean(words[2])));
    }

    /** First hides it, so that one which is half deleted is not taken for a run. */
    void delete() throws IOException {
        Path hidden = path.resolveSibling(DRAFT + path.getFileName());
        delete(hidden);
        try {
            Files.move(path, hidden, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        }
        delete(hidden);
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> found;
        try (Stream<Path> walk = Files.walk(tree)) {
            found = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : found) {
            Files.deleteIfExists(file);
        }
    }

    private Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(path.resolve(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
