package dev.weft.machine.pod;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Moments;
import java.time.Instant;

/** What a container does, as its status says it. */
sealed interface ContainerState {
    JsonObject tree();

    record Waiting(String reason, String message) implements ContainerState {
        @Override
        public JsonObject tree() {
            var waiting = JsonObject.builder().put("reason", reason);
            if (!message.isEmpty()) {
                waiting.put("message", message);
            }
            return JsonObject.of("waiting", waiting.build());
        }
    }

    record Running(Instant startedAt) implements ContainerState {
        @Override
        public JsonObject tree() {
            return JsonObject.of(
                    "running",
                    JsonObject.builder().put("startedAt", Moments.text(startedAt)).build());
        }
    }

    /**
     * @param containerId of the run that ended
     */
    record Terminated(
            int exitCode,
            String reason,
            String message,
            Instant startedAt,
            Instant finishedAt,
            String containerId)
            implements ContainerState {
        boolean succeeded() {
            return exitCode == 0;
        }

        @Override
        public JsonObject tree() {
            var terminated =
                    JsonObject.builder()
                            .put("exitCode", exitCode)
                            .put("reason", reason)
                            .put("startedAt", Moments.text(startedAt))
                            .put("finishedAt", Moments.text(finishedAt))
                            .put("containerID", containerId);
            if (!message.isEmpty()) {
                terminated.put("message", message);
            }
            return JsonObject.of("terminated", terminated.build());
        }
    }
}
