package dev.weft.machine.pod;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.sandbox.ProcessSandbox;
import dev.weft.machine.sandbox.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Ends what a dead platform left running: {@code weft down}. Whoever calls must hold the data
 * directory, so that no platform is alive.
 */
public final class Leftovers {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private Leftovers() {}

    /**
     * Asks all of them to end and kills what is left after the grace. They are started again by the
     * next platform.
     *
     * @return how many containers were running
     */
    public static int end(AgentSetup setup, Duration grace, Clock clock, Faults faults)
            throws IOException, InterruptedException {
        if (!Files.exists(setup.sandbox())) {
            return 0;
        }
        try (var sandbox = ProcessSandbox.open(setup.sandbox(), setup.logs(), clock, faults)) {
            List<Run> running = sandbox.runs().stream().filter(it -> it.end().isEmpty()).toList();
            remember(setup, running);
            running.forEach(it -> it.stop(grace));
            while (running.stream().anyMatch(it -> it.end().isEmpty())) {
                Pause.of(LOOK_AGAIN);
            }
            return running.size();
        }
    }

    private static void remember(AgentSetup setup, List<Run> running) throws IOException {
        var byPod = new TreeMap<String, List<String>>();
        for (Run run : running) {
            byPod.computeIfAbsent(run.name().pod(), pod -> new ArrayList<>())
                    .add(run.name().container());
        }
        for (var entry : byPod.entrySet()) {
            var directory = setup.pods().resolve(entry.getKey());
            var record = PodRecord.read(directory);
            if (record.isPresent()) {
                record.get().withStopped(entry.getValue()).write(directory);
            }
        }
    }
}
