package dev.weft.machine.pod;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.model.Pod;
import dev.weft.machine.container.ContainerSpec;
import dev.weft.machine.container.Downward;
import dev.weft.machine.container.Environment;
import dev.weft.machine.container.Expansion;
import dev.weft.machine.container.PodSpec;
import dev.weft.machine.container.StartRefusal;
import dev.weft.machine.container.Users;
import dev.weft.machine.container.Volumes;
import dev.weft.machine.image.Image;
import dev.weft.machine.image.ImageException;
import dev.weft.machine.image.ImageName;
import dev.weft.machine.image.ImageStore;
import dev.weft.machine.network.PodSockets;
import dev.weft.machine.sandbox.Launch;
import dev.weft.machine.sandbox.Mount;
import dev.weft.machine.sandbox.Run;
import dev.weft.machine.sandbox.RunAs;
import dev.weft.machine.sandbox.RunName;
import dev.weft.machine.sandbox.Sandbox;
import dev.weft.machine.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a container's manifest into a launch and starts it. Any thread. */
final class Starter {
    /** The labels of a run by which the agent knows it again. */
    static final String LABEL_IMAGE = "image";

    static final String LABEL_DIGEST = "digest";

    private final AgentSetup setup;
    private final ResourceClient client;
    private final Sandbox sandbox;
    private final ImageStore images;

    Starter(AgentSetup setup, ResourceClient client, Sandbox sandbox, ImageStore images) {
        this.setup = setup;
        this.client = client;
        this.sandbox = sandbox;
        this.images = images;
    }

    /** Whether a container's volumes will be where it wants them; else why not. */
    Optional<String> objectionToMounts(ContainerSpec container) {
        if (container.tree().array("volumeMounts").isEmpty()) {
            return Optional.empty();
        }
        return switch (sandbox.mounts()) {
            case Sandbox.Mounts.Possible possible -> Optional.empty();
            case Sandbox.Mounts.Impossible impossible -> Optional.of(impossible.why());
        };
    }

    /**
     * @throws StartRefusal where it cannot be started
     */
    Run start(PodSpec pod, ContainerSpec container, Downward downward, int attempt) {
        try {
            return sandbox.start(
                    new RunName(pod.uid(), container.name(), attempt),
                    launch(pod, container, downward));
        } catch (SandboxException e) {
            throw refusal(e);
        } catch (ApiException | ImageException e) {
            throw StartRefusal.config(String.valueOf(e.getMessage()));
        }
    }

    private Launch launch(PodSpec pod, ContainerSpec container, Downward downward) {
        Image image = image(container);
        var environment = new Environment(client, pod.resource(), downward, setup.basics());
        var variables = new LinkedHashMap<>(environment.of(container, image));
        var volumes = volumes(pod, downward);
        boolean mounted = objectionToMounts(container).isEmpty();
        volumes.variables(container, mounted).forEach(variables::putIfAbsent);
        socket(new Pod(pod.resource())).ifPresent(it -> variables.put(PodSockets.VARIABLE, it));
        List<String> command = command(container, image, variables);
        RunAs runAs = Users.of(pod, container, sandbox.changesUser());
        List<Mount> mounts = mounted ? volumes.mounts(container, variables) : List.of();
        return new Launch(
                command,
                variables,
                workingDirectory(pod, container, image, mounts),
                runAs,
                mounts,
                logs(pod, container.name()),
                Map.of(LABEL_IMAGE, container.image(), LABEL_DIGEST, image.digest()));
    }

    /** Where the pod listens, if it has asked for a socket. */
    private Optional<String> socket(Pod pod) {
        var sockets = new PodSockets(setup.pods());
        sockets.objection(pod)
                .ifPresent(
                        why -> {
                            throw StartRefusal.config(why);
                        });
        if (PodSockets.port(pod).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(sockets.prepare(pod).toString());
        } catch (IOException e) {
            throw new StartRefusal(
                    StartRefusal.CREATE, "cannot make room for the socket: " + e.getMessage());
        }
    }

    Volumes volumes(PodSpec pod, Downward downward) {
        return new Volumes(pod, directory(pod).resolve("volumes"), client, downward);
    }

    Path logs(PodSpec pod, String container) {
        return setup.podLogs().resolve(pod.logDirectory()).resolve(container);
    }

    Path directory(PodSpec pod) {
        return setup.pods().resolve(pod.uid());
    }

    private Image image(ContainerSpec container) {
        ImageName name;
        try {
            name = ImageName.parse(container.image());
        } catch (ImageException e) {
            throw new StartRefusal("InvalidImageName", String.valueOf(e.getMessage()));
        }
        return images.find(name).orElseThrow(() -> missing(container, name));
    }

    private static StartRefusal missing(ContainerSpec container, ImageName name) {
        boolean never = container.tree().text("imagePullPolicy").orElse("").equals("Never");
        String message =
                "image \"%s\" is not in this machine's store; add it with: weft image add %s DIR -- COMMAND…"
                        .formatted(name, container.image());
        return new StartRefusal(never ? "ErrImageNeverPull" : "ErrImagePull", message);
    }

    private static List<String> command(
            ContainerSpec container, Image image, Map<String, String> variables) {
        var command = new ArrayList<String>();
        List<String> own = container.command();
        (own.isEmpty() ? image.command() : own)
                .forEach(it -> command.add(own.isEmpty() ? it : Expansion.expand(it, variables)));
        container.arguments().forEach(it -> command.add(Expansion.expand(it, variables)));
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new StartRefusal(
                    StartRefusal.CREATE,
                    "no command specified: the image "
                            + image.name()
                            + " has none, so the container needs a command");
        }
        return command;
    }

    private Path workingDirectory(
            PodSpec pod, ContainerSpec container, Image image, List<Mount> mounts) {
        Path home = image.isHost() ? scratch(pod, container) : image.content();
        String wanted =
                container
                        .tree()
                        .text("workingDir")
                        .filter(it -> !it.isEmpty())
                        .orElse(image.workingDirectory());
        Path directory = home.resolve(wanted).normalize();
        if (mounts.isEmpty() && !Files.isDirectory(directory)) {
            throw new StartRefusal(
                    StartRefusal.CREATE, "the working directory " + directory + " is not there");
        }
        return directory;
    }

    /** A directory of the container's own, which lives as long as the pod. */
    private Path scratch(PodSpec pod, ContainerSpec container) {
        Path scratch = directory(pod).resolve("scratch").resolve(container.name());
        try {
            if (!Files.exists(scratch)) {
                Files.createDirectories(scratch);
                Users.openToAll(scratch);
            }
            return scratch;
        } catch (IOException e) {
            throw new StartRefusal(
                    StartRefusal.CREATE, "cannot make " + scratch + ": " + e.getMessage());
        }
    }

    private static StartRefusal refusal(SandboxException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case NO_COMMAND -> new StartRefusal(StartRefusal.START, message);
            case NOT_SUPPORTED -> StartRefusal.config(message);
            case FAILED -> new StartRefusal(StartRefusal.CREATE, message);
        };
    }
}
