package dev.weft.machine.pod;

import dev.weft.api.control.Action.Severity;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.StartRefusal;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.RunEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One container of a pod: what it does, what it did before, and what is to be done about it.
 * Belongs to the pod's worker.
 */
final class ContainerWork {
    static final String BACK_OFF = "CrashLoopBackOff";
    private static final String CREATING = "ContainerCreating";
    private static final String INITIALIZING = "PodInitializing";

    private final PodSurroundings around;
    private final Clock clock;
    private final Restarts restarts;
    private ContainerSpec spec;
    private ContainerState state;
    private Optional<ContainerState.Terminated> last = Optional.empty();
    private int attempt = -1;
    private @Nullable Run run;
    private @Nullable Attendance attendance;
    private long notBefore;
    private boolean stopping;
    private Duration stopWithin = Duration.ZERO;
    private boolean forgiven;
    private int refusals;

    ContainerWork(PodSurroundings around, ContainerSpec spec, boolean waitsForInit) {
        this.around = around;
        this.clock = around.clock();
        this.restarts = new Restarts(around.setup().timing());
        this.spec = spec;
        this.state = new ContainerState.Waiting(waitsForInit ? INITIALIZING : CREATING, "");
        this.notBefore = clock.nanos();
    }

    /** Takes over the runs that an earlier platform left. */
    void adopt(List<Run> found, Shown shown) {
        List<Run> runs =
                found.stream()
                        .filter(it -> it.name().container().equals(spec.name()))
                        .sorted(Comparator.comparing(Run::name))
                        .toList();
        if (runs.isEmpty()) {
            return;
        }
        Run latest = runs.getLast();
        if (runs.size() > 1) {
            last = runs.get(runs.size() - 2).end().map(it -> terminated(latestBefore(runs), it));
            last.filter(it -> ran(it).compareTo(around.setup().timing().backOffForgotten()) < 0)
                    .ifPresent(it -> restarts.resume(latest.name().attempt()));
        }
        attempt = latest.name().attempt();
        run = latest;
        state = new ContainerState.Running(latest.startedAt());
        if (latest.end().isEmpty()) {
            attendance = new Attendance(around, spec, latest, shown);
        }
        latest.onEnd(around::wake);
    }

    private static Run latestBefore(List<Run> runs) {
        return runs.get(runs.size() - 2);
    }

    ContainerSpec spec() {
        return spec;
    }

    ContainerState state() {
        return state;
    }

    Optional<ContainerState.Terminated> lastState() {
        return last;
    }

    int restartCount() {
        return Math.max(0, attempt);
    }

    int attempt() {
        return attempt;
    }

    Optional<Run> run() {
        return Optional.ofNullable(run);
    }

    boolean isStopping() {
        return stopping;
    }

    boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    Optional<ContainerState.Terminated> ended() {
        return state instanceof ContainerState.Terminated it ? Optional.of(it) : Optional.empty();
    }

    /** Whether it has passed its startup probe and hook, or never had any. */
    boolean isStarted() {
        return isRunning() && attendance != null && attendance.isStarted();
    }

    boolean isReady() {
        return isStarted() && !stopping && attendance != null && attendance.isReady();
    }

    /** The ports on which it wrongly listens on every address. */
    List<Integer> wildcardPorts() {
        return isRunning() && attendance != null ? attendance.wildcardPorts() : List.of();
    }

    String containerId() {
        return run == null ? "" : around.containerId(run.name());
    }

    Optional<String> digest() {
        return run().map(it -> it.labels().getOrDefault(Starter.LABEL_DIGEST, ""));
    }

    /** How long until there is something to do without being woken. */
    long nanosToWait() {
        return state instanceof ContainerState.Waiting ? notBefore - clock.nanos() : Long.MAX_VALUE;
    }

    /** Takes a changed manifest; a run of another image is ended, to be started anew. */
    void follow(ContainerSpec changed) {
        boolean other =
                isRunning()
                        && run != null
                        && !run.labels()
                                .getOrDefault(Starter.LABEL_IMAGE, changed.image())
                                .equals(changed.image());
        spec = changed;
        if (other && !stopping) {
            tell(
                    Severity.NORMAL,
                    "Killing",
                    "Container " + spec.name() + " definition changed, will be restarted");
            stop(around.pod().grace());
            forgive();
        }
    }

    /** Sees what has happened to the run. */
    void look() {
        Run now = run;
        if (now == null || !isRunning()) {
            return;
        }
        Optional<RunEnd> end = now.end();
        if (end.isPresent()) {
            finish(now, end.get());
            return;
        }
        if (!stopping && attendance != null) {
            attendance.reasonToKill().ifPresent(this::kill);
        }
    }

    /** Starts it if it is time; what keeps it from starting becomes its state. */
    void start() {
        if (isRunning() || clock.nanos() - notBefore < 0) {
            return;
        }
        ended().ifPresent(it -> last = Optional.of(it));
        try {
            Run begun = around.start(spec, attempt + 1);
            forgetOld();
            attempt++;
            run = begun;
            stopping = false;
            forgiven = false;
            refusals = 0;
            state = new ContainerState.Running(begun.startedAt());
            tell(Severity.NORMAL, "Created", "Created container: " + spec.name());
            tell(Severity.NORMAL, "Started", "Started container " + spec.name());
            attendance = new Attendance(around, spec, begun, Shown.NOTHING);
            begun.onEnd(around::wake);
        } catch (StartRefusal e) {
            refused(e);
        }
    }

    /** Asks it to end within the grace, after its hook has run; a second call can only hasten. */
    void stop(Duration grace) {
        Run now = run;
        if (now == null || !isRunning()) {
            return;
        }
        boolean first = !stopping;
        boolean sooner = first || grace.compareTo(stopWithin) < 0;
        stopping = true;
        stopWithin = sooner ? grace : stopWithin;
        Attendance attended = attendance;
        if (attended != null && first) {
            attended.end();
        }
        if (first && spec.hook("preStop").isPresent() && !grace.isZero()) {
            around.task(
                    "preStop/" + spec.name(), () -> new Hooks(around, spec, now).beforeStop(grace));
        } else if (sooner) {
            now.stop(grace);
        }
    }

    /** Says how to wait for the next start, or that there will be none. */
    void scheduleRestart() {
        ContainerState.Terminated was = ended().orElseThrow();
        Duration pause = forgiven ? Duration.ZERO : restarts.next(ran(was));
        notBefore = clock.nanos() + pause.toNanos();
        if (pause.isZero()) {
            start();
            return;
        }
        last = Optional.of(was);
        state =
                new ContainerState.Waiting(
                        BACK_OFF,
                        "back-off %ds restarting failed container=%s pod=%s_%s(%s)"
                                .formatted(
                                        Math.max(1, pause.toSeconds()),
                                        spec.name(),
                                        around.pod().key().name(),
                                        around.pod().key().namespace(),
                                        around.pod().uid()));
        tell(
                Severity.WARNING,
                "BackOff",
                "Back-off restarting failed container %s in pod %s_%s(%s)"
                        .formatted(
                                spec.name(),
                                around.pod().key().name(),
                                around.pod().key().namespace(),
                                around.pod().uid()));
    }

    private static Duration ran(ContainerState.Terminated run) {
        return Duration.between(run.startedAt(), run.finishedAt());
    }

    /** What the platform itself ended is started again without a pause. */
    void forgive() {
        forgiven = true;
    }

    /** It will never be started: the pod is over. */
    void giveUp() {
        if (state instanceof ContainerState.Waiting) {
            Instant now = clock.now();
            state =
                    last.orElse(
                            new ContainerState.Terminated(
                                    137,
                                    "ContainerStatusUnknown",
                                    "was never started",
                                    now,
                                    now,
                                    ""));
        }
    }

    void waitFor(String reason, String message) {
        if (state instanceof ContainerState.Waiting it && !it.reason().equals(BACK_OFF)) {
            state = new ContainerState.Waiting(reason, message);
        }
    }

    private void kill(Attendance.Sentence sentence) {
        tell(Severity.NORMAL, "Killing", sentence.message());
        stop(sentence.grace().orElse(around.pod().grace()));
    }

    private void finish(Run ended, RunEnd end) {
        if (attendance != null) {
            attendance.end();
            attendance = null;
        }
        state = terminated(ended, end);
    }

    private ContainerState.Terminated terminated(Run ended, RunEnd end) {
        String reason = end.exitCode() == 0 ? "Completed" : "Error";
        String message = "";
        if (!end.known()) {
            reason = "ContainerStatusUnknown";
            message = "the process was gone when it was looked for";
        } else if (end.exitCode() != 0 && spec.fallsBackToLogs()) {
            message = around.lastLines(spec.name(), ended.name().attempt());
        }
        return new ContainerState.Terminated(
                end.exitCode(),
                reason,
                message,
                ended.startedAt(),
                end.at(),
                around.containerId(ended.name()));
    }

    private void refused(StartRefusal refusal) {
        String reason = refusal.reason();
        boolean image = reason.equals("ErrImagePull");
        boolean news =
                !(state instanceof ContainerState.Waiting it)
                        || !it.message().contains(refusal.text());
        if (image && refusals > 0) {
            reason = "ImagePullBackOff";
        }
        refusals++;
        if (news || (image && refusals == 2)) {
            tell(Severity.WARNING, image && refusals > 1 ? "BackOff" : "Failed", told(refusal));
        }
        String text = refusal.text();
        if (reason.equals(StartRefusal.START)) {
            failAtOnce(text);
            return;
        }
        state = new ContainerState.Waiting(reason, text);
        notBefore = clock.nanos() + around.setup().timing().retry().toNanos();
    }

    private static String told(StartRefusal refusal) {
        return switch (refusal.reason()) {
            case "ErrImagePull", "ErrImageNeverPull" -> "Failed to pull image: " + refusal.text();
            default -> "Error: " + refusal.text();
        };
    }

    /** A command that is not there ends like one that failed. */
    private void failAtOnce(String message) {
        Instant now = clock.now();
        attempt++;
        run = null;
        forgiven = false;
        state = new ContainerState.Terminated(128, StartRefusal.START, message, now, now, "");
    }

    /** Of a container's runs, the last that ended is kept besides the one that begins. */
    private void forgetOld() {
        around.forgetBefore(spec.name(), attempt);
    }

    private void tell(Severity severity, String reason, String message) {
        around.tell(severity, reason, message);
    }
}
