package dev.weft.machine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Single decisions about a Deployment. */
class RolloutTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final Resource web =
            Manifests.deployment(3)
                    .withAnnotation("kubernetes.io/change-cause", "first")
                    .withAnnotation("kubectl.kubernetes.io/last-applied-configuration", "{}");

    @Test
    void theFirstSetCarriesWhatKubectlLooksFor() {
        Plan plan = plan(web);
        Resource set = created(plan);
        String hash = Template.of(new Deployment(web).template()).hash(0);
        assertThat(set.name()).isEqualTo("web-" + hash);
        assertThat(set.labels()).containsEntry("app", "web").containsEntry(ReplicaSet.HASH, hash);
        assertThat(set.tree().text("spec", "selector", "matchLabels", ReplicaSet.HASH))
                .contains(hash);
        assertThat(set.annotations())
                .containsEntry("kubernetes.io/change-cause", "first")
                .containsEntry(ReplicaSet.REVISION, "1")
                .doesNotContainKey("kubectl.kubernetes.io/last-applied-configuration");
        assertThat(messages(plan))
                .containsExactly("Scaled up replica set web-" + hash + " from 0 to 3");
        Resource status = status(plan);
        assertThat(status.condition("Progressing").map(Condition::reason))
                .contains("NewReplicaSetCreated");
        assertThat(status.condition("Available").map(Condition::isFalse)).contains(true);
        assertThat(status.status().whole("observedGeneration")).contains(1L);
        assertThat(plan.again()).contains(Duration.ofSeconds(601));
    }

    @Test
    void theSameTemplateHasTheSameHashAndAnotherHasAnother() {
        JsonObject template = new Deployment(web).template();
        String hash = Template.of(template).hash(0);
        assertThat(hash).matches("[bcdfghjklmnpqrstvwxz2456789]{1,10}");
        JsonObject turned =
                JsonObject.builder()
                        .put("spec", template.object("spec"))
                        .put("metadata", template.object("metadata"))
                        .build();
        assertThat(Template.of(turned).hash(0)).isEqualTo(hash);
        JsonObject marked = template.withAt(Json.of(hash), "metadata", "labels", ReplicaSet.HASH);
        assertThat(Template.of(marked)).isEqualTo(Template.of(template));
        assertThat(Template.of(template).hash(1)).isNotEqualTo(hash);
        assertThat(Template.of(template.withAt(Json.of("x"), "spec", "nodeName")).hash(0))
                .isNotEqualTo(hash);
    }

    @Test
    void aTakenNameCountsAsACollision() {
        String name = created(plan(web)).name();
        Resource other = Resource.of(Types.REPLICA_SET, "default", name);
        Plan plan =
                new Rollout(
                                new Deployment(web),
                                List.of(),
                                Set.of(),
                                it -> it.equals(name) ? Optional.of(other) : Optional.empty(),
                                NOW)
                        .plan();
        assertThat(plan.actions()).noneMatch(it -> it instanceof Action.Create);
        Resource counted = status(plan);
        assertThat(counted.status().whole("collisionCount")).contains(1L);
        assertThat(created(plan(counted)).name()).isNotEqualTo(name);
    }

    @Test
    void goingBackToAnOldTemplateRenumbersItsSet() {
        Resource first = made(web, 1, 0, 0);
        Resource changed = withImage(web, "web:2");
        Resource second = made(changed, 2, 3, 3);
        Plan plan = plan(web, first, second);
        Resource kept = updated(plan, first.name());
        assertThat(new ReplicaSet(kept).revision()).isEqualTo(3);
        assertThat(kept.annotation("deployment.kubernetes.io/revision-history")).contains("1");
        assertThat(plan.actions().getLast())
                .isInstanceOfSatisfying(
                        Action.Change.class,
                        it ->
                                assertThat(it.patch().body().toString())
                                        .contains("\"deployment.kubernetes.io/revision\":\"3\""));
    }

    @Test
    void aRolloutThatStandsStillForTooLongHasFailed() {
        Resource set = made(web, 1, 3, 0);
        Resource waiting =
                web.withStatus(
                        Manifests.tree(
                                """
                                {'observedGeneration': 1, 'replicas': 3, 'updatedReplicas': 3,
                                 'unavailableReplicas': 3,
                                 'conditions': [
                                  {'type': 'Progressing', 'status': 'True',
                                   'reason': 'ReplicaSetUpdated',
                                   'lastTransitionTime': '2026-01-01T11:00:00Z',
                                   'lastUpdateTime': '2026-01-01T11:55:00Z'}]}
                                """));
        Plan early = plan(waiting, set);
        assertThat(early.again()).contains(Duration.ofSeconds(301));
        Plan late =
                new Rollout(
                                new Deployment(waiting),
                                List.of(new ReplicaSet(set)),
                                Set.of(),
                                name -> Optional.empty(),
                                NOW.plusSeconds(301))
                        .plan();
        Condition failed = status(late).condition("Progressing").orElseThrow();
        assertThat(failed.reason()).isEqualTo("ProgressDeadlineExceeded");
        assertThat(failed.isFalse()).isTrue();
        assertThat(failed.message())
                .isEqualTo("ReplicaSet \"" + set.name() + "\" has timed out progressing.");
        assertThat(late.again()).isEmpty();
    }

    @Test
    void historyBeyondItsLimitIsForgottenOldestFirst() {
        Resource limited = web.withAt(Json.of(1), "spec", "revisionHistoryLimit");
        Resource current = made(withImage(limited, "web:9"), 4, 3, 3);
        Resource one = made(withImage(web, "web:1a"), 1, 0, 0);
        Resource two = made(withImage(web, "web:2a"), 2, 0, 0);
        Resource three = made(withImage(web, "web:3a"), 3, 0, 0);
        Plan plan = plan(withImage(limited, "web:9"), three, current, one, two);
        assertThat(plan.actions())
                .filteredOn(it -> it instanceof Action.Delete)
                .extracting(it -> ((Action.Delete) it).key().name())
                .containsExactly(one.name(), two.name());
    }

    @Test
    void recreateWaitsUntilTheLastOldPodIsGone() {
        Resource recreate =
                web.withAt(JsonObject.of("type", Json.of("Recreate")), "spec", "strategy");
        Resource old = made(withImage(recreate, "web:0"), 1, 0, 0);
        Plan waiting =
                new Rollout(
                                new Deployment(recreate),
                                List.of(new ReplicaSet(old)),
                                Set.of(old.uid()),
                                name -> Optional.empty(),
                                NOW)
                        .plan();
        assertThat(waiting.actions()).noneMatch(it -> it instanceof Action.Create);
        assertThat(plan(recreate, old).actions()).anyMatch(it -> it instanceof Action.Create);
    }

    @Test
    void aNameThatAnotherHoldsIsPassedOverForTheNext() {
        Resource others = created(plan(web)).withAt(Json.of("else"), "metadata", "uid");
        Resource foreign =
                others.withAt(JsonArray.empty(), "metadata", "ownerReferences")
                        .withOwner(
                                new OwnerReference(
                                        "apps/v1", "Deployment", "web", "another", true, true));
        Plan plan = named(foreign);
        assertThat(plan.actions()).noneMatch(it -> it instanceof Action.Create);
        assertThat(status(plan).status().whole("collisionCount")).contains(1L);
    }

    @Test
    void aSetThatIsItsOwnOrAboutToBeIsWaitedFor() {
        Resource own = created(plan(web));
        Resource orphan = own.withAt(JsonArray.empty(), "metadata", "ownerReferences");
        for (Resource holder : List.of(own, orphan)) {
            Plan plan = named(holder);
            assertThat(plan.actions()).noneMatch(it -> it instanceof Action.Create);
            assertThat(plan.again()).isPresent();
            assertThat(maybeStatus(plan).flatMap(it -> it.status().whole("collisionCount")))
                    .isEmpty();
        }
    }

    /** What is decided where no set is seen, and the API says that this one has the name. */
    private Plan named(Resource holder) {
        return new Rollout(
                        new Deployment(web),
                        List.of(),
                        Set.of(),
                        name -> Optional.of(holder).filter(it -> it.name().equals(name)),
                        NOW)
                .plan();
    }

    @Test
    void aSelectorForEverythingIsRefused() {
        Resource all = web.withAt(JsonObject.empty(), "spec", "selector");
        Plan plan = plan(all);
        assertThat(plan.actions()).noneMatch(it -> it instanceof Action.Create);
        assertThat(messages(plan))
                .containsExactly(
                        "This deployment is selecting all pods. A non-empty selector is required.");
    }

    @Test
    void nothingIsWrittenWhereNothingChanged() {
        Resource set = made(web, 1, 3, 3);
        Resource settled = web;
        for (int i = 0; i < 3; i++) {
            Plan plan = plan(settled, set);
            Optional<Resource> status = maybeStatus(plan);
            if (status.isEmpty()) {
                break;
            }
            settled = status.get().withAnnotation(ReplicaSet.REVISION, "1");
        }
        assertThat(plan(settled, set).actions()).isEmpty();
        assertThat(settled.condition("Progressing").map(Condition::reason))
                .contains("NewReplicaSetAvailable");
    }

    private static Plan plan(Resource deployment, Resource... sets) {
        List<ReplicaSet> views = new ArrayList<>();
        for (Resource set : sets) {
            views.add(new ReplicaSet(set));
        }
        return new Rollout(
                        new Deployment(deployment), views, Set.of(), name -> Optional.empty(), NOW)
                .plan();
    }

    /** The set of a Deployment's template, after it was made, with so many pods. */
    private static Resource made(Resource deployment, int revision, int replicas, int available) {
        Resource set =
                created(plan(deployment))
                        .withAnnotation(ReplicaSet.REVISION, Integer.toString(revision))
                        .withAt(Json.of("u-" + revision), "metadata", "uid")
                        .withAt(
                                Json.of("2026-01-01T00:00:0" + revision + "Z"),
                                "metadata",
                                "creationTimestamp")
                        .withAt(Json.of(replicas), "spec", "replicas");
        return set.withStatus(
                JsonObject.builder()
                        .put("replicas", replicas)
                        .put("readyReplicas", available)
                        .put("availableReplicas", available)
                        .put("observedGeneration", 1)
                        .build());
    }

    private static Resource withImage(Resource deployment, String image) {
        JsonObject container = JsonObject.builder().put("name", "web").put("image", image).build();
        return deployment.withAt(JsonArray.of(container), "spec", "template", "spec", "containers");
    }

    private static Resource created(Plan plan) {
        return plan.actions().stream()
                .flatMap(
                        it ->
                                it instanceof Action.Create create
                                        ? Optional.of(create.resource()).stream()
                                        : Optional.<Resource>empty().stream())
                .findFirst()
                .orElseThrow();
    }

    private static Resource updated(Plan plan, String name) {
        return plan.actions().stream()
                .flatMap(
                        it ->
                                it instanceof Action.Update update
                                        ? Optional.of(update.resource()).stream()
                                        : Optional.<Resource>empty().stream())
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Resource status(Plan plan) {
        return maybeStatus(plan).orElseThrow();
    }

    private static Optional<Resource> maybeStatus(Plan plan) {
        return plan.actions().stream()
                .flatMap(
                        it ->
                                it instanceof Action.UpdateStatus update
                                        ? Optional.of(update.resource()).stream()
                                        : Optional.<Resource>empty().stream())
                .findFirst();
    }

    private static List<String> messages(Plan plan) {
        return plan.actions().stream()
                .flatMap(
                        it ->
                                it instanceof Action.Tell tell
                                        ? Optional.of(tell.message()).stream()
                                        : Optional.<String>empty().stream())
                .toList();
    }
}
