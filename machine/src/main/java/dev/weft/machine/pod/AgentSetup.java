package dev.weft.machine.pod;

import dev.weft.machine.log.LogBounds;
import dev.weft.machine.probe.HealthCalls;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent is to do its work with.
 *
 * @param data where images, runs, logs and volumes are kept; this agent's alone
 * @param nodeName whose pods are meant
 * @param hostIp what pods are told as the node's address
 * @param basics variables that every process is given, {@code PATH} for one; nothing else of the
 *     platform's environment reaches it
 * @param health asks servers of gRPC how they are
 */
public record AgentSetup(
        Path data,
        String nodeName,
        String hostIp,
        Map<String, String> basics,
        Timing timing,
        LogBounds logs,
        HealthCalls health) {
    static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public AgentSetup {
        basics = Map.copyOf(basics);
    }

    /** With usual bounds, and programs looked for in the usual places. */
    public static AgentSetup in(Path data, String nodeName) {
        return new AgentSetup(
                data,
                nodeName,
                "127.0.0.1",
                Map.of("PATH", USUAL_PATH),
                Timing.USUAL,
                LogBounds.USUAL,
                (to, service, timeout) ->
                        Optional.of("gRPC health checks are not made by this agent"));
    }

    /** With variables of the user's own in place of the usual ones. */
    public AgentSetup withBasics(Map<String, String> basics) {
        return new AgentSetup(data, nodeName, hostIp, basics, timing, logs, health);
    }

    AgentSetup withTiming(Timing timing) {
        return new AgentSetup(data, nodeName, hostIp, basics, timing, logs, health);
    }

    public AgentSetup withLogs(LogBounds logs) {
        return new AgentSetup(data, nodeName, hostIp, basics, timing, logs, health);
    }

    public AgentSetup withHealth(HealthCalls health) {
        return new AgentSetup(data, nodeName, hostIp, basics, timing, logs, health);
    }

    Path images() {
        return data.resolve("images");
    }

    Path sandbox() {
        return data.resolve("sandbox");
    }

    Path pods() {
        return data.resolve("pods");
    }

    Path podLogs() {
        return data.resolve("logs").resolve("pods");
    }

    Path network() {
        return data.resolve("network");
    }
}
