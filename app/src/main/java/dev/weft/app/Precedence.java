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

    /** Who carries virtual threads, and the bytes of the API and the console. */
    private static final List<String> OWN_WORK =
            List.of("ForkJoinPool-1-", "weft-API", "weft-console");

    private static final int OWN_WORK_BEHIND = 9;

    /** Who writes down what others wait for: behind the traffic, before the rest. */
    private static final List<String> STORE = List.of("store");

    private static final int STORE_BEHIND = 5;

    private static final List<String> COMPILERS = List.of("C1 Compiler", "C2 Compiler");

    /** Until what the traffic runs through is compiled, it is slow itself. */
    private static final int COMPILERS_AT_FIRST = 5;

    private static final int COMPILERS_BEHIND = 10;
    private static final int LOOKS_AT_FIRST = 6;

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
            for (int look = 0; ; look++) {
                promptness.behind(STORE, STORE_BEHIND);
                promptness.behind(OWN_WORK, OWN_WORK_BEHIND);
                promptness.behind(
                        COMPILERS, look < LOOKS_AT_FIRST ? COMPILERS_AT_FIRST : COMPILERS_BEHIND);
                Pause.of(LOOK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
