package dev.weft.machine.pod;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action.Severity;
import dev.weft.api.model.Pod;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.PodSpec;
import dev.weft.machine.container.StartRefusal;
import dev.weft.machine.network.PodSockets;
import dev.weft.machine.probe.Check;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.RunName;
import java.util.Optional;
import java.util.OptionalInt;

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

    /** Something that is done to a run of a container of the pod. */
    default Check check(JsonObject action, ContainerSpec container, Run run) {
        var asked = new Pod(pod().resource());
        OptionalInt port = PodSockets.port(asked);
        Optional<Check.Local> socket =
                port.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Check.Local(
                                        port.getAsInt(),
                                        new PodSockets(setup().pods()).file(asked)));
        return new Check(action, container, address(), socket, run, setup().health());
    }

    /** Forgets the runs and logs of a container from before that attempt. Worker's thread. */
    void forgetBefore(String container, int attempt);
}
