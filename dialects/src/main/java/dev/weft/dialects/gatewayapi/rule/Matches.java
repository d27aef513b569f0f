package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which requests a rule is for. Pure; what cannot be carried out throws, with a sentence. */
final class Matches {
    private Matches() {}

    static Match http(JsonObject match) {
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
        return Match.of(wanted)
                .withMethod(match.text("method").orElse(""))
                .withHeaders(fields(match, "headers", true))
                .withQuery(fields(match, "queryParams", false));
    }

    static Match grpc(JsonObject match) {
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
