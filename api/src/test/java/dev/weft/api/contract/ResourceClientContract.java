package dev.weft.api.contract;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What {@link ResourceClient} promises. A test class for an adapter extends this and says which
 * client to ask; every test has a namespace of its own, so the API may be shared.
 */
public abstract class ResourceClientContract extends WritingContract {
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
}
