package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.JsonObject;

/**
 * What a single built-in kind asks for beyond what holds for all. Any thread. Trees are those that
 * admission let in, at the version of the request.
 */
public interface KindRule {
    /** A kind without rules of its own. */
    KindRule NONE = new KindRule() {};

    /** The object that is to be created, with what the server adds. */
    default JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        return tree;
    }

    /** The object that is to stand in the place of another. */
    default JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        return next;
    }

    /** A creation that was let in came to nothing after all, or was never meant. */
    default void abandoned(JsonObject tree) {}

    /** A change that was let in came to nothing after all, or was never meant. */
    default void abandoned(JsonObject current, JsonObject next) {}

    /** A creation stands. */
    default void created(JsonObject tree) {}

    /** A change stands. */
    default void changed(JsonObject before, JsonObject after) {}

    /** An object is no more. */
    default void gone(JsonObject last) {}
}
