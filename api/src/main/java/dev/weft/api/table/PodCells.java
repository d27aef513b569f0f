package dev.weft.api.table;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a pod does, in the few words that people know from kubectl. */
final class PodCells {
    private PodCells() {}

    static Json cell(String column, JsonObject pod, Instant now) {
        return switch (column) {
            case "Ready", "Status", "Restarts" -> {
                var summary = new Summary(pod);
                yield switch (column) {
                    case "Ready" -> Json.of(summary.ready + "/" + summary.total);
                    case "Status" -> Json.of(summary.reason);
                    default -> Json.of(summary.restarts(now));
                };
            }
            case "IP" -> text(pod.text("status", "podIP"));
            case "Node" -> text(pod.text("spec", "nodeName"));
            case "Nominated Node" -> text(pod.text("status", "nominatedNodeName"));
            case "Readiness Gates" -> gates(pod);
            default -> JsonNull.NULL;
        };
    }

    private static Json text(Optional<String> value) {
        return Json.of(value.filter(it -> !it.isEmpty()).orElse(Cells.NONE));
    }

    private static Json gates(JsonObject pod) {
        List<JsonObject> gates = pod.array("spec", "readinessGates").objects();
        if (gates.isEmpty()) {
            return Json.of(Cells.NONE);
        }
        long met =
                gates.stream()
                        .filter(it -> isTrue(pod, it.text("conditionType").orElse("")))
                        .count();
        return Json.of(met + "/" + gates.size());
    }

    private static boolean isTrue(JsonObject pod, String condition) {
        return pod.array("status", "conditions").objects().stream()
                .anyMatch(
                        it ->
                                it.text("type").filter(condition::equals).isPresent()
                                        && it.text("status").filter("True"::equals).isPresent());
    }

    /** What the states of all containers come to. */
    private static final class Summary {
        private final JsonObject pod;
        private final int total;
        private int ready;
        private long restarts;
        private String lastRestart = "";
        private String reason;

        Summary(JsonObject pod) {
            this.pod = pod;
            this.total = pod.array("spec", "containers").size();
            JsonObject status = pod.object("status");
            String phase = status.text("phase").orElse("Unknown");
            this.reason = status.text("reason").filter(it -> !it.isEmpty()).orElse(phase);
            boolean initializing = initContainers(status.array("initContainerStatuses").objects());
            if (!initializing || isTrue(pod, "Initialized")) {
                containers(status.array("containerStatuses").objects());
            }
            if (pod.at("metadata", "deletionTimestamp").isPresent()) {
                if (status.text("reason").filter("NodeLost"::equals).isPresent()) {
                    reason = "Unknown";
                } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                    reason = "Terminating";
                }
            }
        }

        /** Whether one of them is not done yet. */
        private boolean initContainers(List<JsonObject> statuses) {
            int index = 0;
            for (JsonObject status : statuses) {
                count(status);
                JsonObject terminated = status.object("state", "terminated");
                boolean done =
                        status.at("state", "terminated").isPresent()
                                && terminated.whole("exitCode").orElse(0L) == 0;
                if (!done) {
                    String waiting = status.text("state", "waiting", "reason").orElse("");
                    if (status.at("state", "terminated").isPresent()) {
                        reason = "Init:" + ending(terminated);
                    } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                        reason = "Init:" + waiting;
                    } else {
                        reason = "Init:" + index + "/" + pod.array("spec", "initContainers").size();
                    }
                    return true;
                }
                index++;
            }
            return false;
        }

        private void containers(List<JsonObject> statuses) {
            restarts = 0;
            boolean running = false;
            for (JsonObject status : statuses.reversed()) {
                count(status);
                String waiting = status.text("state", "waiting", "reason").orElse("");
                if (!waiting.isEmpty()) {
                    reason = waiting;
                } else if (status.at("state", "terminated").isPresent()) {
                    reason = ending(status.object("state", "terminated"));
                } else if (status.flag("ready").orElse(false)
                        && status.at("state", "running").isPresent()) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) {
                reason = isTrue(pod, "Ready") ? "Running" : "NotReady";
            }
        }

        private void count(JsonObject status) {
            restarts += status.whole("restartCount").orElse(0L);
            String finished = status.text("lastState", "terminated", "finishedAt").orElse("");
            if (finished.compareTo(lastRestart) > 0) {
                lastRestart = finished;
            }
        }

        private static String ending(JsonObject terminated) {
            String why = terminated.text("reason").orElse("");
            if (!why.isEmpty()) {
                return why;
            }
            long signal = terminated.whole("signal").orElse(0L);
            return signal != 0
                    ? "Signal:" + signal
                    : "ExitCode:" + terminated.whole("exitCode").orElse(0L);
        }

        String restarts(Instant now) {
            if (restarts == 0 || lastRestart.isEmpty()) {
                return Long.toString(restarts);
            }
            return restarts + " (" + Ages.since(Optional.of(lastRestart), now) + " ago)";
        }
    }
}
