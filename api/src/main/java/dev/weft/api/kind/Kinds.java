package dev.weft.api.kind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The kinds that are served at one moment. Immutable: bringing a kind or taking one away makes a
 * new set, and a request keeps the set that it began with.
 */
public final class Kinds {
    private final List<Kind> kinds;
    private final Map<String, Kind> byResource;
    private final Map<String, Kind> byKind;

    private Kinds(List<Kind> kinds) {
        this.kinds = List.copyOf(kinds);
        this.byResource = new LinkedHashMap<>();
        this.byKind = new LinkedHashMap<>();
        for (Kind kind : this.kinds) {
            byResource.putIfAbsent(kind.group() + "/" + kind.plural(), kind);
            byKind.putIfAbsent(kind.group() + "/" + kind.kind(), kind);
        }
    }

    /** What Weft serves before a user brings anything. */
    public static Kinds builtIn() {
        return BuiltInKinds.SET;
    }

    /** Whether Weft serves a resource by itself, so that no definition brings or takes it. */
    public static boolean isBuiltIn(String group, String plural) {
        return builtIn().byResource(group, plural).isPresent();
    }

    static Kinds of(List<Kind> kinds) {
        return new Kinds(kinds);
    }

    public List<Kind> all() {
        return kinds;
    }

    /** A kind and the version that was asked for. */
    public record Found(Kind kind, KindVersion version) {}

    /** The kind that a URL means, where that version is served. */
    public Optional<Found> find(String group, String version, String plural) {
        return served(byResource.get(group + "/" + plural), version);
    }

    /** The kind that a manifest's first two lines mean, where that version is served. */
    public Optional<Found> findByKind(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        return served(byKind.get(group + "/" + kind), apiVersion.substring(slash + 1));
    }

    public Optional<Kind> byResource(String group, String plural) {
        return Optional.ofNullable(byResource.get(group + "/" + plural));
    }

    public Optional<Kind> byKind(String group, String kind) {
        return Optional.ofNullable(byKind.get(group + "/" + kind));
    }

    /** The groups, the core group (empty) first, in the order in which they are to be listed. */
    public List<String> groups() {
        Set<String> seen =
                kinds.stream()
                        .filter(kind -> !kind.served().isEmpty())
                        .map(Kind::group)
                        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        return seen.stream().sorted(GroupOrder.GROUPS).toList();
    }

    /** The versions of a group that are served, the preferred first. */
    public List<String> versions(String group) {
        return kinds.stream()
                .filter(kind -> kind.group().equals(group))
                .flatMap(kind -> kind.served().stream())
                .map(KindVersion::name)
                .distinct()
                .sorted(GroupOrder.VERSIONS)
                .toList();
    }

    /** The kinds of a group that are served in a version, by plural. */
    public List<Found> in(String group, String version) {
        return kinds.stream()
                .filter(kind -> kind.group().equals(group))
                .flatMap(kind -> kind.version(version).map(v -> new Found(kind, v)).stream())
                .sorted(java.util.Comparator.comparing(found -> found.kind().plural()))
                .toList();
    }

    /** A set with this kind, in the place of one of the same group and plural. */
    public Kinds with(Kind kind) {
        var more = new ArrayList<>(kinds);
        Predicate<Kind> same = it -> it.groupResource().equals(kind.groupResource());
        int at = -1;
        for (int i = 0; i < more.size(); i++) {
            if (same.test(more.get(i))) {
                at = i;
            }
        }
        if (at >= 0) {
            more.set(at, kind);
        } else {
            more.add(kind);
        }
        return new Kinds(more);
    }

    public Kinds without(String group, String plural) {
        return new Kinds(
                kinds.stream()
                        .filter(it -> !(it.group().equals(group) && it.plural().equals(plural)))
                        .toList());
    }

    private static Optional<Found> served(@org.jspecify.annotations.Nullable Kind kind, String v) {
        return Optional.ofNullable(kind)
                .flatMap(it -> it.version(v).map(version -> new Found(it, version)));
    }
}
