package dev.weft.machine.container;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Container;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A container's manifest as the agent reads it. */
public record ContainerSpec(JsonObject tree, Role role) {
    private static final int PORT_DEFAULT = 8080;

    /** When it runs. */
    public enum Role {
        /** To its end before the next one. */
        INIT,
        /** From before the main ones until after them. */
        SIDECAR,
        MAIN
    }

    public static ContainerSpec init(JsonObject tree) {
        boolean always = tree.text("restartPolicy").orElse("").equals("Always");
        return new ContainerSpec(tree, always ? Role.SIDECAR : Role.INIT);
    }

    public static ContainerSpec main(JsonObject tree) {
        return new ContainerSpec(tree, Role.MAIN);
    }

    public String name() {
        return tree.text("name").orElse("");
    }

    public String image() {
        return tree.text("image").orElse("");
    }

    public List<String> command() {
        return tree.array("command").texts();
    }

    public List<String> arguments() {
        return tree.array("args").texts();
    }

    public List<Container.Port> ports() {
        return new Container(tree).ports();
    }

    /** The one that the process is told to listen on. */
    public int port() {
        return ports().stream().findFirst().map(Container.Port::number).orElse(PORT_DEFAULT);
    }

    public Optional<Integer> port(String name) {
        return ports().stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .map(Container.Port::number);
    }

    public Optional<ProbeSpec> readiness() {
        return probe("readinessProbe");
    }

    public Optional<ProbeSpec> liveness() {
        return probe("livenessProbe");
    }

    public Optional<ProbeSpec> startup() {
        return probe("startupProbe");
    }

    public Optional<JsonObject> hook(String name) {
        return Optional.of(tree.object("lifecycle", name)).filter(it -> !it.isEmpty());
    }

    public boolean fallsBackToLogs() {
        return tree.text("terminationMessagePolicy").orElse("").equals("FallbackToLogsOnError");
    }

    private Optional<ProbeSpec> probe(String name) {
        JsonObject probe = tree.object(name);
        return probe.isEmpty() || role == Role.INIT
                ? Optional.empty()
                : Optional.of(new ProbeSpec(probe));
    }

    /** How a probe is to be made. */
    public record ProbeSpec(JsonObject tree) {
        public Duration initialDelay() {
            return seconds("initialDelaySeconds", 0);
        }

        public Duration period() {
            return seconds("periodSeconds", 10);
        }

        public Duration timeout() {
            return seconds("timeoutSeconds", 1);
        }

        public int successThreshold() {
            return Math.toIntExact(Math.max(1, tree.whole("successThreshold").orElse(1L)));
        }

        public int failureThreshold() {
            return Math.toIntExact(Math.max(1, tree.whole("failureThreshold").orElse(3L)));
        }

        public Optional<Duration> grace() {
            return tree.whole("terminationGracePeriodSeconds").map(Duration::ofSeconds);
        }

        private Duration seconds(String field, long otherwise) {
            long seconds = tree.whole(field).orElse(otherwise);
            return Duration.ofSeconds(seconds <= 0 && otherwise > 0 ? otherwise : seconds);
        }
    }
}
