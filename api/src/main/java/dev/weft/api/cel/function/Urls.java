package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses of the web. */
final class Urls {
    private Urls() {}

    record Url(URI uri) implements Value.Foreign {
        @Override
        public Type type() {
            return new Type.Opaque("kubernetes.URL");
        }
    }

    /** What stands behind the question mark: each name with its values. */
    private record Query(Map<String, List<String>> values) implements Value.Entries {
        @Override
        public int size() {
            return values.size();
        }

        @Override
        public @Nullable Value find(Value key) {
            List<String> found = key instanceof Value.Text it ? values.get(it.text()) : null;
            return found == null ? null : new Value.Listed(found.stream().map(Value::of).toList());
        }

        @Override
        public List<Value> keys() {
            return values.keySet().stream().map(Value::of).toList();
        }
    }

    static void addTo(Map<String, Function> functions) {
        functions.put("url", (args, budget) -> new Url(parse(Texts.read(args, budget))));
        functions.put("isURL", (args, budget) -> Value.of(isUrl(Texts.read(args, budget))));
        functions.put("getScheme", (args, budget) -> text(url(args[0]).getScheme()));
        functions.put("getHost", (args, budget) -> text(host(url(args[0]))));
        functions.put("getHostname", (args, budget) -> text(hostname(url(args[0]))));
        functions.put("getPort", (args, budget) -> text(port(url(args[0]))));
        functions.put("getEscapedPath", (args, budget) -> text(url(args[0]).getRawPath()));
        functions.put("getQuery", (args, budget) -> query(url(args[0]).getRawQuery()));
    }

    private static Value text(@Nullable String text) {
        return Value.of(text == null ? "" : text);
    }

    private static URI url(Value value) {
        if (value instanceof Url url) {
            return url.uri;
        }
        throw EvalException.noOverload(Values.typeName(value));
    }

    private static boolean isUrl(String text) {
        try {
            parse(text);
            return true;
        } catch (EvalException e) {
            return false;
        }
    }

    private static URI parse(String text) {
        try {
            boolean hostless = text.endsWith("://");
            var uri = new URI(hostless ? text + "/" : escaped(text));
            if (!text.startsWith("/") && uri.getScheme() == null || badPort(uri)) {
                throw wrong(text, "invalid URI for request");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw wrong(text, "invalid URI for request");
        }
    }

    /** What may not stand in an address and is put up with behind the host. */
    private static String escaped(String text) {
        int slashes = text.indexOf("://");
        int path = text.indexOf('/', slashes < 0 ? 0 : slashes + 3);
        if (path < 0) {
            return text;
        }
        var escaped = new StringBuilder(text.substring(0, path));
        for (int i = path; i < text.length(); i++) {
            char c = text.charAt(i);
            escaped.append(" {}|\"<>\\^`[]".indexOf(c) >= 0 ? "%" + Integer.toHexString(c) : c);
        }
        return escaped.toString();
    }

    private static boolean badPort(URI uri) {
        return !port(uri).chars().allMatch(it -> it >= '0' && it <= '9');
    }

    private static EvalException wrong(String text, String why) {
        return new EvalException(
                "URL parse error during conversion from string: parse \"%s\": %s"
                        .formatted(text, why));
    }

    private static String host(URI uri) {
        String authority = uri.getRawAuthority();
        if (authority == null) {
            return "";
        }
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    private static String hostname(URI uri) {
        String host = host(uri);
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    private static String port(URI uri) {
        String host = host(uri);
        int colon = host.lastIndexOf(':');
        return colon < 0 || host.indexOf(']', colon) >= 0 ? "" : host.substring(colon + 1);
    }

    private static Value query(@Nullable String query) {
        var values = new LinkedHashMap<String, List<String>>();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            if (part.isEmpty() || part.contains(";")) {
                continue;
            }
            int is = part.indexOf('=');
            String name = decoded(is < 0 ? part : part.substring(0, is));
            values.computeIfAbsent(name, it -> new ArrayList<>())
                    .add(is < 0 ? "" : decoded(part.substring(is + 1)));
        }
        return new Query(values);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
