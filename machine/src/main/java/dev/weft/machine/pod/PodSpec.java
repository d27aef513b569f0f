package dev.weft.machine.pod;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod as the agent reads it. */
record PodSpec(Resource resource) {
    private static final long GRACE_DEFAULT = 30;

    /** What becomes of a container that has ended. */
    enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    String uid() {
        return resource.uid();
    }

    Key key() {
        return resource.key();
    }

    JsonObject spec() {
        return resource.spec();
    }

    /** All of them in the order in which they are begun. */
    List<ContainerSpec> containers() {
        var containers = new ArrayList<ContainerSpec>();
        spec().array("initContainers").objects().forEach(it -> containers.add(ContainerSpec.init(it)));
        spec().array("containers").objects().forEach(it -> containers.add(ContainerSpec.main(it)));
        return containers;
    }

    RestartPolicy restartPolicy() {
        return switch (spec().text("restartPolicy").orElse("Always")) {
            case "Never" -> RestartPolicy.NEVER;
            case "OnFailure" -> RestartPolicy.ON_FAILURE;
            default -> RestartPolicy.ALWAYS;
        };
    }

    Duration grace() {
        return Duration.ofSeconds(
                spec().whole("terminationGracePeriodSeconds").orElse(GRACE_DEFAULT));
    }

    /** What is left of the life that a deletion allows; the whole grace where it says nothing. */
    Duration deletionGrace() {
        return resource.tree()
                .whole("metadata", "deletionGracePeriodSeconds")
                .map(Duration::ofSeconds)
                .orElse(grace());
    }

    Optional<Duration> activeDeadline() {
        return spec().whole("activeDeadlineSeconds").map(Duration::ofSeconds);
    }

    boolean usesHostNetwork() {
        return spec().flag("hostNetwork").orElse(false);
    }

    String phase() {
        return resource.status().text("phase").orElse("Pending");
    }

    boolean isTerminal() {
        return phase().equals("Succeeded") || phase().equals("Failed");
    }

    String logDirectory() {
        return resource.namespace() + "_" + resource.name() + "_" + uid();
    }
}
