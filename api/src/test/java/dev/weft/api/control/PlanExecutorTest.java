package dev.weft.api.control;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.contract.Adapter;
import dev.weft.api.contract.HostileClient;
import dev.weft.api.contract.Ills;
import dev.weft.api.contract.Weft;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Plans on an API that carries everything out and never says so. */
@ExtendWith(NothingLeft.class)
final class PlanExecutorTest {
    private static final Key SUBJECT = new Key("probe", "subject");
    private static final Ills EVERY_ANSWER_LOST = new Ills(0, 0, 100, 0, 0, 0, Duration.ZERO);

    private final Weft weft = Weft.open(Adapter.EMBEDDED);
    private final Surroundings surroundings = mute(weft.surroundings());
    private final PlanExecutor executor =
            new PlanExecutor(
                    surroundings,
                    new Expectations(List.of(), new LiveReader(surroundings)),
                    new EventRecorder(surroundings, "probe"));

    @BeforeEach
    void start() {
        weft.createNamespace("probe");
    }

    @AfterEach
    void close() {
        weft.close();
    }

    @Test
    void aLostAnswerEndsNoPlan() throws InterruptedException {
        Resource node = Resource.of(Types.NODE, "", "n");
        Resource there = weft.direct().create(Types.CONFIG_MAP, map("there"));
        Resource known = weft.direct().create(Types.NODE, node);
        Resource doomed = weft.direct().create(Types.CONFIG_MAP, map("doomed"));

        Optional<Refusal> refusal =
                executor.execute(
                        SUBJECT,
                        Plan.of(
                                new Action.Create(Types.CONFIG_MAP, map("new")),
                                new Action.Create(Types.CONFIG_MAP, unnamed()),
                                new Action.Update(
                                        Types.CONFIG_MAP, there.withAt(Json.of("b"), "data", "a")),
                                new Action.UpdateStatus(
                                        Types.NODE, known.withAt(Json.of("x"), "status", "phase")),
                                new Action.Delete(
                                        Types.CONFIG_MAP,
                                        doomed.key(),
                                        Deletion.background().onlyUid(doomed.uid())),
                                new Action.Tell(there, Action.Severity.NORMAL, "Done", "all")));

        assertThat(refusal).isEmpty();
        List<Resource> maps = weft.direct().list(Types.CONFIG_MAP, Query.in("probe")).items();
        assertThat(maps).hasSize(3).extracting(Resource::name).contains("new", "there");
        assertThat(maps).filteredOn(it -> it.name().startsWith("some-")).hasSize(1);
        assertThat(weft.direct().get(Types.CONFIG_MAP, there.key()).orElseThrow().tree())
                .satisfies(it -> assertThat(it.text("data", "a")).contains("b"));
        assertThat(weft.direct().get(Types.NODE, node.key()).orElseThrow().status().text("phase"))
                .contains("x");
        eventually(
                () ->
                        assertThat(weft.direct().list(Types.EVENT, Query.in("probe")).items())
                                .hasSize(1));
    }

    @Test
    void aConflictWithSomebodyElseStaysOne() throws InterruptedException {
        Resource read = weft.direct().create(Types.CONFIG_MAP, map("there"));
        weft.direct().update(Types.CONFIG_MAP, read.withAt(Json.of("theirs"), "data", "a"));

        Optional<Refusal> refusal =
                executor.execute(
                        SUBJECT,
                        Plan.of(
                                new Action.Update(
                                        Types.CONFIG_MAP,
                                        read.withAt(Json.of("ours"), "data", "a"))));

        assertThat(refusal.map(it -> it.why().reason())).contains(Reason.CONFLICT);
    }

    private static Surroundings mute(Surroundings around) {
        return new Surroundings(
                new HostileClient(around.client(), around.chance().fork(), EVERY_ANSWER_LOST),
                around.clock(),
                around.chance().fork(),
                around.faults(),
                around.scope());
    }

    private static Resource map(String name) {
        return Resource.of(Types.CONFIG_MAP, "probe", name);
    }

    private static Resource unnamed() {
        return map("").withoutAt("metadata", "name")
                .withAt(Json.of("some-"), "metadata", "generateName");
    }
}
