package dev.weft.api.access;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.util.List;

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

    JsonObject tree() {
        return JsonObject.builder()
                .put("verbs", JsonArray.ofTexts(verbs))
                .put("apiGroups", JsonArray.ofTexts(List.of("*")))
                .put("resources", JsonArray.ofTexts(resources))
                .build();
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
