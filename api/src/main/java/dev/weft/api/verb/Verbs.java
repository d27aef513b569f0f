package dev.weft.api.verb;

import dev.weft.api.access.Attempt;
import dev.weft.api.access.Identity;
import dev.weft.api.access.Roles;
import dev.weft.api.ask.Moment;
import dev.weft.api.ask.Page;
import dev.weft.api.ask.Part;
import dev.weft.api.ask.Selection;
import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.ask.Written;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.rule.Catalog;
import dev.weft.api.rule.Rules;
import dev.weft.api.store.Store;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All that can be done with objects, for whoever may do it. Any thread; calls block. Trees go in
 * and come out at the version that the target names. Refusals are {@link ApiException}s, worded as
 * Kubernetes does.
 */
public final class Verbs {
    private final Ground ground;
    private final Reading reading;
    private final Creating creating;
    private final Changing changing;
    private final Deleting deleting;
    private final Scaling scaling;
    private final Definitions definitions;

    /**
     * @param advice what is said of objects beyond what the rules of their kinds say
     */
    public Verbs(
            Store store, Roles roles, Clock clock, Chance chance, UnaryOperator<Rules> advice) {
        var catalog = new Catalog(store);
        var rules = advice.apply(Rules.builtIn(store, catalog, clock));
        this.ground = new Ground(store, catalog, roles, rules, clock, chance);
        this.reading = new Reading(ground);
        this.creating = new Creating(ground);
        this.deleting = new Deleting(ground, this::gone);
        this.changing = new Changing(ground, deleting);
        this.scaling = new Scaling(ground, changing);
        this.definitions = new Definitions(ground, deleting, changing);
    }

    /** Goes on with what a restart interrupted. */
    public void resume() {
        definitions.resume();
    }

    /** Forgets events that are too old or too many, and lists left halfway. Now and then. */
    public void expire() {
        reading.expire();
        new Expiry(ground).sweep();
    }

    public Catalog catalog() {
        return ground.catalog();
    }

    public JsonObject get(Target target, Identity who) {
        may(who, target, "get", "");
        return reading.get(target);
    }

    /**
     * @param limit how many at most, 0 for all
     */
    public Page list(Target target, Selection selection, Moment moment, int limit, Identity who) {
        may(who, target, "list", "");
        return reading.list(target, selection, moment, limit);
    }

    /** What changes after a version. */
    public ObjectWatch watch(Target target, Selection selection, long after, Identity who) {
        may(who, target, "watch", "");
        return reading.watch(target, selection, after);
    }

    /**
     * What there is, as additions, and then what changes.
     *
     * @param marksEnd whether it is told where the one ends and the other begins
     */
    public ObjectWatch watchFromStart(
            Target target, Selection selection, boolean marksEnd, Identity who) {
        may(who, target, "watch", "");
        return reading.watchFromStart(target, selection, marksEnd);
    }

    public Written create(Target target, JsonObject body, Terms terms) {
        may(terms.who(), target, "create", "");
        return creating.create(target, body, terms);
    }

    public Written update(Target target, Part part, JsonObject body, Terms terms) {
        may(terms.who(), target, "update", part.subresource());
        return changing.update(target, part, body, terms);
    }

    public Written patch(Target target, Part part, Patch patch, Terms terms) {
        may(terms.who(), target, "patch", part.subresource());
        return changing.patch(target, part, patch, terms);
    }

    public JsonObject scale(Target target, Identity who) {
        may(who, target, "get", "scale");
        return scaling.get(target);
    }

    public Written updateScale(Target target, JsonObject scale, Terms terms) {
        may(terms.who(), target, "update", "scale");
        return scaling.update(target, scale, terms);
    }

    public Written patchScale(Target target, Patch patch, Terms terms) {
        may(terms.who(), target, "patch", "scale");
        return scaling.patch(target, patch, terms);
    }

    public Written delete(Target target, Deletion how, Terms terms) {
        may(terms.who(), target, "delete", "");
        Written written = deleting.delete(target, how, terms);
        boolean definition = target.kind().storageKey().equals(Catalog.DEFINITIONS);
        if (definition && written.state() == Written.State.GOING && !terms.dryRun()) {
            definitions.empty(target.name());
        }
        return written;
    }

    /** Deletes all that are selected, and gives them as they were. */
    public List<JsonObject> deleteAll(
            Target target, Selection selection, Deletion how, Terms terms) {
        may(terms.who(), target, "deletecollection", "");
        var deleted = new ArrayList<JsonObject>();
        for (JsonObject tree : reading.list(target, selection, new Moment.Latest(), 0).items()) {
            Target one =
                    target.in(tree.text("metadata", "namespace").orElse(""))
                            .named(tree.text("metadata", "name").orElse(""));
            try {
                deleting.delete(one, how, terms);
                deleted.add(tree);
            } catch (ApiException e) {
                if (!e.is(Reason.NOT_FOUND)) {
                    throw e;
                }
            }
        }
        return deleted;
    }

    /**
     * The deletion with the propagation that an earlier one asked for, where there was one: a
     * deletion that says nothing about it takes nothing back.
     */
    public Deletion asBefore(Target target, Deletion how) {
        return deleting.asBefore(target, how);
    }

    /** The version at which everything stands now. */
    public long version() {
        return ground.store().image().version();
    }

    /** What somebody may do, as a review tells it. */
    public JsonArray rules(Identity who) {
        return ground.roles().rules(who);
    }

    /** Refuses what somebody may not do. */
    public void may(Identity who, Attempt attempt) {
        ground.roles().check(who, attempt);
    }

    /** Refuses what somebody may not do. */
    public void may(Identity who, Target target, String verb, String subresource) {
        ground.roles().check(who, target.attempt(verb, subresource));
    }

    public boolean allows(Identity who, Attempt attempt) {
        return ground.roles().allows(who, attempt);
    }

    private void gone(Target target) {
        if (target.kind().isCustom()) {
            definitions.finishIfEmpty(target.kind().groupResource());
        }
    }
}
