package dev.weft.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command line to be run by a test, with bounded output and a limit of time. Immutable; any
 * thread.
 */
public final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<String> words;
    private final Map<String, String> environment;
    private final Path folder;
    private final String input;
    private final Duration limit;

    /** How a command ended. */
    public record Result(List<String> words, int exit, String out, String err) {
        public Result expectSuccess() {
            return expectExit(0);
        }

        public Result expectExit(int expected) {
            if (exit != expected) {
                throw new AssertionError(
                        String.join(" ", words)
                                + " ended with "
                                + exit
                                + " (expected: "
                                + expected
                                + ")\n"
                                + out
                                + err);
            }
            return this;
        }
    }

    private Command(
            List<String> words,
            Map<String, String> environment,
            Path folder,
            String input,
            Duration limit) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
        this.folder = folder;
        this.input = input;
        this.limit = limit;
    }

    public static Command of(Object... words) {
        List<String> texts = new ArrayList<>();
        for (Object word : words) {
            texts.add(String.valueOf(word));
        }
        return new Command(texts, Map.of(), Path.of("").toAbsolutePath(), "", LIMIT);
    }

    /** The same with more words at the end. */
    public Command with(Object... more) {
        List<String> texts = new ArrayList<>(words);
        for (Object word : more) {
            texts.add(String.valueOf(word));
        }
        return new Command(texts, environment, folder, input, limit);
    }

    public Command environment(String name, String value) {
        var more = new HashMap<>(environment);
        more.put(name, value);
        return new Command(words, more, folder, input, limit);
    }

    public Command in(Path folder) {
        return new Command(words, environment, folder, input, limit);
    }

    /** What the command reads from its standard input. */
    public Command input(String text) {
        return new Command(words, environment, folder, text, limit);
    }

    public Command limit(Duration limit) {
        return new Command(words, environment, folder, input, limit);
    }

    /** Runs the command to its end; fails where that does not come within the limit. */
    public Result run() {
        try (Running running = start()) {
            int exit = running.awaitExit(limit);
            return new Result(words, exit, running.out().text(), running.err().text());
        }
    }

    /** Starts the command; whoever started it closes it, which ends it and its children. */
    public Running start() {
        var builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            feed(process);
            return new Running(words, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void feed(Process process) {
        Thread.ofVirtual()
                .name("feed " + words.getFirst())
                .start(
                        () -> {
                            try (OutputStream out = process.getOutputStream()) {
                                out.write(input.getBytes(StandardCharsets.UTF_8));
                            } catch (IOException e) {
                                // The command did not want to read it all, which is its right.
                            }
                        });
    }
}
