package dev.weft.api.contract;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link ResourceClient} promises. A test class for an adapter extends this and says which
 * client to ask; every test has a namespace of its own, so the API may be shared.
 */
public abstract class ResourceClientContract {
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final ResourceType WIDGET = Widgets.TYPE;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private String namespace = "";

    /** The client to test; the kind {@link Widgets} is defined there. */
    protected abstract ResourceClient client();

    /** Makes a namespace, where the API knows of such a thing. */
    protected abstract void createNamespace(String name);

    @BeforeEach
    final void createTheTestsNamespace() {
        namespace = "contract-" + NUMBER.incrementAndGet();
        createNamespace(namespace);
    }

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

    // ---- lists ----

    @Test
    void aListIsOfTheNamespaceAndInTheOrderOfNames() {
        String other = namespace + "-other";
        createNamespace(other);
        client().create(WIDGET, widget("b"));
        client().create(WIDGET, widget("a"));
        client().create(WIDGET, Widgets.named(other, "c"));

        ResourceList list = client().list(WIDGET, Query.in(namespace));

        assertThat(list.items()).extracting(Resource::name).containsExactly("a", "b");
        assertThat(list.items()).extracting(Resource::kind).containsOnly("Widget");
        assertThat(list.resourceVersion()).matches("[1-9][0-9]*");
        assertThat(client().list(WIDGET, Query.all()).items())
                .extracting(Resource::key)
                .contains(key("a"), key("b"), new Key(other, "c"));
    }

    @Test
    void anEmptyListHasAVersionToGoOnFrom() {
        ResourceList list = client().list(WIDGET, Query.in(namespace));

        assertThat(list.items()).isEmpty();
        assertThat(list.resourceVersion()).matches("[1-9][0-9]*");
    }

    @Test
    void listsSelectByLabelsAndFields() {
        client().create(WIDGET, widget("a").withLabels(Map.of("app", "x", "tier", "front")));
        client().create(WIDGET, widget("b").withLabels(Map.of("app", "x", "tier", "back")));
        client().create(WIDGET, widget("c").withLabels(Map.of("app", "y")));

        assertThat(names(Query.in(namespace).withLabels("app=x"))).containsExactly("a", "b");
        assertThat(names(Query.in(namespace).withLabels("app=x,tier!=front"))).containsExactly("b");
        assertThat(names(Query.in(namespace).withLabels("app in (x,y),!tier")))
                .containsExactly("c");
        assertThat(names(Query.in(namespace).withLabels("tier"))).containsExactly("a", "b");
        assertThat(names(Query.in(namespace).withFields("metadata.name=b"))).containsExactly("b");
        refused(
                Reason.BAD_REQUEST,
                () -> client().list(WIDGET, Query.in(namespace).withLabels("app in x")));
        refused(
                Reason.BAD_REQUEST,
                () -> client().list(WIDGET, Query.in(namespace).withFields("spec.none=1")));
    }

    @Test
    void pagesAreOfOneMoment() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            client().create(WIDGET, widget(name));
        }
        ResourceList first = client().list(WIDGET, Query.in(namespace).page(2, ""));
        client().create(WIDGET, widget("bb"));
        client().delete(WIDGET, key("d"), Deletion.now());
        ResourceList second =
                client().list(WIDGET, Query.in(namespace).page(2, first.continueFrom()));
        ResourceList third =
                client().list(WIDGET, Query.in(namespace).page(2, second.continueFrom()));

        assertThat(first.items()).extracting(Resource::name).containsExactly("a", "b");
        assertThat(second.items()).extracting(Resource::name).containsExactly("c", "d");
        assertThat(third.items()).extracting(Resource::name).containsExactly("e");
        assertThat(third.continueFrom()).isEmpty();
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
    }

    @Test
    void aTokenThatNobodyGaveIsRefused() {
        ApiException refusal =
                refusal(() -> client().list(WIDGET, Query.in(namespace).page(2, "nonsense")));

        assertThat(refusal.reason()).isIn(Reason.BAD_REQUEST, Reason.EXPIRED);
    }

    // ---- watches ----

    @Test
    void aWatchGoesOnFromAList() throws InterruptedException {
        client().create(WIDGET, widget("before"));
        ResourceList list = client().list(WIDGET, Query.in(namespace));
        Resource made = client().create(WIDGET, widget("a"));
        Resource changed = client().update(WIDGET, made.withSpec(spec("{\"size\": 2}")));
        client().delete(WIDGET, key("a"), Deletion.now());

        try (Watch watch = client().watch(WIDGET, Query.in(namespace), list.resourceVersion())) {
            assertThat(next(watch)).isEqualTo(new WatchEvent.Added(made));
            assertThat(next(watch)).isEqualTo(new WatchEvent.Modified(changed));
            WatchEvent deleted = next(watch);
            assertThat(deleted).isInstanceOf(WatchEvent.Deleted.class);
            Resource last = ((WatchEvent.Deleted) deleted).resource();
            assertThat(last.uid()).isEqualTo(made.uid());
            assertThat(later(last, changed)).as("the deletion has a version of its own").isTrue();
        }
    }

    @Test
    void aWatchResumesAfterAnyEventWithoutLossOrRepetition() throws InterruptedException {
        String version = client().list(WIDGET, Query.in(namespace)).resourceVersion();
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            client().create(WIDGET, widget("n" + i));
            if (i % 2 == 1) {
                try (Watch watch = client().watch(WIDGET, Query.in(namespace), version)) {
                    for (int j = 0; j < 2; j++) {
                        WatchEvent event = next(watch);
                        seen.add(((WatchEvent.Added) event).resource().name());
                        version = event.resourceVersion();
                    }
                }
            }
        }

        assertThat(seen).containsExactly("n0", "n1", "n2", "n3", "n4", "n5");
    }

    @Test
    void aWatchFromNowhereBeginsWithWhatThereIs() throws InterruptedException {
        Resource a = client().create(WIDGET, widget("a"));
        Resource b = client().create(WIDGET, widget("b"));

        try (Watch watch = client().watch(WIDGET, Query.in(namespace), "")) {
            List<WatchEvent> initial = new ArrayList<>();
            while (initial.isEmpty() || !(initial.getLast() instanceof WatchEvent.InitialEnd)) {
                initial.add(nextOfAny(watch));
            }
            assertThat(initial.subList(0, initial.size() - 1))
                    .containsExactlyInAnyOrder(new WatchEvent.Added(a), new WatchEvent.Added(b));
            assertThat(initial.getLast().resourceVersion()).matches("[1-9][0-9]*");

            Resource c = client().create(WIDGET, widget("c"));
            assertThat(next(watch)).isEqualTo(new WatchEvent.Added(c));
        }
    }

    @Test
    void aWatchSeesObjectsEnterAndLeaveItsSelection() throws InterruptedException {
        String version = client().list(WIDGET, Query.in(namespace)).resourceVersion();
        try (Watch watch =
                client().watch(WIDGET, Query.in(namespace).withLabels("on=yes"), version)) {
            Resource made = client().create(WIDGET, widget("a"));
            Resource on = client().update(WIDGET, made.withLabels(Map.of("on", "yes")));
            Resource changed = client().update(WIDGET, on.withSpec(spec("{\"size\": 2}")));
            client().update(WIDGET, changed.withLabels(Map.of("on", "no")));

            assertThat(next(watch)).isEqualTo(new WatchEvent.Added(on));
            assertThat(next(watch)).isEqualTo(new WatchEvent.Modified(changed));
            assertThat(next(watch)).isInstanceOf(WatchEvent.Deleted.class);
        }
    }

    @Test
    void aWatchOfOneObjectSeesThatOneAlone() throws InterruptedException {
        String version = client().list(WIDGET, Query.in(namespace)).resourceVersion();
        Query one = Query.in(namespace).withFields("metadata.name=b");
        try (Watch watch = client().watch(WIDGET, one, version)) {
            client().create(WIDGET, widget("a"));
            Resource b = client().create(WIDGET, widget("b"));

            assertThat(next(watch)).isEqualTo(new WatchEvent.Added(b));
        }
    }

    @Test
    void aQuietWatchGivesNothingAndAClosedOneSaysSo() throws InterruptedException {
        String version = client().list(WIDGET, Query.in(namespace)).resourceVersion();
        Watch watch = client().watch(WIDGET, Query.in(namespace), version);
        Optional<WatchEvent> quiet = watch.next(Duration.ofMillis(20));
        assertThat(quiet.filter(it -> !(it instanceof WatchEvent.Bookmark))).isEmpty();
        watch.close();

        eventually(
                () ->
                        assertThatThrownBy(() -> watch.next(Duration.ofMillis(10)))
                                .isInstanceOf(ApiException.class)
                                .matches(it -> ((ApiException) it).is(Reason.CLOSED)));
    }

    @Test
    void aWatchFromAVersionLongGoneIsExpired() {
        client().create(WIDGET, widget("a"));
        String ancient = ancientVersion();

        eventually(
                () -> {
                    ApiException refusal =
                            refusal(
                                    () -> {
                                        try (Watch watch =
                                                client().watch(
                                                                WIDGET,
                                                                Query.in(namespace),
                                                                ancient)) {
                                            nextOfAny(watch);
                                        }
                                    });
                    assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED);
                });
    }

    /** A version from which no watch can go on any more. */
    protected abstract String ancientVersion();

    // ---- what tests say ----

    protected final String namespace() {
        return namespace;
    }

    protected final Key key(String name) {
        return new Key(namespace, name);
    }

    protected final Resource widget(String name) {
        return Widgets.named(namespace, name);
    }

    protected static JsonObject spec(String json) {
        return JsonText.read(json).object().orElseThrow();
    }

    protected static ApiException refused(Reason reason, ThrowingCallable call) {
        ApiException refusal = refusal(call);
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        return refusal;
    }

    protected final Resource current(String name) {
        return client().get(WIDGET, key(name)).orElseThrow();
    }

    private static ApiException refusal(ThrowingCallable call) {
        ApiException refusal = catchThrowableOfType(ApiException.class, call);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    private List<String> names(Query query) {
        return client().list(WIDGET, query).items().stream().map(Resource::name).toList();
    }

    private void increment(String name) {
        while (true) {
            Resource now = current(name);
            long size = now.spec().whole("size").orElseThrow();
            try {
                client().update(WIDGET, now.withAt(Json.of(size + 1), "spec", "size"));
                return;
            } catch (ApiException e) {
                if (!e.is(Reason.CONFLICT)) {
                    throw e;
                }
            }
        }
    }

    private static Patch jsonPatch(String text) {
        JsonArray body = JsonText.read(text).array().orElseThrow();
        return new Patch(Patch.Form.JSON, body);
    }

    private static boolean later(Resource second, Resource first) {
        return Long.parseLong(second.resourceVersion()) > Long.parseLong(first.resourceVersion());
    }

    /** The next event that is about an object. */
    private static WatchEvent next(Watch watch) throws InterruptedException {
        while (true) {
            WatchEvent event = nextOfAny(watch);
            if (!(event instanceof WatchEvent.Bookmark)) {
                return event;
            }
        }
    }

    private static WatchEvent nextOfAny(Watch watch) throws InterruptedException {
        return watch.next(PATIENCE)
                .orElseThrow(() -> new AssertionError("no event within " + PATIENCE));
    }
}
