package dev.weft.api.verb;

import dev.weft.api.access.Roles;
import dev.weft.api.ask.Target;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Conversions;
import dev.weft.api.kind.Kind;
import dev.weft.api.rule.Catalog;
import dev.weft.api.rule.KindRule;
import dev.weft.api.rule.Rules;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Store;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What the verbs stand on. Any thread. */
record Ground(Store store, Catalog catalog, Roles roles, Rules rules, Clock clock, Chance chance) {

    KindRule rule(Kind kind) {
        return rules.of(kind);
    }

    Optional<Entry> find(Target target) {
        return store.image().find(target.kind().storageKey(), target.key());
    }

    /** An object as the target's version shows it. */
    JsonObject shown(Target target, Entry entry) {
        return shown(target, entry.resource().tree());
    }

    JsonObject shown(Target target, JsonObject stored) {
        return Conversions.toVersion(target.kind(), target.version(), stored);
    }

    /** The time of day as metadata keeps it, to the second. */
    String now() {
        return time(clock.now());
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
