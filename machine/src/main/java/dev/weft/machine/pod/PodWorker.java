package dev.weft.machine.pod;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Reason;
import dev.weft.api.control.Action;
import dev.weft.api.control.Action.Severity;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.Downward;
import dev.weft.machine.container.PodSpec;
import dev.weft.machine.container.StartRefusal;
import dev.weft.machine.container.Volumes;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.RunName;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes one pod be what its manifest says. One virtual thread runs it and is the only one to touch
 * what belongs to the pod; everybody else leaves word in the {@link PodMail} and wakes it.
 *
 * <p>Each turn looks at what has happened, does what follows from it, and tells the API once if the
 * status has changed.
 */
final class PodWorker implements PodSurroundings {
    private static final Logger LOG = LateLogger.of(PodWorker.class);
    private static final long LONGEST = Duration.ofMinutes(5).toMillis();
    private static final Duration LEAST_WAIT = Duration.ofMillis(1);
    private static final Duration GRACE_WHEN_GONE = Duration.ofSeconds(1);

    private final AgentParts parts;
    private final PodMail mail;
    private final List<ContainerWork> containers = new ArrayList<>();
    private final StatusWriter writer;
    private PodSpec pod;
    private PodRecord record;
    private Optional<StatusText.Failure> failure = Optional.empty();
    private boolean volumesReady;
    private long volumesAt;
    private String mountMessage = "";
    private boolean over;
    private boolean wasOver;
    private boolean finished;
    private long finalizeAt;

    /**
     * @param known what an earlier platform wrote down about it
     */
    PodWorker(AgentParts parts, Resource pod, Optional<PodRecord> known) {
        this.parts = parts;
        this.mail = new PodMail(pod);
        this.pod = new PodSpec(pod);
        this.record = known.orElse(new PodRecord("", parts.clock().now(), List.of()));
        this.writer = new StatusWriter(parts.client(), parts.clock(), pod);
        this.volumesAt = parts.clock().nanos();
        this.finalizeAt = volumesAt;
    }

    PodMail mail() {
        return mail;
    }

    /** Until the pod is gone, or the platform stops. */
    void run() {
        try {
            begin();
            while (!finished) {
                boolean whole = turned();
                if (!finished) {
                    mail.await(whole ? nanosToWait() : setup().timing().retry().toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mail.finish();
        }
    }

    /** The pod's containers as log readers see them; any thread. */
    Optional<PodMail.Place> place(String container) {
        return mail.place(container);
    }

    @Override
    public AgentSetup setup() {
        return parts.setup();
    }

    @Override
    public Clock clock() {
        return parts.clock();
    }

    @Override
    public PodSpec pod() {
        return pod;
    }

    @Override
    public String address() {
        return record.address();
    }

    @Override
    public void wake() {
        mail.wake();
    }

    @Override
    public void task(String name, Runnable work) {
        parts.task(pod.key() + "/" + name, work);
    }

    @Override
    public void tell(Severity severity, String reason, String message) {
        parts.events().tell(new Action.Tell(mail.latest(), severity, reason, message));
    }

    @Override
    public String containerId(RunName name) {
        return parts.sandbox().scheme() + "://" + name.word();
    }

    @Override
    public String lastLines(String container, int attempt) {
        return parts.lastLines(pod, container, attempt);
    }

    @Override
    public Run start(ContainerSpec container, int attempt) {
        tell(
                Severity.NORMAL,
                "Pulled",
                "Container image \"" + container.image() + "\" already present on machine");
        return parts.starter().start(pod, container, downward(), attempt);
    }

    @Override
    public void forgetBefore(String container, int attempt) {
        parts.forget(pod, it -> it.container().equals(container) && it.attempt() < attempt);
    }

    /** Gives the pod an address and takes over what an earlier platform left of it. */
    private void begin() throws InterruptedException {
        while (record.address().isEmpty() && !pod.isTerminal()) {
            try {
                String address =
                        pod.usesHostNetwork()
                                ? setup().hostIp()
                                : parts.addresses().give(pod.uid());
                record = new PodRecord(address, clock().now(), List.of());
                record.write(parts.starter().directory(pod));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "pod {0}: no address: {1}", pod.key(), e.getMessage());
                record = record.withAddress("");
                mail.await(setup().timing().retry().toNanos());
            }
        }
        boolean hasInits = !pod.spec().array("initContainers").isEmpty();
        List<Run> runs = parts.runsOf(pod.uid());
        for (ContainerSpec spec : pod.containers()) {
            var work =
                    new ContainerWork(
                            this, spec, hasInits && spec.role() == ContainerSpec.Role.MAIN);
            containers.add(work);
            work.adopt(runs, Shown.of(pod.resource(), spec.name()));
        }
        over = pod.isTerminal();
        wasOver = over;
        volumesReady = runs.stream().anyMatch(it -> it.end().isEmpty());
    }

    /** What should not happen in one turn must not end the pod's care; the next one tries again. */
    private boolean turned() {
        try {
            turn();
            return true;
        } catch (RuntimeException e) {
            parts.faults().report("a turn of pod " + pod.key(), e);
            return false;
        }
    }

    private void turn() {
        pod = new PodSpec(mail.latest());
        List<ContainerSpec> specs = pod.containers();
        for (int i = 0; i < Math.min(specs.size(), containers.size()); i++) {
            containers.get(i).follow(specs.get(i));
        }
        containers.forEach(ContainerWork::look);
        if (mail.drainGrace().isPresent()) {
            drain(mail.drainGrace().get());
        } else if (mail.isGone()) {
            end(GRACE_WHEN_GONE);
            finished = isQuiet() && cleanUp();
        } else if (pod.resource().isDeleting()) {
            end(pod.deletionGrace());
            publish();
            finished = isQuiet() && finalizeObject() && cleanUp();
            return;
        } else if (over) {
            end(pod.grace());
        } else {
            advance();
        }
        if (!finished) {
            publish();
        }
    }

    /** Begins what is due: volumes, then one init container after the other, then the main ones. */
    private void advance() {
        if (isPastDeadline()) {
            failure =
                    Optional.of(
                            new StatusText.Failure(
                                    "DeadlineExceeded",
                                    "Pod was active on the node longer than the specified"
                                            + " deadline"));
            over = true;
            end(pod.grace());
            containers.forEach(ContainerWork::giveUp);
            return;
        }
        if (!prepareVolumes()) {
            return;
        }
        boolean ready = true;
        for (ContainerWork it : containers) {
            ready = ready && advance(it);
        }
        clearStopped();
        if (isOver()) {
            over = true;
            end(pod.grace());
            containers.forEach(ContainerWork::giveUp);
        }
    }

    /** Whether the next container may begin. */
    private boolean advance(ContainerWork it) {
        boolean stoppedByUs = record.stopped().contains(it.spec().name());
        if (it.ended().isPresent()) {
            if (stoppedByUs && pod.restartPolicy() != PodSpec.RestartPolicy.NEVER) {
                it.forgive();
                it.scheduleRestart();
            } else if (restarts(it)) {
                it.scheduleRestart();
            }
        } else {
            it.start();
        }
        return switch (it.spec().role()) {
            case INIT -> it.ended().filter(ContainerState.Terminated::succeeded).isPresent();
            case SIDECAR -> it.isStarted();
            case MAIN -> true;
        };
    }

    private boolean restarts(ContainerWork it) {
        boolean failed = it.ended().filter(e -> !e.succeeded()).isPresent();
        return switch (it.spec().role()) {
            case SIDECAR -> true;
            case INIT -> failed && pod.restartPolicy() != PodSpec.RestartPolicy.NEVER;
            case MAIN ->
                    switch (pod.restartPolicy()) {
                        case ALWAYS -> true;
                        case ON_FAILURE -> failed;
                        case NEVER -> false;
                    };
        };
    }

    /** Whether no container that counts will ever run again. */
    private boolean isOver() {
        for (ContainerWork it : containers) {
            boolean failedInit =
                    it.spec().role() == ContainerSpec.Role.INIT
                            && it.ended().filter(e -> !e.succeeded()).isPresent()
                            && !restarts(it);
            if (failedInit) {
                return true;
            }
        }
        return containers.stream()
                .filter(it -> it.spec().role() == ContainerSpec.Role.MAIN)
                .allMatch(it -> it.ended().isPresent() && !restarts(it));
    }

    private boolean isPastDeadline() {
        return pod.activeDeadline()
                .map(it -> !record.startedAt().plus(it).isAfter(clock().now()))
                .orElse(false);
    }

    /** Sidecars are ended after the main containers. */
    private void end(Duration grace) {
        boolean mainsRun = false;
        for (ContainerWork it : containers) {
            if (it.spec().role() != ContainerSpec.Role.SIDECAR && it.isRunning()) {
                mainsRun = true;
                stop(it, grace);
            }
        }
        for (ContainerWork it : containers) {
            if (it.spec().role() == ContainerSpec.Role.SIDECAR && it.isRunning() && !mainsRun) {
                stop(it, grace);
            }
        }
    }

    private void stop(ContainerWork it, Duration grace) {
        if (!it.isStopping()) {
            tell(Severity.NORMAL, "Killing", "Stopping container " + it.spec().name());
        }
        it.stop(grace);
    }

    private boolean isQuiet() {
        return containers.stream().noneMatch(ContainerWork::isRunning);
    }

    /** The platform stops: what runs is ended, and written down to be started again. */
    private void drain(Duration most) {
        if (record.stopped().isEmpty() && !isQuiet()) {
            List<String> names =
                    containers.stream()
                            .filter(ContainerWork::isRunning)
                            .map(it -> it.spec().name())
                            .toList();
            write(record.withStopped(names));
        }
        Duration grace = pod.grace().compareTo(most) < 0 ? pod.grace() : most;
        end(grace);
        finished = isQuiet();
        if (finished && pod.restartPolicy() != PodSpec.RestartPolicy.ON_FAILURE) {
            // A pod that is to run on must not be told to have succeeded since it ended well.
            publish();
        }
    }

    private void clearStopped() {
        if (!record.stopped().isEmpty()
                && containers.stream()
                        .filter(it -> record.stopped().contains(it.spec().name()))
                        .noneMatch(it -> it.ended().isPresent())) {
            write(record.withStopped(List.of()));
        }
    }

    private void write(PodRecord changed) {
        record = changed;
        try {
            changed.write(parts.starter().directory(pod));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod {0}: {1}", pod.key(), e.getMessage());
        }
    }

    /** Makes the volumes, and keeps those up to date that can change. */
    private boolean prepareVolumes() {
        if (pod.spec().array("volumes").isEmpty()) {
            return true;
        }
        Volumes volumes = parts.starter().volumes(pod, downward());
        boolean due = clock().nanos() - volumesAt >= 0;
        if (volumesReady && !(due && volumes.canChange())) {
            return true;
        }
        if (!due) {
            return false;
        }
        try {
            volumes.prepare();
            volumesReady = true;
            mountMessage = "";
            volumesAt = clock().nanos() + setup().timing().refresh().toNanos();
        } catch (StartRefusal e) {
            volumesAt = clock().nanos() + setup().timing().retry().toNanos();
            if (!mountMessage.equals(e.text())) {
                mountMessage = e.text();
                tell(Severity.WARNING, e.reason(), e.text());
            }
        }
        return volumesReady;
    }

    private Downward downward() {
        return parts.downward(pod.resource(), record.address());
    }

    private void publish() {
        mail.show(places());
        if (wasOver) {
            // Its end was told by an earlier platform; what is left here could not tell it better.
            return;
        }
        var text =
                new StatusText(
                        pod,
                        containers,
                        record.address(),
                        setup().hostIp(),
                        record.startedAt(),
                        failure,
                        OwnConditions.of(containers, parts.starter(), clock().now()),
                        writer.basis(pod.resource()),
                        clock().now());
        if (writer.write(pod, text.tree()) == StatusWriter.Result.GONE) {
            mail.gone();
        }
    }

    private List<PodMail.Place> places() {
        return containers.stream()
                .map(
                        it ->
                                new PodMail.Place(
                                        it.spec().name(),
                                        it.attempt(),
                                        it.state() instanceof ContainerState.Waiting,
                                        it.run()))
                .toList();
    }

    /** Lets the object go, now that its processes are gone; whether the API took it. */
    private boolean finalizeObject() {
        if (clock().nanos() - finalizeAt < 0) {
            return false;
        }
        try {
            parts.client().delete(Types.POD, pod.key(), Deletion.now().onlyUid(pod.uid()));
            return true;
        } catch (ApiException e) {
            if (e.is(Reason.NOT_FOUND) || (e.is(Reason.CONFLICT) && writer.isOther(pod))) {
                return true;
            }
            LOG.log(Level.WARNING, "pod {0}: cannot finalize: {1}", pod.key(), e.getMessage());
            finalizeAt = clock().nanos() + setup().timing().retry().toNanos();
            return false;
        }
    }

    private boolean cleanUp() {
        parts.cleanUp(pod, record.address());
        return true;
    }

    private long nanosToWait() {
        long least = Duration.ofMillis(LONGEST).toNanos();
        for (ContainerWork it : containers) {
            least = Math.min(least, it.nanosToWait());
        }
        boolean looksAfterVolumes =
                !volumesReady || parts.starter().volumes(pod, downward()).canChange();
        if (!pod.spec().array("volumes").isEmpty() && looksAfterVolumes && !over) {
            least = Math.min(least, volumesAt - clock().nanos());
        }
        if (pod.resource().isDeleting() && isQuiet()) {
            least = Math.min(least, finalizeAt - clock().nanos());
        }
        if (pod.activeDeadline().isPresent() && !over) {
            Instant end = record.startedAt().plus(pod.activeDeadline().get());
            long millis = Duration.between(clock().now(), end).toMillis() + 1;
            least = Math.min(least, Duration.ofMillis(Math.min(millis, LONGEST)).toNanos());
        }
        return Math.max(LEAST_WAIT.toNanos(), Math.min(least, writer.nanosToWait()));
    }
}
