package dev.weft.app.cli;

import dev.weft.app.data.DataDirectory;
import dev.weft.app.data.HeldException;
import dev.weft.app.data.Holder;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.pod.AgentSetup;
import dev.weft.machine.pod.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code weft down}: stops the platform, and ends what a dead one left. May be run twice. */
final class DownCommand implements Command {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given = Flags.ofClient().flag("--now").parse("down", arguments);
        Path data = Session.data(context, given);
        String shown = context.environment().shorten(data);
        try {
            Optional<Holder> holder = DataDirectory.holderOf(data);
            if (holder.isPresent()) {
                stop(holder.get(), data, given.has("now"));
                context.terminal()
                        .line("stopped weft on " + shown + ", process " + holder.get().pid());
            } else {
                context.terminal().line("weft does not run on " + shown);
            }
            endLeftovers(data, context.terminal());
            return 0;
        } catch (IOException e) {
            throw Failure.of("the data folder " + shown + " cannot be read", "seen: " + e, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failure.INTERRUPTED;
        }
    }

    /** What a platform that died could not end itself. The folder is held meanwhile. */
    private static void endLeftovers(Path data, Terminal terminal)
            throws IOException, InterruptedException {
        if (!Files.exists(data)) {
            return;
        }
        Clock clock = Clock.system();
        var self = Holder.beginning(ProcessHandle.current().pid(), clock.now(), "weft down");
        try (DataDirectory held = DataDirectory.take(data, self)) {
            Faults faults = Faults.ofProcess(System.getLogger("weft"), terminal::warn);
            int ended = Leftovers.end(AgentSetup.in(held.root(), ""), GRACE, clock, faults);
            if (ended > 0) {
                terminal.line("ended " + ended + " containers that a dead platform had left");
            }
        } catch (HeldException e) {
            throw Failure.of(
                    "another platform has just begun on " + data, "", "run weft down again");
        }
    }

    private static void stop(Holder holder, Path data, boolean now)
            throws IOException, InterruptedException {
        Clock clock = Clock.system();
        ProcessHandle process =
                ProcessHandle.of(holder.pid())
                        .orElseThrow(
                                () ->
                                        Failure.of(
                                                "the process that holds " + data + " is not here",
                                                "seen: no process " + holder.pid(),
                                                "it may run in another container"));
        boolean asked = now ? process.destroyForcibly() : process.destroy();
        if (!asked) {
            throw Failure.of(
                    "process " + holder.pid() + " cannot be asked to stop",
                    "seen: it belongs to somebody else (expected: this user)",
                    "run weft down as the user who runs weft up");
        }
        long deadline = clock.nanos() + PATIENCE.toNanos();
        while (DataDirectory.holderOf(data).isPresent()) {
            if (clock.nanos() - deadline > 0) {
                throw Failure.notReady(
                        "process " + holder.pid() + " has not stopped",
                        "seen: it still holds the folder after " + PATIENCE.toSeconds() + " s",
                        "weft down --now ends it at once");
            }
            Pause.of(LOOK);
        }
    }
}
