package dev.weft.app.cli;

import dev.weft.foundation.text.NearMiss;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.image.Image;
import dev.weft.machine.image.ImageException;
import dev.weft.machine.image.ImageName;
import dev.weft.machine.image.ImageSource;
import dev.weft.machine.image.ImageStore;
import dev.weft.machine.pod.Agent;
import dev.weft.machine.pod.AgentSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code weft image}: what pods can run. Works on the store itself, whether or not the platform
 * runs: the store locks what it changes.
 */
final class ImageCommand implements Command {
    private static final List<String> VERBS = List.of("add", "list", "remove");

    @Override
    public int run(List<String> arguments, Context context) {
        int end = arguments.indexOf("--");
        List<String> before = end < 0 ? arguments : arguments.subList(0, end);
        List<String> command = end < 0 ? List.of() : arguments.subList(end + 1, arguments.size());
        Flags.Given given = Flags.ofClient().parse("image", before);
        String verb = given.words().isEmpty() ? "" : given.words().getFirst();
        List<String> words =
                given.words().isEmpty()
                        ? List.of()
                        : given.words().subList(1, given.words().size());
        try {
            ImageStore store =
                    Agent.images(AgentSetup.in(Session.data(context, given), ""), Clock.system());
            return switch (verb) {
                case "add" -> add(store, words, command, context.terminal());
                case "list", "ls" -> list(store, context.terminal());
                case "remove", "rm" -> remove(store, words, context.terminal());
                default ->
                        throw Failure.usage(
                                "weft image does not know "
                                        + (verb.isEmpty() ? "what to do" : verb),
                                "seen: "
                                        + (verb.isEmpty() ? "nothing" : verb)
                                        + NearMiss.question(verb, VERBS)
                                        + " (expected: add, list or remove)",
                                "weft image --help shows each");
            };
        } catch (ImageException e) {
            throw Failure.of(String.valueOf(e.getMessage()), "", "");
        } catch (IOException e) {
            throw Failure.of("the images cannot be read", "seen: " + e.getMessage(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failure.INTERRUPTED;
        }
    }

    private static int add(
            ImageStore store, List<String> words, List<String> command, Terminal terminal)
            throws InterruptedException {
        if (words.size() != 2 || command.isEmpty()) {
            throw Failure.usage(
                    "weft image add needs a name, a folder and a command",
                    "seen: "
                            + words.size()
                            + " words and "
                            + (command.isEmpty() ? "no command" : "a command")
                            + " (expected: NAME DIR -- COMMAND…)",
                    "for example: weft image add hello ./hello -- ./hello");
        }
        Path folder = Path.of(words.get(1)).toAbsolutePath().normalize();
        Image image =
                store.add(
                        ImageName.parse(words.get(0)),
                        new ImageSource(folder, command),
                        bytes -> {});
        terminal.line(
                "image %s added: %d files, %s"
                        .formatted(image.name(), image.files(), size(image.bytes())));
        return 0;
    }

    private static int list(ImageStore store, Terminal terminal) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NAME", "SIZE", "AGE", "COMMAND"));
        for (Image image : store.list()) {
            Duration age = Duration.between(image.addedAt(), Clock.system().now());
            rows.add(
                    List.of(
                            image.name().toString(),
                            size(image.bytes()),
                            Ages.shown(age),
                            String.join(" ", image.command())));
        }
        rows.add(List.of(ImageName.HOST.toString(), "-", "-", "(built in: the pod's own command)"));
        int[] widths = new int[4];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length - 1; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] + 3 - row.get(i).length());
            }
            terminal.line(line + row.getLast());
        }
        return 0;
    }

    private static int remove(ImageStore store, List<String> words, Terminal terminal)
            throws InterruptedException {
        if (words.isEmpty()) {
            throw Failure.usage(
                    "weft image remove needs names", "seen: none (expected: NAME…)", "");
        }
        for (String word : words) {
            ImageName name = ImageName.parse(word);
            store.remove(name);
            terminal.line("image " + name + " removed");
        }
        return 0;
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + "B";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1fKi", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1fMi", bytes / 1048576.0);
    }
}
