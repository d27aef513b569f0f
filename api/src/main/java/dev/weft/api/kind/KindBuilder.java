package dev.weft.api.kind;

import dev.weft.api.kind.Kind.Durability;
import dev.weft.api.kind.Kind.Generation;
import dev.weft.api.kind.KindVersion.Scale;
import dev.weft.api.kind.KindVersion.Surface;
import dev.weft.api.schema.BuiltInTypes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts a built-in kind together; what is not said is as it is for most. */
final class KindBuilder {
    private static final String VERSION = "v1";

    private final String group;
    private final String kind;
    private final String plural;
    private List<String> brief = List.of();
    private List<String> categories = List.of();
    private List<String> others = List.of();
    private List<String> selectable = List.of();
    private boolean namespaced = true;
    private boolean status;
    private Optional<Scale> scale = Optional.empty();
    private Durability durability = Durability.DURABLE;
    private Durability statusDurability = Durability.DURABLE;
    private Generation generation = Generation.NONE;
    private String storedUnder;
    private String storedApiVersion = "";

    KindBuilder(String group, String kind) {
        this.group = group;
        this.kind = kind;
        this.plural = kind.toLowerCase(Locale.ROOT) + "s";
        this.storedUnder = group.isEmpty() ? plural : plural + "." + group;
    }

    KindBuilder brief(String... names) {
        this.brief = List.of(names);
        return this;
    }

    KindBuilder category(String name) {
        this.categories = List.of(name);
        return this;
    }

    KindBuilder others(String... subresources) {
        this.others = List.of(subresources);
        return this;
    }

    KindBuilder selects(String... fields) {
        this.selectable = List.of(fields);
        return this;
    }

    KindBuilder cluster() {
        this.namespaced = false;
        return this;
    }

    KindBuilder status() {
        this.status = true;
        return this;
    }

    KindBuilder scale() {
        this.scale = Optional.of(new Scale(".spec.replicas", ".status.replicas", ".spec.selector"));
        return this;
    }

    KindBuilder rebuildable() {
        this.durability = Durability.REBUILDABLE;
        this.statusDurability = Durability.REBUILDABLE;
        return this;
    }

    KindBuilder statusRebuildable() {
        this.statusDurability = Durability.REBUILDABLE;
        return this;
    }

    KindBuilder generation(Generation rule) {
        this.generation = rule;
        return this;
    }

    KindBuilder storedAs(String key, String apiVersion) {
        this.storedUnder = key;
        this.storedApiVersion = apiVersion;
        return this;
    }

    Kind build() {
        String own = group.isEmpty() ? VERSION : group + "/" + VERSION;
        var version =
                new KindVersion(
                        VERSION,
                        true,
                        true,
                        BuiltInTypes.schema(own, kind),
                        new Surface(status, scale, others, BuiltInColumns.of(kind), selectable),
                        "");
        String stored = storedApiVersion.isEmpty() ? own : storedApiVersion;
        return new Kind(
                group,
                new Kind.Names(
                        kind,
                        kind + "List",
                        plural,
                        kind.toLowerCase(Locale.ROOT),
                        brief,
                        categories),
                namespaced,
                List.of(version),
                new Kind.Traits(
                        false, durability, statusDurability, generation, storedUnder, stored));
    }
}
