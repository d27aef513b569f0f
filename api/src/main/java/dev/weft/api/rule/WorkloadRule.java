package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.JsonObject;

/** Whoever applies a template of pods is told at once what of it one machine ignores. */
final class WorkloadRule implements KindRule {
    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        warn(tree, terms);
        return tree;
    }

    @Override
    public JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        if (!next.object("spec").equals(current.object("spec"))) {
            warn(next, terms);
        }
        return next;
    }

    private static void warn(JsonObject tree, Terms terms) {
        Ignored.ofPod(tree.object("spec", "template", "spec"), "spec.template.spec")
                .forEach(terms.warnings()::add);
    }
}
