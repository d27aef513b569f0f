package dev.weft.app.cli;

import dev.weft.app.config.Environment;
import dev.weft.foundation.text.NearMiss;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** Reads the verb, runs it, and turns what went wrong into three lines and an exit code. */
public final class CommandLine {
    private static final List<String> VERBS =
            List.of(
                    "up",
                    "down",
                    "status",
                    "apply",
                    "get",
                    "delete",
                    "logs",
                    "stack",
                    "image",
                    "kubeconfig",
                    "version",
                    "help");

    private final Environment environment;

    private final Supplier<Command> up;

    /**
     * @param up the verb that runs the platform, which knows all of it and is loaded for itself
     *     only
     */
    public CommandLine(Environment environment, Supplier<Command> up) {
        this.environment = environment;
        this.up = up;
    }

    /** Runs one command to its end and gives the exit code. */
    public int run(List<String> arguments) {
        Terminal terminal = Terminal.ofProcess(wantsColour(arguments), wantsQuiet(arguments));
        try {
            return dispatch(arguments, terminal);
        } catch (Failure e) {
            print(e, terminal);
            return e.code();
        } catch (UncheckedIOException e) {
            print(Failure.of("reading or writing failed", "seen: " + e.getCause(), ""), terminal);
            return Failure.FAILED;
        } finally {
            terminal.flush();
        }
    }

    private int dispatch(List<String> arguments, Terminal terminal) {
        if (arguments.isEmpty()) {
            terminal.out().print(help("weft"));
            return Failure.USAGE;
        }
        String verb = arguments.getFirst();
        List<String> rest = arguments.subList(1, arguments.size());
        if (verb.equals("-h") || verb.equals("--help") || verb.equals("help")) {
            String about = rest.isEmpty() ? "weft" : rest.getFirst();
            if (!about.equals("weft") && !VERBS.contains(about)) {
                throw unknownVerb(about);
            }
            terminal.out().print(help(about));
            return 0;
        }
        int end = rest.contains("--") ? rest.indexOf("--") : rest.size();
        List<String> flags = rest.subList(0, end);
        if (VERBS.contains(verb) && (flags.contains("--help") || flags.contains("-h"))) {
            terminal.out().print(help(verb));
            return 0;
        }
        return command(verb).run(rest, new Context(environment, terminal));
    }

    private Command command(String verb) {
        return switch (verb) {
            case "version", "--version" -> new VersionCommand();
            case "up" -> up.get();
            case "down" -> new DownCommand();
            case "status" -> new StatusCommand();
            case "apply" -> new ApplyCommand();
            case "get" -> new GetCommand();
            case "delete" -> new DeleteCommand();
            case "logs" -> new LogsCommand();
            case "stack" -> new StackCommand();
            case "image" -> new ImageCommand();
            case "kubeconfig" -> new KubeconfigCommand();
            case "rehearse" -> new RehearseCommand(this::run);
            default -> throw unknownVerb(verb);
        };
    }

    private static Failure unknownVerb(String verb) {
        return Failure.usage(
                "there is no command " + verb,
                "seen: " + verb + NearMiss.question(verb, VERBS),
                "weft --help lists the commands");
    }

    private static void print(Failure failure, Terminal terminal) {
        terminal.warn(terminal.paint(Terminal.Tone.FAILED, "weft: ") + failure.getMessage());
        for (String line : List.of(failure.seen(), failure.remedy())) {
            if (!line.isEmpty()) {
                terminal.warn("  " + line);
            }
        }
    }

    /** The help text of a verb, a resource of its own. */
    static String help(String verb) {
        try (InputStream text =
                CommandLine.class.getResourceAsStream("/dev/weft/app/help/" + verb + ".txt")) {
            if (text == null) {
                throw new IllegalStateException("help text of " + verb + " is missing");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean wantsColour(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            String choice =
                    word.startsWith("--color=")
                            ? word.substring("--color=".length())
                            : word.equals("--color") && i + 1 < arguments.size()
                                    ? arguments.get(i + 1)
                                    : "";
            switch (choice) {
                case "always" -> {
                    return true;
                }
                case "never" -> {
                    return false;
                }
                default -> {}
            }
        }
        return environment.allowsColour();
    }

    private static boolean wantsQuiet(List<String> arguments) {
        return arguments.contains("--quiet") || arguments.contains("-q");
    }
}
