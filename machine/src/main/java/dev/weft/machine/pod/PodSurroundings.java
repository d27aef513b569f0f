package dev.weft.machine.pod;

import dev.weft.api.control.Action.Severity;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.PodSpec;
import dev.weft.machine.container.StartRefusal;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.RunName;

/** What a container's work needs of its pod's worker. Any thread, except where it says so. */
interface PodSurroundings {
    AgentSetup setup();

    Clock clock();

    PodSpec pod();

    /** The pod's own. */
    String address();

    /** Makes the worker look again. */
    void wake();

    /** Runs something that waits, on a thread of its own that ends with the agent. */
    void task(String name, Runnable work);

    void tell(Severity severity, String reason, String message);

    String containerId(RunName name);

    /** The end of what a run wrote. */
    String lastLines(String container, int attempt);

    /**
     * Worker's thread.
     *
     * @throws StartRefusal where it cannot be started
     */
    Run start(ContainerSpec container, int attempt);

    /** Forgets the runs and logs of a container from before that attempt. Worker's thread. */
    void forgetBefore(String container, int attempt);
}
