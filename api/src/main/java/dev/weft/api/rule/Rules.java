package dev.weft.api.rule;

import dev.weft.api.kind.Kind;
import dev.weft.api.store.Store;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rule of each kind. Immutable; any thread. */
public final class Rules {
    private final Map<String, KindRule> byKind;

    private Rules(Map<String, KindRule> byKind) {
        this.byKind = Map.copyOf(byKind);
    }

    /** The rules of the built-in kinds, over what the store holds. */
    public static Rules builtIn(Store store, Catalog catalog, Clock clock) {
        return new Rules(
                Map.of(
                        "namespaces",
                        new NamespaceRule(),
                        "secrets",
                        new SecretRule(),
                        "pods",
                        new PodRule(),
                        "services",
                        new ServiceRule(new ClusterAddresses(store.image())),
                        "deployments.apps",
                        new WorkloadRule(),
                        Catalog.DEFINITIONS,
                        new DefinitionRule(catalog, clock)));
    }

    /** The same, and what advisors say of kinds that have no rule yet. */
    public Rules advisedBy(List<Advisor> advisors, Store store, Faults faults) {
        var all = new HashMap<>(byKind);
        for (Advisor advisor : advisors) {
            all.putIfAbsent(advisor.type().groupResource(), new AdviceRule(advisor, store, faults));
        }
        return new Rules(all);
    }

    public KindRule of(Kind kind) {
        return byKind.getOrDefault(kind.storageKey(), KindRule.NONE);
    }
}
