package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Conversions;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Image;
import dev.weft.api.store.Store;
import dev.weft.foundation.fault.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets an advisor speak when what an object asks for changes; a failing one holds up nobody. */
final class AdviceRule implements KindRule {
    private final Advisor advisor;
    private final Store store;
    private final Faults faults;

    AdviceRule(Advisor advisor, Store store, Faults faults) {
        this.advisor = advisor;
        this.store = store;
        this.faults = faults;
    }

    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        advise(target, tree, terms);
        return tree;
    }

    @Override
    public JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        if (!next.object("spec").equals(current.object("spec"))) {
            advise(target, next, terms);
        }
        return next;
    }

    private void advise(Target target, JsonObject tree, Terms terms) {
        try {
            var resource = new Resource(Conversions.toStored(target.kind(), tree));
            terms.warnings().addAll(advisor.warnings(resource, new Standing(store.image())));
        } catch (RuntimeException e) {
            faults.report("advising on " + target.kind().kind() + " " + target.key(), e);
        }
    }

    private record Standing(Image image) implements Advisor.Known {
        @Override
        public Optional<Resource> find(ResourceType type, Key key) {
            return image.find(type.groupResource(), key).map(Entry::resource);
        }

        @Override
        public List<Resource> all(ResourceType type) {
            var all = new ArrayList<Resource>();
            image.collection(type.groupResource())
                    .walk(
                            (Entry entry) -> {
                                all.add(entry.resource());
                                return true;
                            });
            return all;
        }
    }
}
