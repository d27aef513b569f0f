package dev.weft.app;

import dev.weft.dataplane.proxy.DataPlane;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.task.Promptness;
import dev.weft.mesh.compile.RouteFeed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who runs first where this process has more to do than the machine has cores: the traffic before
 * the platform's own work. One thread, which it keeps until it is interrupted.
 */
final class Precedence {
    /** Threads come and go; a new one need not wait longer than this for its place. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    /** Who collects garbage while the traffic waits. */
    private static final String COLLECTOR = "VM Thread";

    /** Who carries virtual threads, the bytes of the API and the console, and who compiles. */
    private static final List<String> BEHIND =
            List.of("ForkJoinPool-1-", "weft-API", "weft-console", "C1 Compiler", "C2 Compiler");

    private Precedence() {}

    static void keep(DataPlane dataPlane) {
        Optional<Promptness> here = Promptness.here();
        if (here.isEmpty()) {
            return;
        }
        Promptness promptness = here.get();
        dataPlane.run(promptness);
        promptness.ofThreads(COLLECTOR);
        promptness.ofThreads(RouteFeed.THREAD);
        try {
            while (true) {
                promptness.behind(BEHIND);
                Pause.of(LOOK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
