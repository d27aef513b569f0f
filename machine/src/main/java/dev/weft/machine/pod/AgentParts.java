package dev.weft.machine.pod;

import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.EventRecorder;
import dev.weft.api.model.Resource;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.Downward;
import dev.weft.machine.container.PodSpec;
import dev.weft.machine.container.VolumeFiles;
import dev.weft.machine.log.LogQuery;
import dev.weft.machine.log.LogReader;
import dev.weft.machine.network.PodAddresses;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.RunName;
import dev.weft.machine.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** What the workers of one agent share. Any thread. */
record AgentParts(
        AgentSetup setup,
        ResourceClient client,
        Clock clock,
        Faults faults,
        TaskScope tasks,
        EventRecorder events,
        Sandbox sandbox,
        Starter starter,
        PodAddresses addresses,
        long memoryBytes) {
    private static final Logger LOG = LateLogger.of(AgentParts.class);
    private static final int LAST_LINES = 80;
    private static final int LAST_BYTES = 2048;

    /** Starts something beside the workers; nothing once the agent is closing. */
    void task(String name, Runnable work) {
        try {
            tasks.start(name, work);
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "not started: {0}", e.getMessage());
        }
    }

    List<Run> runsOf(String pod) {
        return sandbox.runs().stream().filter(it -> it.name().pod().equals(pod)).toList();
    }

    /** Forgets runs that have ended, and their logs. */
    void forget(PodSpec pod, Predicate<RunName> which) {
        for (Run run : runsOf(pod.uid())) {
            if (which.test(run.name()) && run.end().isPresent()) {
                run.forget();
                try {
                    new LogReader(logs(pod, run.name().container()), run.name().attempt()).delete();
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "cannot remove a log: {0}", e.getMessage());
                }
            }
        }
    }

    /** Leaves nothing of a pod whose processes are gone. */
    void cleanUp(PodSpec pod, String address) {
        forget(pod, it -> true);
        remove(starter.directory(pod));
        remove(setup.podLogs().resolve(pod.logDirectory()));
        addresses.release(address);
    }

    void remove(Path tree) {
        try {
            VolumeFiles.delete(tree);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove {0}: {1}", tree, e.getMessage());
        }
    }

    Path logs(PodSpec pod, String container) {
        return starter.logs(pod, container);
    }

    String lastLines(PodSpec pod, String container, int attempt) {
        var out = new ByteArrayOutputStream();
        try {
            var query =
                    new LogQuery(
                            OptionalLong.of(LAST_LINES),
                            Optional.empty(),
                            false,
                            OptionalLong.of(1 << 20));
            new LogReader(logs(pod, container), attempt).read(query, out);
        } catch (IOException e) {
            return "";
        }
        String text = out.toString(StandardCharsets.UTF_8);
        return text.length() > LAST_BYTES ? text.substring(text.length() - LAST_BYTES) : text;
    }

    Downward downward(Resource pod, String address) {
        return new Downward(
                pod,
                address,
                setup.hostIp(),
                memoryBytes,
                Runtime.getRuntime().availableProcessors());
    }

    /** How much memory the machine has; 0 where it does not say. */
    static long machineMemory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.log(Level.DEBUG, "the machine does not say how much memory it has", e);
        }
        return 0;
    }
}
