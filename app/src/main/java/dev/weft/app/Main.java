package dev.weft.app;

import dev.weft.app.cli.CommandLine;
import dev.weft.app.config.Environment;
import java.util.List;

/** Where the process begins. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        var commands = new CommandLine(Environment.ofProcess(), UpCommand::new);
        // Everything is closed and written by now; exit() would first look for the JDK's own
        // loggers.
        Runtime.getRuntime().halt(commands.run(List.of(arguments)));
    }
}
