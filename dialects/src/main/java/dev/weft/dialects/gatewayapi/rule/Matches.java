package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which requests a rule is for. Pure.
 *
 * @param all each once; everything where the rule names none
 * @param problems what cannot be carried out, by the place in the list
 */
record Matches(RouteSort sort, List<Match> all, SortedMap<Integer, String> problems) {

    /** The matches of a rule, which are read once as long as the list stays the same object. */
    static Matches of(JsonArray wanted, RouteSort sort) {
        Matches known = wanted.derived(Matches.class, it -> read(it, sort));
        return known.sort == sort ? known : read(wanted, sort);
    }

    private static Matches read(JsonArray wanted, RouteSort sort) {
        var matches = new LinkedHashSet<Match>();
        var problems = new TreeMap<Integer, String>();
        int index = 0;
        for (JsonObject match : wanted.objects()) {
            try {
                matches.add(sort == RouteSort.GRPC ? grpc(match) : http(match));
            } catch (IllegalArgumentException e) {
                problems.put(index, String.valueOf(e.getMessage()));
            }
            index++;
        }
        List<Match> all = index == 0 ? List.of(Match.everything()) : List.copyOf(matches);
        return new Matches(sort, all, Collections.unmodifiableSortedMap(problems));
    }

    private static Match http(JsonObject match) {
        JsonObject path = match.object("path");
        String value = path.text("value").orElse("/");
        Match.Path wanted =
                switch (path.text("type").orElse("PathPrefix")) {
                    case "Exact" -> new Match.Path.Exact(value);
                    case "PathPrefix" -> new Match.Path.Prefix(plain(value));
                    case "RegularExpression" -> new Match.Path.Regex(Expression.of(value));
                    default ->
                            throw new IllegalArgumentException(
                                    "path.type: "
                                            + path.text("type").orElse("")
                                            + " (expected: Exact, PathPrefix or"
                                            + " RegularExpression)");
                };
        return new Match(
                wanted,
                match.text("method").orElse(""),
                fields(match, "headers", true),
                fields(match, "queryParams", false),
                Match.From.anywhere());
    }

    private static Match grpc(JsonObject match) {
        JsonObject method = match.object("method");
        String service = method.text("service").orElse("");
        String name = method.text("method").orElse("");
        boolean exact = method.text("type").orElse("Exact").equals("Exact");
        Match.Path path;
        if (service.isEmpty() && name.isEmpty()) {
            path = new Match.Path.Prefix("/");
        } else if (exact && name.isEmpty()) {
            path = new Match.Path.Prefix("/" + service);
        } else if (exact && !service.isEmpty()) {
            path = new Match.Path.Exact("/" + service + "/" + name);
        } else {
            path =
                    new Match.Path.Regex(
                            Expression.of("/" + part(service, exact) + "/" + part(name, exact)));
        }
        return Match.of(path).withHeaders(fields(match, "headers", true));
    }

    private static String part(String text, boolean exact) {
        if (text.isEmpty()) {
            return "[^/]+";
        }
        return exact ? Pattern.quote(text) : "(" + text + ")";
    }

    private static String plain(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("/")
                ? prefix.substring(0, prefix.length() - 1)
                : prefix;
    }

    private static List<Match.Field> fields(JsonObject match, String list, boolean anyCase) {
        if (!match.has(list)) {
            return List.of();
        }
        var fields = new ArrayList<Match.Field>();
        var seen = new HashSet<String>();
        for (JsonObject field : match.array(list).objects()) {
            String given = field.text("name").orElse("");
            String name = anyCase ? given.toLowerCase(Locale.ROOT) : given;
            if (seen.add(name)) {
                String value = field.text("value").orElse("");
                fields.add(
                        new Match.Field(
                                name,
                                field.text("type").orElse("Exact").equals("Exact")
                                        ? new Match.Value.Exact(value)
                                        : new Match.Value.Regex(Expression.of(value))));
            }
        }
        return fields;
    }
}
