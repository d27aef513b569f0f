package dev.weft.machine.sandbox;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.log.LogBounds;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs containers as processes of this machine. Any thread.
 *
 * <p>A process is started in steps that may each be the platform's last: the run's directory
 * appears with the token in it, a shell is spawned that waits, who it is is written down, and only
 * then it is told to go on. So a process that runs is known, and what is not known does not run.
 * The token stands in the environment of all that the run starts, and finds those that left their
 * session.
 */
public final class ProcessSandbox implements Sandbox {
    /** The variable that carries a run's token. */
    static final String TOKEN = "WEFT_RUN";

    private static final Logger LOG = LateLogger.of(ProcessSandbox.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path runsDirectory;
    private final Path execDirectory;
    private final String identity;
    private final LogBounds bounds;
    private final Clock clock;
    private final Consumer<String> steps;
    private final Toolbox tools = Toolbox.find();
    private final String bootId = ProcessTable.bootId();
    private final Map<RunName, ProcessRun> runs = new ConcurrentHashMap<>();
    private final AtomicLong executions = new AtomicLong();
    private final Spawner spawner;
    private final TaskScope tasks;
    private final DirectoryWatch watch;

    private ProcessSandbox(
            Path directory,
            String identity,
            LogBounds bounds,
            Clock clock,
            Faults faults,
            Consumer<String> steps) {
        this.runsDirectory = directory.resolve("runs");
        this.execDirectory = directory.resolve("exec");
        this.identity = identity;
        this.bounds = bounds;
        this.clock = clock;
        this.steps = steps;
        this.spawner = new Spawner(faults);
        this.tasks = new TaskScope("sandbox", faults, PATIENCE);
        this.watch = new DirectoryWatch(tasks);
    }

    /**
     * Takes over what an earlier platform left in the directory: runs that go on, runs that ended.
     * Only one platform at a time may have it.
     */
    public static ProcessSandbox open(Path directory, LogBounds bounds, Clock clock, Faults faults)
            throws IOException {
        return open(directory, bounds, clock, faults, step -> {});
    }

    /**
     * @param steps told after each step that leaves a trace outside of this process
     */
    static ProcessSandbox open(
            Path directory, LogBounds bounds, Clock clock, Faults faults, Consumer<String> steps)
            throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path real = directory.toRealPath();
        Files.createDirectories(real.resolve("runs"));
        RunDirectory.delete(real.resolve("exec"));
        Files.createDirectories(real.resolve("exec"));
        var sandbox = new ProcessSandbox(real, identity(real), bounds, clock, faults, steps);
        sandbox.adopt();
        return sandbox;
    }

    @Override
    public String scheme() {
        return "process";
    }

    @Override
    public List<Run> runs() {
        return List.copyOf(runs.values());
    }

    @Override
    public Run start(RunName name, Launch launch) {
        LaunchScript.check(launch.command(), launch.environment());
        Programs.find(launch);
        refuseImpossible(launch);
        var record =
                new RunDirectory.Record(
                        name,
                        identity + "/" + name.word(),
                        bootId,
                        clock.now(),
                        launch.logs(),
                        labels(launch));
        Path place = runsDirectory.resolve(name.word());
        if (runs.containsKey(name) || Files.exists(place)) {
            throw new SandboxException(
                    SandboxException.Kind.FAILED, "there is a run " + name + " already");
        }
        try {
            Files.createDirectories(launch.logs());
            var script = new LaunchScript(tools, place, record.token(), launch);
            var run =
                    new ProcessRun(
                            this,
                            RunDirectory.create(runsDirectory, record, script),
                            record,
                            false,
                            clock);
            step("intent recorded");
            spawn(run);
            runs.put(name, run);
            tasks.start(name.word(), run::keep);
            return run;
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Kind.FAILED, "cannot start a process: " + e.getMessage(), e);
        }
    }

    @Override
    public Mounts mounts() {
        if (!runsAsRoot()) {
            return new Mounts.Impossible("mounting needs Weft to run as root");
        }
        if (tools.unshare().isEmpty() || tools.mount().isEmpty() || tools.chroot().isEmpty()) {
            return new Mounts.Impossible("unshare, mount or chroot is not on this machine");
        }
        return new Mounts.Possible();
    }

    @Override
    public boolean changesUser() {
        return runsAsRoot() && tools.setpriv().isPresent();
    }

    @Override
    public void close() {
        tasks.close();
        watch.close();
        spawner.close();
    }

    void step(String step) {
        steps.accept(step);
    }

    String bootId() {
        return bootId;
    }

    LogBounds bounds() {
        return bounds;
    }

    /** Wakes the run whenever a file in its directory changes, where the kernel can tell. */
    Optional<DirectoryWatch.Registration> watch(ProcessRun run) {
        return watch.watch(run.directory().path(), run::outputGrew);
    }

    void reclaim(Path file, long bytes) throws IOException {
        if (tools.fallocate().isEmpty()) {
            return;
        }
        var program =
                new ProcessBuilder(
                        tools.fallocate().get().toString(),
                        "--punch-hole",
                        "--offset=0",
                        "--length=" + bytes,
                        file.toString());
        program.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        program.redirectError(ProcessBuilder.Redirect.DISCARD);
        spawner.start(program);
    }

    ExecResult execute(ProcessRun run, List<String> command, Duration patience)
            throws InterruptedException {
        String word = identity + "." + executions.incrementAndGet();
        return new Execution(tools, spawner, execDirectory, word).run(run, command, patience);
    }

    void forget(ProcessRun run) {
        try {
            run.directory().delete();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", run.directory().path(), e);
        }
        runs.remove(run.name());
    }

    /** Spawns the shell, writes down who it is, and lets it go on; or leaves nothing. */
    private void spawn(ProcessRun run) throws IOException {
        Process process = null;
        try {
            process = spawner.start(supervisor(run.directory()));
            step("spawned");
            long pid = process.pid();
            ProcessId id =
                    ProcessTable.entry(pid)
                            .map(ProcessTable.Entry::id)
                            .orElseThrow(() -> new IOException("process " + pid + " died at once"));
            run.directory().writeSupervisor(id);
            step("supervisor recorded");
            try (var word = process.getOutputStream()) {
                word.write('\n');
            }
            step("told to go on");
            // The reaper calls; it must not wait.
            var unused = process.onExit().thenRun(run::look);
        } catch (IOException | RuntimeException e) {
            if (process != null) {
                process.destroyForcibly();
            }
            run.directory().delete();
            throw e;
        }
    }

    private ProcessBuilder supervisor(RunDirectory directory) {
        var program =
                new ProcessBuilder(
                        tools.setsid().toString(),
                        tools.sh().toString(),
                        directory.path().resolve("launch").toString());
        program.environment().clear();
        program.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        program.redirectError(ProcessBuilder.Redirect.DISCARD);
        return program;
    }

    private void refuseImpossible(Launch launch) {
        if (!launch.mounts().isEmpty() && mounts() instanceof Mounts.Impossible impossible) {
            throw new SandboxException(SandboxException.Kind.NOT_SUPPORTED, impossible.why());
        }
        RunAs as = launch.runAs();
        boolean changes = as.user().isPresent() || as.group().isPresent();
        if ((changes || !as.groups().isEmpty()) && !changesUser()) {
            throw new SandboxException(
                    SandboxException.Kind.NOT_SUPPORTED,
                    "running as another user needs Weft to run as root, with setpriv on the"
                            + " machine");
        }
        if (!as.keepsPrivileges() && tools.setpriv().isEmpty()) {
            throw new SandboxException(
                    SandboxException.Kind.NOT_SUPPORTED,
                    "allowPrivilegeEscalation: false needs setpriv on the machine");
        }
    }

    /** Finds runs by their directories, and processes without one by the token they carry. */
    private void adopt() throws IOException {
        for (RunDirectory directory : RunDirectory.all(runsDirectory)) {
            Optional<RunDirectory.Record> record = directory.read();
            boolean went = directory.supervisor().isPresent() || directory.end().isPresent();
            if (record.isEmpty() || !went) {
                // Without a recorded supervisor the word was never given: nothing was started.
                directory.delete();
                continue;
            }
            var run = new ProcessRun(this, directory, record.get(), true, clock);
            runs.put(run.name(), run);
        }
        endUnknown();
        for (ProcessRun run : runs.values()) {
            if (run.end().isEmpty()) {
                tasks.start(run.name().word(), run::keep);
            }
        }
    }

    private void endUnknown() {
        for (long pid : ProcessTable.pids()) {
            String token = ProcessTable.variable(pid, TOKEN).orElse("");
            if (token.startsWith(identity + "/")
                    && runs.values().stream().noneMatch(it -> carries(it, token))) {
                LOG.log(
                        Level.WARNING,
                        "ending process {0,number,#}: it carries {1}, which is no run",
                        pid,
                        token);
                // Which start of that number it is, read before it is looked at again.
                ProcessTable.entry(pid)
                        .filter(it -> ProcessTable.variable(pid, TOKEN).equals(Optional.of(token)))
                        .ifPresent(it -> ProcessTable.signal(it.id(), true));
            }
        }
    }

    private static boolean carries(ProcessRun run, String token) {
        return run.token().equals(token) && run.end().isEmpty();
    }

    private static JsonObject labels(Launch launch) {
        var labels = JsonObject.builder();
        launch.labels().forEach((name, value) -> labels.put(name, Json.of(value)));
        return labels.build();
    }

    private static boolean runsAsRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
                    && uid == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** A word that no other data directory has, kept in it. */
    private static String identity(Path directory) throws IOException {
        Path file = directory.resolve("identity");
        if (!Files.exists(file)) {
            Path draft = directory.resolve("identity.draft");
            Files.writeString(draft, UUID.randomUUID().toString());
            Files.move(draft, file);
        }
        return Files.readString(file).strip();
    }

    /** The labels of runs that have not ended, in a directory that another process may have. */
    public static Set<Map<String, String>> labelsIn(Path directory) throws IOException {
        return RunDirectory.all(directory.resolve("runs")).stream()
                .filter(it -> it.end().isEmpty())
                .flatMap(it -> it.read().stream())
                .map(it -> it.labels().texts())
                .collect(Collectors.toUnmodifiableSet());
    }
}
