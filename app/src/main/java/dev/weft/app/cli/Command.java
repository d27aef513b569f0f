package dev.weft.app.cli;

import java.util.List;

/** One verb of the command line. */
public interface Command {
    /** Does what was asked and gives the exit code; refuses with a {@link Failure}. */
    int run(List<String> arguments, Context context);
}
