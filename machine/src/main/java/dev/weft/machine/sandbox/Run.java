package dev.weft.machine.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A process that was started, with all that it started itself. Any thread. */
public interface Run {
    RunName name();

    /** What {@link Launch#labels} said. */
    Map<String, String> labels();

    Instant startedAt();

    /** Whether it was found running or ended, started by an earlier platform. */
    boolean isAdopted();

    /** The process itself while there is one. */
    OptionalLong pid();

    /** All processes of the run. */
    Set<Long> pids();

    /**
     * How it ended; absent until the last of its processes is gone and all that they wrote is in
     * the log.
     */
    Optional<RunEnd> end();

    /** Calls once it has ended, at once where it has. */
    void onEnd(Runnable told);

    /**
     * Ends it: asks the process, then those that outlive it, and after the grace kills what is
     * left. Returns at once; a second call can only shorten the grace.
     */
    void stop(Duration grace);

    /**
     * Runs a command as part of it: same directory, environment and user. Its processes are gone
     * when this returns.
     */
    ExecResult exec(List<String> command, Duration patience) throws InterruptedException;

    /** Forgets a run that has ended; its log stays. */
    void forget();
}
