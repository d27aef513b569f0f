package dev.weft.machine.sandbox;

import java.util.List;

/** Where containers run. Any thread; calls wait for the machine, never for a container. */
public interface Sandbox extends AutoCloseable {
    /** The word before {@code ://} in a container's id. */
    String scheme();

    /** Every run that is not forgotten, also those of an earlier platform. */
    List<Run> runs();

    /**
     * Starts a run. When this returns it is known durably: whatever happens to the platform, the
     * next one finds it.
     *
     * @throws SandboxException where it cannot be started; then nothing is left of it
     */
    Run start(RunName name, Launch launch);

    /** Whether {@link Launch#mounts} are honoured; else why not. */
    Mounts mounts();

    /** Whether another user than the platform's own can be had. */
    boolean changesUser();

    /** Lets go of the runs, which go on. */
    @Override
    void close();

    /** Whether a process can see a directory at a place of its own. */
    sealed interface Mounts {
        record Possible() implements Mounts {}

        record Impossible(String why) implements Mounts {}
    }
}
