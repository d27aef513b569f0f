package dev.weft.mesh.compile;

import dev.weft.api.control.Informer;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.mesh.intent.JointTranslation;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.World;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Reads the objects that are only understood together, when one of them has changed. Any thread
 * says that something changed; the feed's thread reads.
 */
final class Together {
    private final JointTranslation translation;
    private final Function<ResourceType, Optional<Informer>> informers;
    private final Learner learner;
    private final AtomicBoolean touched = new AtomicBoolean(true);
    private final World world = new Known();
    private Set<Source.Kinded> before = Set.of();

    /** Takes what an object wants. */
    interface Learner {
        void learn(String kind, Key key, Translated what);
    }

    Together(
            JointTranslation translation,
            Function<ResourceType, Optional<Informer>> informers,
            Learner learner) {
        this.translation = translation;
        this.informers = informers;
        this.learner = learner;
    }

    void touch() {
        touched.set(true);
    }

    void read() {
        if (!touched.getAndSet(false)) {
            return;
        }
        Map<Source.Kinded, Translated> all = translation.translate(world);
        for (Source.Kinded about : before) {
            if (!all.containsKey(about)) {
                learner.learn(about.kind(), about.key(), Translated.nothing());
            }
        }
        all.forEach((about, what) -> learner.learn(about.kind(), about.key(), what));
        before = new HashSet<>(all.keySet());
    }

    private final class Known implements World {
        @Override
        public Optional<Resource> find(ResourceType type, Key key) {
            return informers.apply(type).flatMap(it -> it.find(key));
        }

        @Override
        public List<Resource> all(ResourceType type) {
            return informers.apply(type).map(Informer::all).orElseGet(List::of);
        }
    }
}
