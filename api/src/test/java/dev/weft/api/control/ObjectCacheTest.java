package dev.weft.api.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ObjectCacheTest {
    private final ObjectCache cache = new ObjectCache();

    @Test
    void tellsWhatAListChanged() {
        Resource kept = pod("a", "kept", 1);
        Resource old = pod("a", "changed", 2);
        Resource gone = pod("a", "gone", 3);
        cache.replaceAll(List.of(kept, old, gone), "5");
        Resource changed = pod("a", "changed", 7);
        Resource added = pod("b", "new", 8);

        assertThat(cache.replaceAll(List.of(kept, changed, added), "9"))
                .containsExactlyInAnyOrder(
                        new Observed.Changed(old, changed),
                        new Observed.Appeared(added),
                        new Observed.Gone(gone));
        assertThat(cache.all()).containsExactly(changed, kept, added);
        assertThat(cache.in("a")).containsExactly(changed, kept);
        assertThat(cache.seen()).isEqualTo("9");
    }

    @Test
    void anOlderVersionDoesNotReplaceALaterOne() {
        cache.put(pod("a", "x", 10));

        assertThat(cache.put(pod("a", "x", 9))).isEmpty();
        assertThat(cache.put(pod("a", "x", 10))).isEmpty();
        assertThat(cache.remove(pod("a", "x", 8))).isEmpty();
        assertThat(cache.all()).containsExactly(pod("a", "x", 10));
    }

    @Test
    void anEchoFromBeforeTheDeletionDoesNotBringAnObjectBack() {
        cache.put(pod("a", "x", 98));
        cache.remove(pod("a", "x", 102));

        assertThat(cache.put(pod("a", "x", 99))).isEmpty();
        assertThat(cache.all()).isEmpty();
        assertThat(cache.put(pod("a", "x", 103))).isPresent();
    }

    @Test
    void indexesFollowTheObjects() {
        cache.addIndex("colour", it -> it.labels().values());
        cache.put(pod("a", "x", 1).withLabels(Map.of("colour", "blue")));
        cache.put(pod("a", "y", 2).withLabels(Map.of("colour", "blue")));
        Resource green = pod("a", "x", 3).withLabels(Map.of("colour", "green"));
        cache.put(green);

        assertThat(cache.by("colour", "green")).containsExactly(green);
        assertThat(cache.by("colour", "blue")).extracting(Resource::name).containsExactly("y");
        cache.remove(pod("a", "y", 4));
        assertThat(cache.by("colour", "blue")).isEmpty();
    }

    @Test
    void whatStaysUnderItsValueIsTheLatestThere() {
        cache.addIndex("namespace", it -> List.of(it.namespace()));
        cache.put(pod("a", "x", 1));
        cache.put(pod("a", "y", 2));
        Resource later = pod("a", "x", 3);
        cache.put(later);

        assertThat(cache.by("namespace", "a")).containsExactly(later, pod("a", "y", 2));
        assertThat(cache.find(later.key())).contains(later);
    }

    private static Resource pod(String namespace, String name, long version) {
        return Resource.of(Types.POD, namespace, name)
                .withAt(Json.of(String.valueOf(version)), "metadata", "resourceVersion");
    }
}
