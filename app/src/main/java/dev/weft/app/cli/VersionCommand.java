package dev.weft.app.cli;

import dev.weft.app.config.Version;
import java.util.List;

/** {@code weft version}. */
final class VersionCommand implements Command {
    @Override
    public int run(List<String> arguments, Context context) {
        new Flags().parse("version", arguments);
        context.terminal()
                .line("weft " + Version.current() + " (JDK " + Runtime.version().feature() + ")");
        return 0;
    }
}
