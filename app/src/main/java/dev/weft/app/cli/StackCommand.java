package dev.weft.app.cli;

import dev.weft.app.client.ApiConnection;
import dev.weft.app.client.Reply;
import dev.weft.app.data.DataDirectory;
import dev.weft.app.data.Holder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code weft stack}: the live chain that a request to a Service goes through. */
final class StackCommand implements Command {
    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given = Flags.ofClient().value("-n", "--namespace").parse("stack", arguments);
        if (given.words().size() != 1) {
            throw Failure.usage(
                    "weft stack shows one Service",
                    "seen: " + given.words().size() + " names (expected: NAME)",
                    "weft get services lists them");
        }
        String name = given.words().getFirst();
        String namespace = given.value("namespace", "default");
        Holder platform = platform(Session.data(context, given), context);
        try (ApiConnection console = ApiConnection.inClear(platform.console())) {
            String host = name + "." + namespace + ".svc.cluster.local";
            Reply reply = console.get("/api/stack?q=" + Targets.encode(host), "text/plain");
            if (reply.status() == 404) {
                throw Failure.of(
                        "no Service " + name + " is served in namespace " + namespace,
                        "seen: no route for the host " + host,
                        "weft get services -A lists what there is");
            }
            if (!reply.isSuccess()) {
                throw new IOException("HTTP status " + reply.status());
            }
            context.terminal()
                    .out()
                    .print(new String(reply.body().readAllBytes(), StandardCharsets.UTF_8));
            return 0;
        } catch (IOException e) {
            throw Failure.notReady(
                    "the platform does not answer at " + platform.console(),
                    "seen: " + e.getMessage(),
                    "weft status says whether it runs");
        }
    }

    private static Holder platform(Path data, Context context) {
        try {
            return DataDirectory.holderOf(data)
                    .filter(Holder::answers)
                    .orElseThrow(
                            () ->
                                    Failure.notReady(
                                            "no platform answers",
                                            "seen: nobody holds "
                                                    + context.environment().shorten(data),
                                            "weft up starts one"));
        } catch (IOException e) {
            throw Failure.of("the data folder cannot be read", "seen: " + e, "");
        }
    }
}
