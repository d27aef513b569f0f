package dev.weft.api.verb;

import dev.weft.api.ask.Moment;
import dev.weft.api.ask.Page;
import dev.weft.api.ask.Selection;
import dev.weft.api.ask.Target;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Feed;
import dev.weft.api.store.Image;
import dev.weft.api.store.Shelf;
import dev.weft.api.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** How objects are seen. Any thread. */
final class Reading {
    private final Ground ground;
    private final Pages pages;

    Reading(Ground ground) {
        this.ground = ground;
        this.pages = new Pages(ground.clock());
    }

    /** Lets go of what was kept for lists that nobody has gone on with. */
    void expire() {
        pages.expire();
    }

    JsonObject get(Target target) {
        return ground.find(target)
                .map(entry -> ground.shown(target, entry))
                .orElseThrow(target::notFound);
    }

    /**
     * @param limit how many at most, 0 for all
     */
    Page list(Target target, Selection selection, Moment moment, int limit) {
        Image image = image(moment);
        Key after =
                moment instanceof Moment.After next
                        ? Pages.place(next.token()).key()
                        : new Key(selection.namespace(), "");
        Shelf<Key, Entry> shelf = image.collection(target.kind().storageKey());
        var items = new ArrayList<JsonObject>();
        var last = new Key[] {after};
        var more = new boolean[1];
        Predicate<Entry> visitor =
                entry -> {
                    if (isBeyond(selection, entry.key())) {
                        return false;
                    }
                    if (!selection.matches(entry.key(), entry.resource())) {
                        return true;
                    }
                    if (limit > 0 && items.size() == limit) {
                        more[0] = true;
                        return false;
                    }
                    items.add(ground.shown(target, entry));
                    last[0] = entry.key();
                    return true;
                };
        shelf.walkAfter(after, visitor);
        if (!more[0]) {
            return new Page(items, image.version(), "", OptionalLong.empty());
        }
        pages.keep(image);
        String token = Pages.token(new Pages.Place(image.version(), last[0]));
        return new Page(items, image.version(), token, remaining(selection, shelf, last[0]));
    }

    /** Where the list that a watch begins with is wanted, that too. */
    ObjectWatch watch(Target target, Selection selection, long after) {
        Feed feed = ground.store().feed(target.kind().storageKey(), after);
        return new ObjectWatch(ground, target, selection, feed, List.of(), false);
    }

    ObjectWatch watchFromStart(Target target, Selection selection, boolean marksEnd) {
        Page page = list(target, selection, new Moment.Latest(), 0);
        Feed feed = ground.store().feed(target.kind().storageKey(), page.version());
        return new ObjectWatch(ground, target, selection, feed, page.items(), marksEnd);
    }

    private Image image(Moment moment) {
        Image now = ground.store().image();
        return switch (moment) {
            case Moment.Latest latest -> now;
            case Moment.NotOlderThan wanted -> {
                if (wanted.version() > now.version()) {
                    throw Store.tooNew(wanted.version(), now.version());
                }
                yield now;
            }
            case Moment.Exactly wanted -> {
                if (wanted.version() > now.version()) {
                    throw Store.tooNew(wanted.version(), now.version());
                }
                yield at(
                        wanted.version(),
                        now,
                        new ApiException(
                                Reason.EXPIRED,
                                "The resourceVersion for the provided list is too old."));
            }
            case Moment.After next -> at(Pages.place(next.token()).version(), now, Pages.expired());
        };
    }

    private Image at(long version, Image now, ApiException otherwise) {
        return version == now.version() ? now : pages.find(version).orElseThrow(() -> otherwise);
    }

    /** Keys are in order of namespace, so that the first of another one ends a namespace's list. */
    private static boolean isBeyond(Selection selection, Key key) {
        return !selection.namespace().isEmpty() && !selection.namespace().equals(key.namespace());
    }

    /** How many are left, which is only told where it needs no look at each, as in Kubernetes. */
    private static OptionalLong remaining(Selection selection, Shelf<Key, Entry> shelf, Key last) {
        if (!selection.selectsAll()) {
            return OptionalLong.empty();
        }
        var count = new long[1];
        shelf.walkAfter(
                last,
                entry -> {
                    if (isBeyond(selection, entry.key())) {
                        return false;
                    }
                    count[0]++;
                    return true;
                });
        return OptionalLong.of(count[0]);
    }
}
