package dev.weft.machine.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.contract.Adapter;
import dev.weft.api.contract.Weft;
import dev.weft.api.control.Action;
import dev.weft.api.control.Informer;
import dev.weft.api.control.LiveReader;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is collected, and what only looks as if it were to be. */
class GarbageTest {
    private static final Key KEY = new Key("default", "kept");

    private static final String OWNED =
            """
            {'apiVersion': 'v1', 'kind': 'ConfigMap',
             'metadata': {'name': 'kept', 'namespace': 'default', 'ownerReferences': [
               {'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'name': 'gone',
                'uid': '5d1c2f0e-0000-4000-8000-000000000000'}]}}
            """;

    @Test
    void whatWasLeftBehindSinceItWasReadStays() throws InterruptedException {
        try (Weft weft = Weft.open(Adapter.EMBEDDED)) {
            Resource made = weft.direct().create(Types.CONFIG_MAP, Manifests.resource(OWNED));
            Action.Delete delete = collected(weft);

            weft.direct().patch(Types.CONFIG_MAP, KEY, withoutOwners());
            assertThatThrownBy(() -> weft.direct().delete(Types.CONFIG_MAP, KEY, delete.how()))
                    .isInstanceOfSatisfying(
                            ApiException.class, it -> assertThat(it.is(Reason.CONFLICT)).isTrue());
            assertThat(weft.direct().get(Types.CONFIG_MAP, KEY))
                    .map(Resource::uid)
                    .contains(made.uid());
        }
    }

    /** What is to be done about the object as its copy shows it. */
    private static Action.Delete collected(Weft weft) throws InterruptedException {
        Informer maps = new Informer(weft.surroundings(), Types.CONFIG_MAP, Query.all());
        maps.start();
        assertThat(maps.awaitSync(Duration.ofSeconds(30))).isTrue();
        var reach = new Reach(new LiveReader(weft.surroundings()), List::of);
        var garbage = new Garbage(Types.CONFIG_MAP, maps, Map.of(Types.CONFIG_MAP, maps), reach);
        Plan plan = garbage.reconcile(KEY);
        assertThat(plan.actions()).hasSize(1);
        return (Action.Delete) plan.actions().getFirst();
    }

    private static Patch withoutOwners() {
        return Patch.merge(
                JsonObject.of(
                        "metadata", JsonObject.of("ownerReferences", JsonArray.of(List.of()))));
    }
}
