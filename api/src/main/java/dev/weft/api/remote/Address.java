package dev.weft.api.remote;

import dev.weft.api.client.Query;
import dev.weft.api.model.Key;
import dev.weft.api.model.ResourceType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where things stand in the API: a URL and what follows its question mark. Immutable. */
record Address(String url) {

    static Address collection(String root, ResourceType type, String namespace) {
        String group = type.group().isEmpty() ? "api" : "apis/" + segment(type.group());
        String place =
                type.namespaced() && !namespace.isEmpty()
                        ? "namespaces/" + segment(namespace) + "/"
                        : "";
        String base = root.endsWith("/") ? root : root + "/";
        return new Address(base + group + "/" + type.version() + "/" + place + type.plural());
    }

    static Address object(String root, ResourceType type, Key key) {
        return new Address(
                collection(root, type, key.namespace()).url() + "/" + segment(key.name()));
    }

    Address status() {
        return new Address(url + "/status");
    }

    Address finalization() {
        return new Address(url + "/finalize");
    }

    Address selecting(Query query) {
        return with("labelSelector", query.labels()).with("fieldSelector", query.fields());
    }

    Address page(Query query) {
        Address here = query.limit() > 0 ? with("limit", Integer.toString(query.limit())) : this;
        return here.with("continue", query.continueFrom());
    }

    /** Adds a parameter, unless it is empty. */
    Address with(String name, String value) {
        if (value.isEmpty()) {
            return this;
        }
        char separator = url.indexOf('?') < 0 ? '?' : '&';
        return new Address(
                url + separator + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
