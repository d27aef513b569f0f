package dev.weft.machine.pod;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.model.Resource;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.PodSpec;
import dev.weft.machine.log.LogQuery;
import dev.weft.machine.log.LogReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;

/** What pods have written, for whoever asks. Any thread; waits when it follows. */
public final class PodOutput {
    /**
     * Which part of it.
     *
     * @param container empty for the only one
     * @param follow go on until the container has ended
     * @param previous of the run before the current one
     */
    public record Wish(String container, boolean follow, boolean previous, LogQuery query) {}

    private final AgentParts parts;
    private final Function<String, Optional<PodWorker>> workers;

    PodOutput(AgentParts parts, Function<String, Optional<PodWorker>> workers) {
        this.parts = parts;
        this.workers = workers;
    }

    /**
     * Writes what is wanted, and flushes when a reader should see it.
     *
     * @throws ApiException before anything is written, where there is no such container or no such
     *     output
     */
    public void write(Resource pod, Wish wish, OutputStream out)
            throws IOException, InterruptedException {
        var spec = new PodSpec(pod);
        String container = wish.container().isEmpty() ? only(spec) : wish.container();
        if (spec.containers().stream().noneMatch(it -> it.name().equals(container))) {
            throw bad("container %s is not valid for pod %s".formatted(container, pod.name()));
        }
        Optional<PodMail.Place> place = workers.apply(pod.uid()).flatMap(it -> it.place(container));
        int attempt = place.map(PodMail.Place::attempt).orElse(-1);
        boolean waiting = place.map(PodMail.Place::waiting).orElse(true);
        if (wish.previous()) {
            attempt = waiting ? attempt : attempt - 1;
        }
        var reader = new LogReader(parts.logs(spec, container), attempt);
        boolean ended = false;
        if (!wish.previous() && attempt > 0 && !reader.exists()) {
            // the run that begins has no output yet: as while one waits, the last one's is shown
            reader = new LogReader(parts.logs(spec, container), attempt - 1);
            ended = true;
        }
        if (attempt < 0 || !reader.exists()) {
            throw bad(
                    wish.previous()
                            ? "previous terminated container \"%s\" in pod \"%s\" not found"
                                    .formatted(container, pod.name())
                            : "container \"%s\" in pod \"%s\" is waiting to start: %s"
                                    .formatted(container, pod.name(), reason(pod, container)));
        }
        if (!wish.follow() || wish.previous() || ended) {
            reader.read(wish.query(), out);
            return;
        }
        Optional<dev.weft.machine.sandbox.Run> run = place.flatMap(PodMail.Place::run);
        reader.follow(wish.query(), out, () -> run.map(it -> it.end().isPresent()).orElse(true));
    }

    private static String only(PodSpec pod) {
        var names = pod.spec().array("containers").objects();
        if (names.size() != 1) {
            throw bad(
                    "a container name must be specified for pod %s, choose one of: [%s]"
                            .formatted(
                                    pod.key().name(),
                                    String.join(
                                            " ",
                                            pod.containers().stream()
                                                    .map(ContainerSpec::name)
                                                    .toList())));
        }
        return names.getFirst().text("name").orElse("");
    }

    private static String reason(Resource pod, String container) {
        return pod.status().array("containerStatuses").objects().stream()
                .filter(it -> it.text("name").orElse("").equals(container))
                .findFirst()
                .flatMap(it -> it.text("state", "waiting", "reason"))
                .orElse("ContainerCreating");
    }

    private static ApiException bad(String message) {
        return new ApiException(Reason.BAD_REQUEST, message);
    }
}
