package dev.weft.api.client;

import java.util.Map;

/**
 * Which objects of a kind are meant.
 *
 * @param namespace empty for all
 * @param labels a label selector as people write it ({@code app=x,tier!=front}), empty for all
 * @param fields a field selector ({@code metadata.name=x}), empty for all
 * @param limit how many a page, 0 for all at once
 * @param continueFrom the token of the page before, empty for the first
 */
public record Query(
        String namespace, String labels, String fields, int limit, String continueFrom) {
    private static final Query ALL = new Query("", "", "", 0, "");

    public static Query all() {
        return ALL;
    }

    public static Query in(String namespace) {
        return new Query(namespace, "", "", 0, "");
    }

    public Query withLabels(String selector) {
        return new Query(namespace, selector, fields, limit, continueFrom);
    }

    public Query withLabels(Map<String, String> equal) {
        var selector = new StringBuilder();
        equal.forEach(
                (name, value) ->
                        selector.append(selector.isEmpty() ? "" : ",")
                                .append(name)
                                .append('=')
                                .append(value));
        return withLabels(selector.toString());
    }

    public Query withFields(String selector) {
        return new Query(namespace, labels, selector, limit, continueFrom);
    }

    public Query page(int limit, String continueFrom) {
        return new Query(namespace, labels, fields, limit, continueFrom);
    }
}
