package dev.weft.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code weft kubeconfig}: where the credentials are and how to use them. */
final class KubeconfigCommand implements Command {
    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given = Flags.ofClient().flag("--path").parse("kubeconfig", arguments);
        Path file = Session.data(context, given).resolve("kubeconfig").toAbsolutePath();
        if (!Files.exists(file)) {
            throw Failure.notReady(
                    "no platform has been started here",
                    "seen: no file " + context.environment().shorten(file),
                    "weft up starts one, and writes the file");
        }
        if (given.has("path")) {
            context.terminal().line(file.toString());
            return 0;
        }
        context.terminal().line("export KUBECONFIG=" + file);
        context.terminal()
                .note(
                        "# the admin's certificate is in that file, the password for faas-cli in "
                                + file.resolveSibling("admin-password"));
        return 0;
    }
}
