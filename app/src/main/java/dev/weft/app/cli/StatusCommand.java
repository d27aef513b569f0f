package dev.weft.app.cli;

import dev.weft.api.codec.JsonObject;
import dev.weft.app.cli.Terminal.Tone;
import dev.weft.app.data.DataDirectory;
import dev.weft.app.data.Holder;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code weft status}: what runs, where it listens, how it does. */
final class StatusCommand implements Command {
    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given = Flags.ofClient().parse("status", arguments);
        Path data = Session.data(context, given);
        Optional<Holder> holder;
        try {
            holder = DataDirectory.holderOf(data);
        } catch (IOException e) {
            throw Failure.of("the data folder cannot be read", "seen: " + e, "");
        }
        String shown = context.environment().shorten(data);
        if (holder.isEmpty()) {
            context.terminal().line("weft does not run on " + shown);
            return Failure.NOT_READY;
        }
        Holder running = holder.get();
        if (!running.answers()) {
            context.terminal().line("weft is starting on " + shown + ", process " + running.pid());
            return Failure.NOT_READY;
        }
        String age = Ages.shown(Duration.between(running.since(), Clock.system().now()));
        context.terminal()
                .line(
                        "weft %s runs on %s for %s, process %d"
                                .formatted(running.version(), shown, age, running.pid()));
        return Session.with(context, given, session -> print(session, running));
    }

    private static int print(Session session, Holder running) throws IOException {
        Terminal terminal = session.terminal();
        boolean ready = session.connection().get("/readyz", "*/*").isSuccess();
        session.connection().close();
        address(terminal, ready, "API", "https://" + running.api());
        address(terminal, true, "edge", "http://" + running.edge());
        address(terminal, true, "console", "http://" + running.console());
        outbound(terminal, running);
        terminal.line("");
        for (String kind : List.of("deployments", "pods", "services")) {
            count(session, kind);
        }
        return ready ? 0 : Failure.NOT_READY;
    }

    /** The platform is as it should be without one, so it may be ready all the same. */
    private static void outbound(Terminal terminal, Holder running) {
        boolean open = !running.outbound().isEmpty();
        String seen = "not open: its address was taken (weft up --outbound ADDRESS:PORT)";
        address(terminal, open, "outbound", open ? "http://" + running.outbound() : seen);
    }

    private static void address(Terminal terminal, boolean good, String part, String address) {
        String mark = good ? terminal.paint(Tone.DONE, "✓") : terminal.paint(Tone.FAILED, "✗");
        terminal.line("  %s %-17s %s".formatted(mark, part, address));
    }

    private static void count(Session session, String word) throws IOException {
        JsonObject list =
                session.expect(session.connection().get(session.kind(word).path(""))).json();
        List<JsonObject> items = list.array("items").objects();
        long ready = items.stream().filter(StatusCommand::isReady).count();
        String line = "  %-13s %4d".formatted(word, items.size());
        session.terminal().line(word.equals("services") ? line : line + ", " + ready + " ready");
    }

    private static boolean isReady(JsonObject object) {
        if (object.has("spec") && object.object("spec").has("replicas")) {
            long wanted = object.whole("spec", "replicas").orElse(1L);
            return object.whole("status", "readyReplicas").orElse(0L) >= wanted;
        }
        return object.array("status", "conditions").objects().stream()
                .anyMatch(
                        condition ->
                                condition.text("type").orElse("").equals("Ready")
                                        && condition.text("status").orElse("").equals("True"));
    }
}
