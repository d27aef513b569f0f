package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What follows the question mark. Immutable. */
record Params(Map<String, List<String>> values) {

    static Params parse(String query) {
        var values = new LinkedHashMap<String, List<String>>();
        for (String pair : query.split("&")) {
            if (!pair.isEmpty()) {
                int at = pair.indexOf('=');
                String name = decoded(at < 0 ? pair : pair.substring(0, at));
                String value = at < 0 ? "" : decoded(pair.substring(at + 1));
                values.computeIfAbsent(name, it -> new ArrayList<>()).add(value);
            }
        }
        return new Params(values);
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiException(Reason.BAD_REQUEST, "invalid URL escape in \"" + text + "\"");
        }
    }

    /** The first value, empty where there is none. */
    String text(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getFirst();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Kubernetes' reading of a flag: there without a value, or any word but false and 0. */
    boolean flag(String name) {
        if (!values.containsKey(name)) {
            return false;
        }
        String text = text(name);
        return !text.equalsIgnoreCase("false") && !text.equals("0");
    }

    OptionalLong number(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text));
        }
    }
}
