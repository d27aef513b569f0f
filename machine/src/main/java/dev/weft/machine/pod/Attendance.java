package dev.weft.machine.pod;

import dev.weft.api.control.Action.Severity;
import dev.weft.foundation.task.Pause;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.network.Listeners;
import dev.weft.machine.probe.Check;
import dev.weft.machine.probe.Prober;
import dev.weft.machine.sandbox.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is done beside a container for as long as one run of it lasts: its hook after the start, its
 * probes, a look at where it listens. Each is a thread of its own that leaves what it found here
 * and wakes the worker. Any thread reads.
 */
final class Attendance implements Prober.Listener {
    private static final List<Duration> LOOKS =
            List.of(
                    Duration.ofMillis(300),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60));

    /** Why a container has to be ended. */
    record Sentence(String message, Optional<Duration> grace) {}

    private final PodSurroundings around;
    private final ContainerSpec spec;
    private final Run run;
    private final List<Prober> probers = new ArrayList<>();
    private volatile boolean over;
    private volatile boolean hookDone;
    private volatile Optional<Sentence> hookFailed = Optional.empty();
    private volatile boolean startedUp;
    private volatile Set<Integer> wildcard = Set.of();

    Attendance(PodSurroundings around, ContainerSpec spec, Run run, Shown shown) {
        this.around = around;
        this.spec = spec;
        this.run = run;
        boolean hooked = spec.hook("postStart").isPresent() && !run.isAdopted();
        boolean hasStartup = spec.startup().isPresent();
        this.hookDone = !hooked;
        this.startedUp = !hasStartup || shown.started();
        if (!startedUp) {
            add(Prober.Kind.STARTUP, spec.startup(), Prober.Verdict.UNKNOWN);
        }
        add(
                Prober.Kind.READINESS,
                spec.readiness(),
                shown.ready() ? Prober.Verdict.GOOD : Prober.Verdict.UNKNOWN);
        add(Prober.Kind.LIVENESS, spec.liveness(), Prober.Verdict.UNKNOWN);
        if (hooked) {
            around.task("postStart/" + spec.name(), this::runHook);
        }
        for (Prober prober : probers) {
            if (prober.kind() == Prober.Kind.STARTUP || startedUp) {
                around.task(prober.kind().word() + "/" + spec.name(), prober::run);
            }
        }
        if (!spec.role().equals(ContainerSpec.Role.INIT)) {
            around.task("listens/" + spec.name(), this::lookWhereItListens);
        }
    }

    boolean isStarted() {
        return hookDone && startedUp;
    }

    boolean isReady() {
        return isStarted()
                && probers.stream()
                        .filter(it -> it.kind() == Prober.Kind.READINESS)
                        .allMatch(it -> it.verdict() == Prober.Verdict.GOOD);
    }

    List<Integer> wildcardPorts() {
        return List.copyOf(wildcard);
    }

    /** Whether a probe or the hook has found that it must not go on. */
    Optional<Sentence> reasonToKill() {
        if (hookFailed.isPresent()) {
            return hookFailed;
        }
        for (Prober prober : probers) {
            if (prober.kind() != Prober.Kind.READINESS && prober.verdict() == Prober.Verdict.BAD) {
                return Optional.of(
                        new Sentence(
                                "Container %s failed %s probe, will be restarted"
                                        .formatted(
                                                spec.name(),
                                                prober.kind()
                                                        .word()
                                                        .toLowerCase(java.util.Locale.ROOT)),
                                prober.spec().grace()));
            }
        }
        return Optional.empty();
    }

    /** Nothing more is asked of the container. */
    void end() {
        over = true;
    }

    @Override
    public boolean isOver() {
        return over || run.end().isPresent();
    }

    @Override
    public void changed() {
        boolean up =
                probers.stream()
                        .anyMatch(
                                it ->
                                        it.kind() == Prober.Kind.STARTUP
                                                && it.verdict() == Prober.Verdict.GOOD);
        if (up && !startedUp) {
            startedUp = true;
            for (Prober prober : probers) {
                if (prober.kind() != Prober.Kind.STARTUP) {
                    around.task(prober.kind().word() + "/" + spec.name(), prober::run);
                }
            }
        }
        around.wake();
    }

    @Override
    public void failed(Prober.Kind kind, String text) {
        around.tell(Severity.WARNING, "Unhealthy", kind.word() + " probe failed: " + text);
    }

    private void add(
            Prober.Kind kind, Optional<ContainerSpec.ProbeSpec> probe, Prober.Verdict before) {
        if (probe.isEmpty()) {
            return;
        }
        Check check = around.check(probe.get().tree(), spec, run);
        probers.add(new Prober(kind, probe.get(), check, around.clock(), this, before));
    }

    private void runHook() {
        Optional<String> failure = new Hooks(around, spec, run).afterStart();
        failure.ifPresent(
                it -> {
                    around.tell(Severity.WARNING, "FailedPostStartHook", it);
                    hookFailed = Optional.of(new Sentence(it, Optional.empty()));
                });
        hookDone = failure.isEmpty();
        around.wake();
    }

    /** Programs open their ports when they like, so it is looked more than once. */
    private void lookWhereItListens() {
        try {
            for (Duration pause : LOOKS) {
                Pause.of(pause);
                if (isOver()) {
                    return;
                }
                Set<Integer> found = Listeners.wildcardPorts(run.pids());
                if (!found.equals(wildcard)) {
                    wildcard = Set.copyOf(found);
                    around.tell(
                            Severity.WARNING,
                            "WildcardAddress",
                            "Container "
                                    + spec.name()
                                    + " listens on every address of the machine, port "
                                    + words(found)
                                    + ": another replica could not; let it listen on $HOST ("
                                    + around.address()
                                    + ")");
                    around.wake();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String words(Iterable<Integer> ports) {
        var words = new ArrayList<String>();
        ports.forEach(it -> words.add(Integer.toString(it)));
        return String.join(", ", words);
    }
}
