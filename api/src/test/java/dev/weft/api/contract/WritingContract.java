package dev.weft.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The half of {@link ResourceClientContract} that is about writing. */
abstract class WritingContract extends ContractGround {
    // ---- reading and creating ----

    @Test
    void whatIsNotThereIsNothing() {
        assertThat(client().get(WIDGET, key("none"))).isEmpty();
    }

    @Test
    void aKindThatIsNotServedIsRefused() {
        var unknown = new ResourceType("none.weft.dev", "v1", "None", "nones", true);

        refused(Reason.NOT_FOUND, () -> client().get(unknown, key("x")));
        refused(Reason.NOT_FOUND, () -> client().list(unknown, Query.all()));
        refused(
                Reason.NOT_FOUND,
                () -> client().create(unknown, Resource.of(unknown, namespace, "x")));
    }

    @Test
    void createGivesIdentityAndDefaults() {
        Resource made = client().create(WIDGET, widget("a"));

        assertThat(made.uid()).isNotEmpty();
        assertThat(made.resourceVersion()).matches("[1-9][0-9]*");
        assertThat(made.generation()).isEqualTo(1);
        assertThat(made.createdAt()).isPresent();
        assertThat(made.spec().text("colour")).contains("red");
        assertThat(made.kind()).isEqualTo("Widget");
        assertThat(made.apiVersion()).isEqualTo("test.weft.dev/v1");
        assertThat(client().get(WIDGET, key("a"))).contains(made);
    }

    @Test
    void aSecondCreateIsRefused() {
        client().create(WIDGET, widget("a"));

        refused(Reason.ALREADY_EXISTS, () -> client().create(WIDGET, widget("a")));
    }

    @Test
    void createMakesUpANameFromItsBeginning() {
        Resource asked =
                widget("a")
                        .withoutAt("metadata", "name")
                        .withAt(Json.of("made-"), "metadata", "generateName");

        Resource first = client().create(WIDGET, asked);
        Resource second = client().create(WIDGET, asked);

        assertThat(first.name()).matches("made-[a-z0-9]{5}");
        assertThat(second.name()).matches("made-[a-z0-9]{5}").isNotEqualTo(first.name());
    }

    @Test
    void aCreateWithAVersionIsRefused() {
        Resource with = widget("a").withAt(Json.of("5"), "metadata", "resourceVersion");

        // The reference answers 500 here, without a reason.
        assertThat(refusal(() -> client().create(WIDGET, with)).reason())
                .isIn(Reason.BAD_REQUEST, Reason.INTERNAL_ERROR);
    }

    @Test
    void identityGivenByTheCallerIsNotTaken() {
        Resource made =
                client().create(
                                WIDGET,
                                widget("a")
                                        .withAt(Json.of("mine"), "metadata", "uid")
                                        .withAt(Json.of(7), "metadata", "generation"));

        assertThat(made.uid()).isNotEqualTo("mine");
        assertThat(made.generation()).isEqualTo(1);
    }

    @Test
    void invalidObjectsAreRefusedWithTheirCauses() {
        Resource bad =
                widget("a")
                        .withSpec(spec("{\"size\": -1, \"colour\": \"pink\", \"label\": \"NOT\"}"));

        ApiException refusal = refused(Reason.INVALID, () -> client().create(WIDGET, bad));

        Set<String> fields = new TreeSet<>();
        refusal.details()
                .array("causes")
                .objects()
                .forEach(it -> fields.add(it.text("field").orElse("")));
        assertThat(fields).containsExactly("spec.colour", "spec.label", "spec.size");
        assertThat(refusal.details().text("name")).contains("a");
        assertThat(refusal.getMessage()).contains("Widget.test.weft.dev \"a\" is invalid");
    }

    @Test
    void badNamesAreRefused() {
        refused(Reason.INVALID, () -> client().create(WIDGET, widget("Upper_Case")));
        refused(
                Reason.INVALID,
                () -> client().create(WIDGET, widget("x").withoutAt("metadata", "name")));
    }

    @Test
    void unknownFieldsAreDroppedAndWhatMustStayStays() {
        String given =
                "{\"size\": 1, \"unknown\": 5, \"extra\": {\"any\": [1, {\"x\": null}, 2.5]},"
                        + " \"options\": {\"a\": \"b\"}, \"limit\": \"10%\"}";

        Resource made = client().create(WIDGET, widget("a").withSpec(spec(given)));

        assertThat(made.spec().has("unknown")).isFalse();
        assertThat(made.spec().field("extra"))
                .contains(JsonText.read("{\"any\": [1, {\"x\": null}, 2.5]}"));
        assertThat(made.spec().text("options", "a")).contains("b");
        assertThat(made.spec().text("limit")).contains("10%");
    }

    // ---- updating ----

    @Test
    void anUpdateReplacesAndCountsTheGeneration() {
        Resource made = client().create(WIDGET, widget("a"));

        Resource changed = client().update(WIDGET, made.withSpec(spec("{\"size\": 2}")));

        assertThat(changed.generation()).isEqualTo(2);
        assertThat(changed.spec().whole("size")).contains(2L);
        assertThat(changed.uid()).isEqualTo(made.uid());
        assertThat(later(changed, made)).isTrue();
    }

    @Test
    void anUpdateOfMetadataAloneLeavesTheGeneration() {
        Resource made = client().create(WIDGET, widget("a"));

        Resource changed = client().update(WIDGET, made.withLabels(Map.of("x", "y")));

        assertThat(changed.generation()).isEqualTo(1);
        assertThat(changed.labels()).containsEntry("x", "y");
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheVersion() {
        Resource made = client().create(WIDGET, widget("a"));

        assertThat(client().update(WIDGET, made).resourceVersion())
                .isEqualTo(made.resourceVersion());
    }

    @Test
    void anUpdateOfAnOldVersionIsAConflict() {
        Resource made = client().create(WIDGET, widget("a"));
        client().update(WIDGET, made.withSpec(spec("{\"size\": 2}")));

        refused(
                Reason.CONFLICT,
                () -> client().update(WIDGET, made.withSpec(spec("{\"size\": 3}"))));
        assertThat(current("a").spec().whole("size")).contains(2L);
    }

    @Test
    void anUpdateOfAnotherObjectOfThatNameIsAConflict() {
        Resource made = client().create(WIDGET, widget("a"));
        client().delete(WIDGET, key("a"), Deletion.now());
        client().create(WIDGET, widget("a"));

        refused(
                Reason.CONFLICT,
                () -> client().update(WIDGET, made.withoutAt("metadata", "resourceVersion")));
    }

    @Test
    void anUpdateOfWhatIsNotThereIsNotFound() {
        Resource gone = widget("a").withAt(Json.of("1"), "metadata", "resourceVersion");

        refused(Reason.NOT_FOUND, () -> client().update(WIDGET, gone));
    }

    @Test
    void oneOfManyConcurrentUpdatesWinsEachRound() throws InterruptedException {
        client().create(WIDGET, widget("a").withSpec(spec("{\"size\": 0}")));
        int writers = 4;
        int each = 5;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int j = 0; j < each; j++) {
                                            increment("a");
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(current("a").spec().whole("size")).contains((long) writers * each);
    }

    // ---- status ----

    @Test
    void statusIsWrittenApart() {
        Resource made =
                client().create(WIDGET, widget("a").withStatus(spec("{\"phase\": \"given\"}")));
        assertThat(made.status().isEmpty()).as("status in a create").isTrue();

        Resource ready =
                client().updateStatus(
                                WIDGET,
                                made.withStatus(spec("{\"phase\": \"Ready\"}"))
                                        .withSpec(spec("{\"size\": 9}")));
        assertThat(ready.status().text("phase")).contains("Ready");
        assertThat(ready.spec().whole("size")).as("spec in a status write").contains(1L);
        assertThat(ready.generation()).isEqualTo(1);

        Resource changed =
                client().update(
                                WIDGET,
                                ready.withSpec(spec("{\"size\": 2}"))
                                        .withStatus(spec("{\"phase\": \"Lost\"}")));
        assertThat(changed.status().text("phase")).contains("Ready");
        assertThat(changed.generation()).isEqualTo(2);
    }

    @Test
    void aStatusOfAnOldVersionIsAConflict() {
        Resource made = client().create(WIDGET, widget("a"));
        client().update(WIDGET, made.withSpec(spec("{\"size\": 2}")));

        refused(
                Reason.CONFLICT,
                () -> client().updateStatus(WIDGET, made.withStatus(spec("{\"phase\": \"Old\"}"))));
    }

    @Test
    void aStatusCanBePatched() {
        client().create(WIDGET, widget("a"));
        var patch = Patch.merge(spec("{\"status\": {\"replicas\": 3}, \"spec\": {\"size\": 8}}"));

        Resource patched = client().patchStatus(WIDGET, key("a"), patch);

        assertThat(patched.status().whole("replicas")).contains(3L);
        assertThat(patched.spec().whole("size")).contains(1L);
    }

    // ---- patches ----

    @Test
    void aMergePatchSetsAndRemoves() {
        client().create(WIDGET, widget("a").withSpec(spec("{\"size\": 1, \"replicas\": 4}")));
        JsonObject change =
                JsonObject.of(
                        "spec",
                        JsonObject.builder()
                                .put("replicas", JsonNull.NULL)
                                .put("colour", "blue")
                                .build());

        Resource patched = client().patch(WIDGET, key("a"), Patch.merge(change));

        assertThat(patched.spec()).isEqualTo(spec("{\"size\": 1, \"colour\": \"blue\"}"));
        assertThat(patched.generation()).isEqualTo(2);
    }

    @Test
    void aJsonPatchIsCarriedOutWholeOrNotAtAll() {
        client().create(WIDGET, widget("a").withSpec(spec("{\"size\": 1, \"tags\": [\"x\"]}")));

        Resource patched =
                client().patch(
                                WIDGET,
                                key("a"),
                                jsonPatch(
                                        """
                                        [{"op": "test", "path": "/spec/size", "value": 1},
                                         {"op": "replace", "path": "/spec/size", "value": 5},
                                         {"op": "add", "path": "/spec/tags/-", "value": "y"}]
                                        """));
        assertThat(patched.spec().whole("size")).contains(5L);
        assertThat(patched.spec().array("tags").texts()).containsExactly("x", "y");

        refused(
                Reason.INVALID,
                () ->
                        client().patch(
                                        WIDGET,
                                        key("a"),
                                        jsonPatch(
                                                """
                                                [{"op": "replace", "path": "/spec/size",
                                                  "value": 6},
                                                 {"op": "test", "path": "/spec/colour",
                                                  "value": "blue"}]
                                                """)));
        assertThat(current("a").spec().whole("size")).contains(5L);
    }

    @Test
    void aStrategicPatchOfACustomKindIsRefused() {
        client().create(WIDGET, widget("a"));
        var patch = new Patch(Patch.Form.STRATEGIC, spec("{\"spec\": {\"size\": 2}}"));

        refused(Reason.UNSUPPORTED_MEDIA_TYPE, () -> client().patch(WIDGET, key("a"), patch));
    }

    @Test
    void aPatchWithAnOldVersionIsAConflict() {
        Resource made = client().create(WIDGET, widget("a"));
        client().update(WIDGET, made.withSpec(spec("{\"size\": 2}")));
        JsonObject change =
                spec("{\"spec\": {\"size\": 3}}")
                        .withAt(Json.of(made.resourceVersion()), "metadata", "resourceVersion");

        refused(Reason.CONFLICT, () -> client().patch(WIDGET, key("a"), Patch.merge(change)));
    }

    @Test
    void aPatchOfWhatIsNotThereIsNotFound() {
        refused(
                Reason.NOT_FOUND,
                () -> client().patch(WIDGET, key("a"), Patch.merge(spec("{\"spec\": {}}"))));
    }

    @Test
    void aPatchThatMakesAnObjectInvalidIsRefused() {
        client().create(WIDGET, widget("a"));

        refused(
                Reason.INVALID,
                () ->
                        client().patch(
                                        WIDGET,
                                        key("a"),
                                        Patch.merge(spec("{\"spec\": {\"size\": 5000}}"))));
    }

    // ---- deleting ----

    @Test
    void aDeletedObjectIsGone() {
        client().create(WIDGET, widget("a"));
        client().delete(WIDGET, key("a"), Deletion.background());

        assertThat(client().get(WIDGET, key("a"))).isEmpty();
        refused(Reason.NOT_FOUND, () -> client().delete(WIDGET, key("a"), Deletion.background()));
    }

    @Test
    void aDeletionMeantForAnotherObjectIsAConflict() {
        Resource made = client().create(WIDGET, widget("a"));
        client().update(WIDGET, made.withSpec(spec("{\"size\": 2}")));

        refused(
                Reason.CONFLICT,
                () -> client().delete(WIDGET, key("a"), Deletion.background().onlyUid("other")));
        refused(
                Reason.CONFLICT,
                () ->
                        client().delete(
                                        WIDGET,
                                        key("a"),
                                        Deletion.background().onlyVersion(made.resourceVersion())));
        client().delete(WIDGET, key("a"), Deletion.background().onlyUid(made.uid()));
        assertThat(client().get(WIDGET, key("a"))).isEmpty();
    }

    @Test
    void finalizersHoldAnObjectUntilTheyAreRemoved() {
        Resource made =
                client().create(WIDGET, widget("a").withFinalizers(List.of("test.weft.dev/hold")));
        client().delete(WIDGET, key("a"), Deletion.background());

        Resource dying = current("a");
        assertThat(dying.isDeleting()).isTrue();
        assertThat(dying.uid()).isEqualTo(made.uid());
        assertThat(dying.generation()).isEqualTo(2);
        refused(
                Reason.INVALID,
                () ->
                        client().update(
                                        WIDGET,
                                        dying.withFinalizers(
                                                List.of(
                                                        "test.weft.dev/hold",
                                                        "test.weft.dev/more"))));

        client().update(WIDGET, dying.withFinalizers(List.of()));
        assertThat(client().get(WIDGET, key("a"))).isEmpty();
    }
}
