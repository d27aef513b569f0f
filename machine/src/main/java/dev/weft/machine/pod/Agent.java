package dev.weft.machine.pod;

import dev.weft.api.client.Query;
import dev.weft.api.control.EventRecorder;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Observed;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.image.ImageStore;
import dev.weft.machine.network.PodAddresses;
import dev.weft.machine.sandbox.ProcessSandbox;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Makes the pods of one node run as processes of this machine. Any thread; one platform at a time
 * may have its directory.
 *
 * <p>Closing it ends all processes within a bounded time, to be started again by the next one. A
 * crash leaves them running, and the next agent goes on with them.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LateLogger.of(Agent.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration GRACE_OF_UNWANTED = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final AgentSetup setup;
    private final TaskScope tasks;
    private final Sandbox sandbox;
    private final ImageStore images;
    private final AgentParts parts;
    private final Informer pods;
    private final Map<String, PodRecord> records;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private volatile boolean closing;

    private Agent(
            AgentSetup setup,
            Surroundings outside,
            Sandbox sandbox,
            ImageStore images,
            PodAddresses addresses,
            Map<String, PodRecord> records) {
        this.setup = setup;
        this.sandbox = sandbox;
        this.images = images;
        this.records = new ConcurrentHashMap<>(records);
        this.tasks = new TaskScope("pods", outside.faults(), PATIENCE);
        var inside =
                new Surroundings(
                        outside.client(),
                        outside.clock(),
                        outside.chance().fork(),
                        outside.faults(),
                        tasks);
        this.parts =
                new AgentParts(
                        setup,
                        outside.client(),
                        outside.clock(),
                        outside.faults(),
                        tasks,
                        new EventRecorder(inside, "kubelet"),
                        sandbox,
                        new Starter(setup, outside.client(), sandbox, images),
                        addresses,
                        AgentParts.machineMemory());
        this.pods =
                new Informer(
                                inside,
                                Types.POD,
                                Query.all().withFields("spec.nodeName=" + setup.nodeName()))
                        .listen(this::observe);
    }

    /** Takes over what an earlier platform left, without doing anything yet. */
    public static Agent open(AgentSetup setup, Surroundings surroundings) throws IOException {
        Clock clock = surroundings.clock();
        var records = PodRecord.all(setup.pods());
        PodAddresses addresses = PodAddresses.open(setup.network());
        records.forEach((pod, record) -> addresses.restore(pod, record.address()));
        Sandbox sandbox =
                ProcessSandbox.open(setup.sandbox(), setup.logs(), clock, surroundings.faults());
        try {
            ImageStore images = ImageStore.open(setup.images(), () -> digests(sandbox), clock);
            return new Agent(setup, surroundings, sandbox, images, addresses, records);
        } catch (IOException e) {
            sandbox.close();
            throw e;
        }
    }

    /** The images of this data directory, for the command line while no platform runs. */
    public static ImageStore images(AgentSetup setup, Clock clock) throws IOException {
        return ImageStore.open(setup.images(), () -> digestsIn(setup.sandbox()), clock);
    }

    /** Begins; pods are gone on with as soon as the API has told which there are. */
    public void start() {
        pods.start();
        tasks.start("leftovers", this::endUnwanted);
    }

    public ImageStore images() {
        return images;
    }

    public PodOutput output() {
        return new PodOutput(parts, uid -> Optional.ofNullable(workers.get(uid)));
    }

    /** Ends every process, all at once, each within its pod's grace and the setup's bound. */
    @Override
    public void close() {
        closing = true;
        Duration most = setup.timing().drainMost();
        workers.values().forEach(it -> it.mail().drain(most));
        long by = parts.clock().nanos() + most.plus(PATIENCE).toNanos();
        try {
            for (PodWorker worker : workers.values()) {
                Duration left = Duration.ofNanos(by - parts.clock().nanos());
                if (left.isNegative() || !worker.mail().awaitFinish(left)) {
                    LOG.log(Level.WARNING, "pod {0} did not stop in time", worker.pod().key());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tasks.close();
            sandbox.close();
        }
    }

    /** On the informer's thread. */
    private void observe(Observed what) {
        if (closing) {
            return;
        }
        switch (what) {
            case Observed.Appeared appeared -> follow(appeared.resource());
            case Observed.Changed changed -> {
                if (!changed.before().uid().equals(changed.resource().uid())) {
                    leave(changed.before().uid());
                }
                follow(changed.resource());
            }
            case Observed.Gone gone -> leave(gone.resource().uid());
        }
    }

    private void follow(Resource pod) {
        PodWorker known = workers.get(pod.uid());
        if (known != null) {
            known.mail().observe(pod);
            return;
        }
        var worker = new PodWorker(parts, pod, Optional.ofNullable(records.remove(pod.uid())));
        workers.put(pod.uid(), worker);
        parts.task(
                "pod/" + pod.key(),
                () -> {
                    worker.run();
                    if (worker.mail().isGone()) {
                        workers.remove(pod.uid(), worker);
                    }
                });
    }

    private void leave(String uid) {
        PodWorker worker = workers.get(uid);
        if (worker == null) {
            return;
        }
        worker.mail().gone();
        if (worker.mail().isFinished()) {
            workers.remove(uid, worker);
        }
    }

    /** Ends what runs for pods that the API does not know any more, and removes what they left. */
    private void endUnwanted() {
        try {
            while (!pods.awaitSync(PATIENCE)) {
                if (tasks.isClosed()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Set<String> wanted = pods.all().stream().map(Resource::uid).collect(Collectors.toSet());
        List<Run> unwanted =
                sandbox.runs().stream()
                        .filter(it -> !wanted.contains(it.name().pod()))
                        .filter(it -> !workers.containsKey(it.name().pod()))
                        .toList();
        if (!unwanted.isEmpty()) {
            LOG.log(Level.INFO, "ending {0} processes of pods that are no more", unwanted.size());
        }
        unwanted.forEach(it -> it.stop(GRACE_OF_UNWANTED));
        if (!ended(unwanted)) {
            return;
        }
        unwanted.forEach(Run::forget);
        records.forEach(
                (uid, record) -> {
                    if (!wanted.contains(uid)) {
                        parts.remove(setup.pods().resolve(uid));
                        parts.addresses().release(record.address());
                    }
                });
        removeLogs(wanted);
        collectImages();
    }

    /** Waits for them; false where the agent is closing. */
    private boolean ended(List<Run> runs) {
        try {
            while (runs.stream().anyMatch(it -> it.end().isEmpty())) {
                Pause.of(LOOK_AGAIN);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void removeLogs(Set<String> wanted) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(setup.podLogs())) {
            for (Path directory : found) {
                String name = directory.getFileName().toString();
                String uid = name.substring(name.lastIndexOf('_') + 1);
                if (!wanted.contains(uid) && !workers.containsKey(uid)) {
                    parts.remove(directory);
                }
            }
        } catch (NoSuchFileException e) {
            // nothing was ever logged
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot look for old logs: {0}", e.getMessage());
        }
    }

    private void collectImages() {
        try {
            images.collect();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot collect images: {0}", e.getMessage());
        }
    }

    private static Set<String> digests(Sandbox sandbox) {
        return sandbox.runs().stream()
                .filter(it -> it.end().isEmpty())
                .map(it -> it.labels().getOrDefault(Starter.LABEL_DIGEST, ""))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> digestsIn(Path sandbox) {
        try {
            return ProcessSandbox.labelsIn(sandbox).stream()
                    .map(it -> it.getOrDefault(Starter.LABEL_DIGEST, ""))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
