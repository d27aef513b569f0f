package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.access.Identity;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.Yaml;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dataplane.http2.HealthCall;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.log.LogBounds;
import dev.weft.machine.log.LogQuery;
import dev.weft.testkit.CollectedFaults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An embedded API and an agent on one directory, with short waits. One test's thread. */
final class Machine implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(30);
    private static final Timing QUICK =
            new Timing(
                    Duration.ofMillis(200),
                    Duration.ofMillis(400),
                    Duration.ofMinutes(10),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(200));

    private final Path directory;
    private final CollectedFaults faults = new CollectedFaults();
    private final EmbeddedApi api;
    private final UnaryOperator<ResourceClient> between;
    private final TaskScope scope;
    private @Nullable Agent agent;

    private Machine(Path directory, EmbeddedApi api, UnaryOperator<ResourceClient> between) {
        this.directory = directory;
        this.api = api;
        this.between = between;
        this.scope = new TaskScope("test", faults, Duration.ofSeconds(5));
    }

    /** With an API and an agent that has begun. */
    static Machine start(Path directory) throws IOException {
        Machine machine = withoutAgent(directory, it -> it);
        machine.startAgent();
        return machine;
    }

    /**
     * @param between what the agent's client is wrapped in
     */
    static Machine withoutAgent(Path directory, UnaryOperator<ResourceClient> between)
            throws IOException {
        Path data = Files.createDirectories(directory.resolve("api"));
        var faults = new CollectedFaults();
        EmbeddedApi api = EmbeddedApi.open(Setup.in(data, faults));
        return new Machine(directory, api, between);
    }

    static AgentSetup setup(Path directory) {
        return AgentSetup.in(directory.resolve("data"), "here")
                .withBasics(
                        Map.of(
                                "PATH",
                                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
                .withHealth(new HealthCall(Clock.system())::ask)
                .withTiming(QUICK)
                .withLogs(LogBounds.USUAL);
    }

    void startAgent() throws IOException {
        ResourceClient client = between.apply(api.client(Identity.internal("node")));
        var surroundings =
                new Surroundings(
                        client, Clock.system(), new Chance(System.nanoTime()), faults, scope);
        Agent started = Agent.open(setup(directory), surroundings);
        agent = started;
        started.start();
    }

    Agent agent() {
        if (agent == null) {
            throw new IllegalStateException("no agent runs");
        }
        return agent;
    }

    void stopAgent() {
        agent().close();
        agent = null;
    }

    ResourceClient client() {
        return api.client(Identity.admin());
    }

    Path directory() {
        return directory;
    }

    /** Creates what a manifest describes, in the default namespace. */
    Resource create(ResourceType type, String yaml) {
        JsonObject tree = Yaml.read(yaml).getFirst().value().object().orElseThrow();
        tree =
                tree.with("apiVersion", type.apiVersion())
                        .with("kind", type.kind())
                        .withAt(dev.weft.api.codec.Json.of("default"), "metadata", "namespace");
        if (type.equals(Types.POD)) {
            tree = tree.withAt(dev.weft.api.codec.Json.of("here"), "spec", "nodeName");
        }
        return client().create(type, new Resource(tree));
    }

    /** A pod of one container of the empty image that runs a line of shell. */
    Resource shell(String name, String line, String... more) {
        var yaml =
                new StringBuilder(
                        """
                        metadata: {name: %s}
                        spec:
                          terminationGracePeriodSeconds: 5
                          containers:
                          - name: main
                            image: weft.dev/host
                            command: [sh, -c, %s]
                        """
                                .formatted(name, dev.weft.api.codec.Json.of(line)));
        for (String it : more) {
            yaml.append(it.indent(0));
        }
        return create(Types.POD, yaml.toString());
    }

    Resource pod(String name) {
        return client().get(Types.POD, new Key("default", name))
                .orElseThrow(() -> new AssertionError("there is no pod " + name));
    }

    JsonObject container(String name) {
        return pod(name).status().array("containerStatuses").objects().getFirst();
    }

    boolean exists(String name) {
        return client().get(Types.POD, new Key("default", name)).isPresent();
    }

    void delete(String name) {
        client().delete(Types.POD, new Key("default", name), Deletion.background());
    }

    void awaitPhase(String name, String phase) {
        await(name, it -> assertThat(it.phase()).isEqualTo(phase));
    }

    void awaitReady(String name) {
        await(name, it -> assertThat(it.isReady()).as(it.resource().status().toString()).isTrue());
    }

    void awaitWaiting(String name, String reason) {
        await(
                name,
                it ->
                        assertThat(container(name).text("state", "waiting", "reason"))
                                .as(it.resource().status().toString())
                                .contains(reason));
    }

    void awaitGone(String name) {
        eventually(LONG, () -> assertThat(exists(name)).isFalse());
    }

    void await(String name, Consumer<Pod> condition) {
        eventually(LONG, () -> condition.accept(new Pod(pod(name))));
    }

    Condition condition(String name, String type) {
        return pod(name).condition(type).orElseThrow(() -> new AssertionError("no " + type));
    }

    /** Reasons and messages of the Events about a pod, oldest first. */
    List<String> events(String name) {
        return client().list(Types.EVENT, Query.in("default")).items().stream()
                .filter(it -> it.tree().text("involvedObject", "name").orElse("").equals(name))
                .map(
                        it ->
                                it.tree().text("reason").orElse("")
                                        + ": "
                                        + it.tree().text("message").orElse(""))
                .toList();
    }

    String log(String name) {
        return log(name, new PodOutput.Wish("", false, false, LogQuery.ALL));
    }

    String log(String name, PodOutput.Wish wish) {
        var out = new ByteArrayOutputStream();
        try {
            agent().output().write(pod(name), wish, out);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    void awaitLog(String name, String part) {
        eventually(LONG, () -> assertThat(log(name)).contains(part));
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
        scope.close();
        api.close();
        assertThat(faults.all()).isEmpty();
    }
}
