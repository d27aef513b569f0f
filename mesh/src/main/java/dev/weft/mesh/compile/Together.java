package dev.weft.mesh.compile;

import dev.weft.api.control.Informer;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.mesh.intent.JointTranslation;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the objects that are only understood together, when one of them has changed. Belongs to the
 * feed's thread: it is told of a change as that thread takes it up, so that none is missed.
 */
final class Together {
    private final JointTranslation translation;
    private final Function<ResourceType, Optional<Informer>> informers;
    private final Learner learner;
    private final Set<ResourceType> types;
    private boolean touched = true;
    private final World world = new Known();
    private Map<Source.Kinded, Translated> before = Map.of();

    /** Takes what an object wants. */
    interface Learner {
        void learn(String kind, Key key, Translated what);
    }

    Together(
            JointTranslation translation,
            Function<ResourceType, Optional<Informer>> informers,
            Learner learner) {
        this.translation = translation;
        this.types = Set.copyOf(translation.types());
        this.informers = informers;
        this.learner = learner;
    }

    /** An object of that kind has changed. */
    void changed(ResourceType type) {
        touched |= types.contains(type);
    }

    void read() {
        if (!touched) {
            return;
        }
        touched = false;
        Map<Source.Kinded, Translated> all = translation.translate(world);
        for (Source.Kinded about : before.keySet()) {
            if (!all.containsKey(about)) {
                learner.learn(about.kind(), about.key(), Translated.nothing());
            }
        }
        all.forEach(
                (about, what) -> {
                    if (before.get(about) != what) {
                        learner.learn(about.kind(), about.key(), what);
                    }
                });
        before = all;
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
