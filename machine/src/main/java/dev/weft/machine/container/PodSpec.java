package dev.weft.machine.container;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod as the agent reads it. */
public record PodSpec(Resource resource) {
    private static final long GRACE_DEFAULT = 30;

    /** What becomes of a container that has ended. */
    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    public String uid() {
        return resource.uid();
    }

    public Key key() {
        return resource.key();
    }

    public JsonObject spec() {
        return resource.spec();
    }

    /** All of them in the order in which they are begun. */
    public List<ContainerSpec> containers() {
        var containers = new ArrayList<ContainerSpec>();
        spec().array("initContainers")
                .objects()
                .forEach(it -> containers.add(ContainerSpec.init(it)));
        spec().array("containers").objects().forEach(it -> containers.add(ContainerSpec.main(it)));
        return containers;
    }

    public RestartPolicy restartPolicy() {
        return switch (spec().text("restartPolicy").orElse("Always")) {
            case "Never" -> RestartPolicy.NEVER;
            case "OnFailure" -> RestartPolicy.ON_FAILURE;
            default -> RestartPolicy.ALWAYS;
        };
    }

    public Duration grace() {
        return Duration.ofSeconds(
                spec().whole("terminationGracePeriodSeconds").orElse(GRACE_DEFAULT));
    }

    /** What is left of the life that a deletion allows; the whole grace where it says nothing. */
    public Duration deletionGrace() {
        return resource.tree()
                .whole("metadata", "deletionGracePeriodSeconds")
                .map(Duration::ofSeconds)
                .orElse(grace());
    }

    public Optional<Duration> activeDeadline() {
        return spec().whole("activeDeadlineSeconds").map(Duration::ofSeconds);
    }

    public boolean usesHostNetwork() {
        return spec().flag("hostNetwork").orElse(false);
    }

    public String phase() {
        return resource.status().text("phase").orElse("Pending");
    }

    public boolean isTerminal() {
        return phase().equals("Succeeded") || phase().equals("Failed");
    }

    public String logDirectory() {
        return resource.namespace() + "_" + resource.name() + "_" + uid();
    }
}
