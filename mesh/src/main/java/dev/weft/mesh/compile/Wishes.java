package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Terms;
import dev.weft.mesh.intent.Trust;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked for beyond routing, by whom it is for: terms, and trust in Services' endpoints.
 * Where two ask for one target, the older stands. Belongs to one thread.
 */
final class Wishes {
    private final Map<Source.Kinded, List<Terms>> terms = new HashMap<>();
    private final Map<Key, List<Trust>> trusts = new HashMap<>();

    void add(Terms wish) {
        insert(terms.computeIfAbsent(wish.target(), it -> new ArrayList<>()), wish);
    }

    void remove(Terms wish) {
        List<Terms> some = terms.get(wish.target());
        if (some != null && some.remove(wish) && some.isEmpty()) {
            terms.remove(wish.target());
        }
    }

    void add(Trust trust) {
        List<Trust> some = trusts.computeIfAbsent(trust.service(), it -> new ArrayList<>());
        some.add(trust);
        some.sort((a, b) -> a.source().compareTo(b.source()));
    }

    void remove(Trust trust) {
        List<Trust> some = trusts.get(trust.service());
        if (some != null && some.remove(trust) && some.isEmpty()) {
            trusts.remove(trust.service());
        }
    }

    /** The Services whose endpoints are spoken to with TLS. */
    Set<Key> trusting() {
        return trusts.keySet();
    }

    private static void insert(List<Terms> some, Terms wish) {
        some.add(wish);
        some.sort((a, b) -> a.source().compareTo(b.source()));
    }

    /** What holds for a part of a target (its rule or listener), or for all of it (empty). */
    Optional<Terms> at(String kind, Key key, String section) {
        List<Terms> some = terms.get(new Source.Kinded(kind, key));
        return some == null
                ? Optional.empty()
                : some.stream().filter(it -> it.section().equals(section)).findFirst();
    }

    Policy onRoute(Policy policy, String kind, Key key, String rule) {
        Policy whole =
                at(kind, key, "").map(it -> it.asked().policy().apply(policy)).orElse(policy);
        return rule.isEmpty()
                ? whole
                : at(kind, key, rule).map(it -> it.asked().policy().apply(whole)).orElse(whole);
    }

    Cluster onService(Cluster cluster, Key service) {
        return at("Service", service, "")
                .map(it -> it.asked().cluster().apply(cluster))
                .orElse(cluster);
    }

    /** What is asked of callers' connections to a listener. */
    Entrance atDoor(Entrance usual, Key gateway, String listener) {
        Entrance whole =
                at("Gateway", gateway, "").map(it -> it.asked().door().apply(usual)).orElse(usual);
        return at("Gateway", gateway, listener)
                .map(it -> it.asked().door().apply(whole))
                .orElse(whole);
    }

    /** Whether rules behind a listener are asked in the order of the list. */
    boolean isAsListed(Key gateway, String listener) {
        return at("Gateway", gateway, listener)
                .or(() -> at("Gateway", gateway, ""))
                .filter(it -> it.asked().rules().asListed())
                .isPresent();
    }

    /** The callers that a rule is for; none: everybody. */
    Set<String> callers(String kind, Key route, String rule) {
        Optional<Terms> narrow = rule.isEmpty() ? Optional.empty() : at(kind, route, rule);
        return narrow.map(it -> it.asked().rules().callers())
                .filter(it -> !it.isEmpty())
                .or(() -> at(kind, route, "").map(it -> it.asked().rules().callers()))
                .orElse(Set.of());
    }

    /** Whether some rule is for some callers alone. */
    boolean asksForCallers() {
        return terms.values().stream()
                .flatMap(List::stream)
                .anyMatch(it -> !it.asked().rules().callers().isEmpty());
    }

    Optional<Trust> trust(Key service, String portName) {
        return trusts.getOrDefault(service, List.of()).stream()
                .filter(it -> it.portName().equals(portName))
                .findFirst()
                .or(
                        () ->
                                trusts.getOrDefault(service, List.of()).stream()
                                        .filter(it -> it.portName().isEmpty())
                                        .findFirst());
    }
}
