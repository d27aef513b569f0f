package dev.weft.app;

import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.app.cli.Command;
import dev.weft.app.cli.Context;
import dev.weft.app.cli.Failure;
import dev.weft.app.cli.Flags;
import dev.weft.app.cli.Terminal;
import dev.weft.app.cli.Terminal.Tone;
import dev.weft.app.config.Environment;
import dev.weft.app.config.Settings;
import dev.weft.app.config.SettingsException;
import dev.weft.app.config.Version;
import dev.weft.app.data.Credentials;
import dev.weft.app.data.DataDirectory;
import dev.weft.app.data.HeldException;
import dev.weft.app.data.Holder;
import dev.weft.app.log.Log;
import dev.weft.dataplane.tls.Libraries;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.Carriers;
import dev.weft.foundation.task.Meanwhile;
import dev.weft.foundation.task.OwnThread;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code weft up}: runs the platform in the foreground until a signal asks it to end. */
final class UpCommand implements Command {
    private final Clock clock = Clock.system();
    private final Stopwatch stopwatch = Stopwatch.ofProcess(clock);

    @Override
    public int run(List<String> arguments, Context context) {
        Settings settings = settings(arguments, context.environment());
        Carriers.keepOneToSpare();
        Faults faults = faults(context.terminal());
        // Both take long to load, and need nothing of what follows.
        OwnThread unusedTraffic = OwnThread.start("libraries", faults, Libraries::load);
        OwnThread unusedStore = OwnThread.start("driver", faults, EmbeddedApi::prepare);
        Terminal terminal = context.terminal();
        Signals signals = Signals.listen(() -> terminal.warn(leftBehind(settings, context)));
        Holder self =
                Holder.beginning(ProcessHandle.current().pid(), clock.now(), Version.current());
        try (DataDirectory data = DataDirectory.take(settings.data(), self)) {
            header(settings, context);
            return serve(settings, data, self, context, signals, faults);
        } catch (HeldException e) {
            throw held(e, context.environment(), settings);
        } catch (ListenException e) {
            throw cannotListen(e);
        } catch (IOException e) {
            throw Failure.of(
                    "the platform cannot use its data folder",
                    "seen: " + e + " (expected: a folder that can be written)",
                    "give another with --data DIR");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failure.INTERRUPTED;
        } finally {
            terminal.flush();
        }
    }

    private int serve(
            Settings settings,
            DataDirectory data,
            Holder self,
            Context context,
            Signals signals,
            Faults faults)
            throws IOException, InterruptedException {
        Terminal terminal = context.terminal();
        try (Log log = Log.open(data.root().resolve("logs"), settings.log())) {
            Meanwhile<Credentials> opening =
                    Meanwhile.start(
                            "credentials",
                            () ->
                                    Credentials.open(
                                            data.root(), settings.api().getAddress(), clock));
            var wiring =
                    new Wiring(
                            settings,
                            opening,
                            context.environment().forProcesses(),
                            new Announcing(terminal, data, self, opening),
                            faults);
            try (Platform platform = wiring.start()) {
                ready(platform, data, context);
                String signal = signals.await();
                say(terminal, "  stopping (Ctrl-C again: at once)");
                log.line("stopping: SIG" + signal);
                return signal.equals("INT") ? Failure.INTERRUPTED : 0;
            }
        }
    }

    private static Faults faults(Terminal terminal) {
        return Faults.ofProcess(
                Log.logger("weft"), reason -> terminal.warn("weft: fatal: " + reason));
    }

    private static String leftBehind(Settings settings, Context context) {
        return "  ended at once. Pods may still run: weft down --data "
                + context.environment().shorten(settings.data())
                + " ends them, the next weft up takes them over";
    }

    private static Settings settings(List<String> arguments, Environment environment) {
        Flags flags = new Flags().value("--config");
        Settings.NAMES.forEach(name -> flags.value("--" + name));
        Flags.Given given = flags.parse("up", arguments);
        if (!given.words().isEmpty()) {
            throw Failure.usage(
                    "weft up takes flags only",
                    "seen: " + given.words().getFirst(),
                    "weft up --help lists what it knows");
        }
        Map<String, String> values = new HashMap<>();
        Settings.NAMES.stream()
                .filter(given::has)
                .forEach(name -> values.put(name, given.value(name, "")));
        try {
            return Settings.read(
                    values,
                    given.has("config") ? Path.of(given.value("config", "")) : null,
                    environment.defaultData());
        } catch (SettingsException e) {
            throw Failure.usage(
                    e.getMessage() == null ? "" : e.getMessage(),
                    e.seen(),
                    "weft up --help lists the settings");
        }
    }

    private void header(Settings settings, Context context) {
        Terminal terminal = context.terminal();
        String left = "weft " + Version.current();
        String right =
                "JDK "
                        + System.getProperty("java.version")
                        + "  ·  "
                        + Runtime.getRuntime().availableProcessors()
                        + " cores  ·  data "
                        + context.environment().shorten(settings.data());
        say(
                terminal,
                "  "
                        + terminal.paint(Tone.STRONG, left)
                        + " ".repeat(Math.max(1, 45 - left.length()))
                        + right);
    }

    /** Tells the user at the terminal, and others by the files that they look for. */
    private final class Announcing implements Announcement {
        private final Terminal terminal;
        private final DataDirectory data;
        private final Holder self;
        private final Meanwhile<Credentials> credentials;

        Announcing(
                Terminal terminal,
                DataDirectory data,
                Holder self,
                Meanwhile<Credentials> credentials) {
            this.terminal = terminal;
            this.data = data;
            this.self = self;
            this.credentials = credentials;
        }

        @Override
        public void answers(String part, String address) {
            say(
                    terminal,
                    "  %s %-17s %-39s %s"
                            .formatted(
                                    terminal.paint(Tone.DONE, "✓"),
                                    part,
                                    address,
                                    stopwatch.read()));
        }

        @Override
        public void listens(Platform platform) throws IOException {
            Holder answering =
                    self.answering(
                            platform.api(),
                            platform.edge(),
                            platform.console(),
                            platform.outbound());
            data.tell(answering);
            credentials.value().writeKubeconfig(kubeconfig(data), "https://" + platform.api());
        }

        @Override
        public void lacks(String part, String why) {
            terminal.warn("no " + part + ": " + why);
        }
    }

    private static Path kubeconfig(DataDirectory data) {
        return data.root().resolve("kubeconfig");
    }

    private void ready(Platform platform, DataDirectory data, Context context) {
        Environment environment = context.environment();
        String folder = environment.shorten(data.root());
        say(context.terminal(), "  ready in " + stopwatch.read());
        say(context.terminal(), "");
        say(context.terminal(), "  Try");
        for (String line :
                List.of(
                        "export KUBECONFIG=%s && kubectl get nodes"
                                .formatted(environment.shorten(kubeconfig(data))),
                        "./weft apply -f examples/split && open http://%s"
                                .formatted(platform.console()),
                        "faas-cli login -g http://%s -u admin -s < %s/admin-password"
                                .formatted(platform.edge(), folder))) {
            say(context.terminal(), "    " + line);
        }
        say(
                context.terminal(),
                "  Ctrl-C stops everything that runs here. Logs: %s/logs".formatted(folder));
    }

    private static void say(Terminal terminal, String text) {
        if (!terminal.isQuiet()) {
            terminal.line(text);
            terminal.flush();
        }
    }

    private static Failure cannotListen(ListenException e) {
        String flag = e.part().toLowerCase(Locale.ROOT);
        return Failure.of(
                "the %s cannot listen at %s".formatted(e.part(), Addresses.text(e.address())),
                "seen: " + e.getMessage() + " (expected: an address of this machine, free)",
                "end what listens there, or give another with --" + flag + " ADDRESS:PORT");
    }

    private static Failure held(HeldException e, Environment environment, Settings settings) {
        String folder = environment.shorten(settings.data());
        return Failure.of(
                "the data folder " + folder + " is in use",
                e.holder()
                        .map(
                                holder ->
                                        "seen: held by process %d since %s (expected: nobody)"
                                                .formatted(holder.pid(), holder.since()))
                        .orElse("seen: held by a process that is just starting (expected: nobody)"),
                "use what runs there (weft status), stop it (weft down), or give another folder"
                        + " with --data DIR");
    }
}
