package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.contract.HostileClient;
import dev.weft.api.contract.Ills;
import dev.weft.api.model.Types;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The agent on an API that is late, refuses, forgets, and says that it failed when it did not. */
@ExtendWith({NothingLeft.class, Seeds.class})
@Timeout(120)
final class HostileApiTest {
    @TempDir Path directory;

    @Test
    void podsComeAndGoAllTheSame(Seed seed) throws Exception {
        var chance = seed.chance();
        try (Machine machine =
                Machine.withoutAgent(
                        directory, it -> new HostileClient(it, chance.fork(), Ills.usual()))) {
            machine.startAgent();
            machine.create(Types.CONFIG_MAP, "metadata: {name: settings}\ndata: {colour: blue}\n");
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 5; i++) {
                    machine.create(
                            Types.POD,
                            """
                            metadata: {name: pod-%d}
                            spec:
                              terminationGracePeriodSeconds: 1
                              containers:
                              - name: main
                                image: weft.dev/host
                                command: [sh, -c, 'echo $colour; exec sleep 300']
                                envFrom: [{configMapRef: {name: settings}}]
                            """
                                    .formatted(i));
                }
                for (int i = 0; i < 5; i++) {
                    machine.awaitReady("pod-" + i);
                    machine.awaitLog("pod-" + i, "blue");
                    machine.delete("pod-" + i);
                }
                for (int i = 0; i < 5; i++) {
                    machine.awaitGone("pod-" + i);
                }
            }
            eventually(
                    Machine.LONG,
                    () -> {
                        assertThat(directory.resolve("data/pods")).isEmptyDirectory();
                        assertThat(directory.resolve("data/sandbox/runs")).isEmptyDirectory();
                    });
        }
    }
}
