package dev.weft.api.access;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a role allows: these verbs on these resources.
 *
 * @param verbs {@code *} for all
 * @param resources as people name them, {@code deployments.apps} or {@code pods/log}; {@code *} for
 *     all
 */
record Rule(List<String> verbs, List<String> resources) {
    static final Rule EVERYTHING = new Rule(List.of("*"), List.of("*"));

    Rule {
        verbs = List.copyOf(verbs);
        resources = List.copyOf(resources);
    }

    static Rule read(String... resources) {
        return new Rule(List.of("get", "list", "watch"), List.of(resources));
    }

    static Rule write(String... resources) {
        return new Rule(
                List.of(
                        "get",
                        "list",
                        "watch",
                        "create",
                        "update",
                        "patch",
                        "delete",
                        "deletecollection"),
                List.of(resources));
    }

    boolean allows(Attempt attempt) {
        return (verbs.contains("*") || verbs.contains(attempt.verb()))
                && (resources.contains("*") || resources.contains(named(attempt)));
    }

    /** What it allows, group by group, as a review tells it. */
    List<JsonObject> trees() {
        Map<String, List<String>> byGroup = new TreeMap<>();
        for (String resource : resources) {
            int slash = resource.indexOf('/');
            String whole = slash < 0 ? resource : resource.substring(0, slash);
            String below = slash < 0 ? "" : resource.substring(slash);
            int dot = whole.indexOf('.');
            String group = whole.equals("*") ? "*" : dot < 0 ? "" : whole.substring(dot + 1);
            String plural = dot < 0 ? whole : whole.substring(0, dot);
            byGroup.computeIfAbsent(group, it -> new ArrayList<>()).add(plural + below);
        }
        List<JsonObject> trees = new ArrayList<>();
        byGroup.forEach(
                (group, plurals) ->
                        trees.add(
                                JsonObject.builder()
                                        .put("verbs", JsonArray.ofTexts(verbs))
                                        .put("apiGroups", JsonArray.ofTexts(List.of(group)))
                                        .put("resources", JsonArray.ofTexts(plurals))
                                        .build()));
        return trees;
    }

    /** The attempt's resource as rules name it: {@code deployments.apps/status}. */
    private static String named(Attempt attempt) {
        String resource = attempt.resource();
        if (attempt.group().isEmpty()) {
            return resource;
        }
        int slash = resource.indexOf('/');
        return slash < 0
                ? resource + "." + attempt.group()
                : resource.substring(0, slash) + "." + attempt.group() + resource.substring(slash);
    }
}
