package dev.weft.app.client;

import dev.weft.api.codec.JsonObject;
import dev.weft.foundation.text.NearMiss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** The kinds that an API serves, as its discovery documents list them. Immutable. */
public final class Catalog {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

    private final List<KnownKind> kinds;

    /** One kind at one version; of a group's versions the preferred one comes first. */
    public record KnownKind(
            String group,
            String version,
            String kind,
            String plural,
            String singular,
            List<String> shortNames,
            boolean namespaced) {
        public KnownKind {
            shortNames = List.copyOf(shortNames);
        }

        public String apiVersion() {
            return group.isEmpty() ? version : group + "/" + version;
        }

        /** As messages name it: {@code deployment.apps}. */
        public String singularName() {
            return group.isEmpty() ? singular : singular + "." + group;
        }

        /** Where objects of the kind are; a kind without namespaces takes none. */
        public String path(String namespace) {
            String root = group.isEmpty() ? "/api/v1" : "/apis/" + group + "/" + version;
            return namespaced && !namespace.isEmpty()
                    ? root + "/namespaces/" + namespace + "/" + plural
                    : root + "/" + plural;
        }

        private boolean isCalled(String word) {
            String group = word.contains(".") ? word.substring(word.indexOf('.') + 1) : "";
            String name = group.isEmpty() ? word : word.substring(0, word.indexOf('.'));
            boolean named =
                    plural.equals(name)
                            || singular.equals(name)
                            || shortNames.contains(name)
                            || kind.toLowerCase(Locale.ROOT).equals(name);
            return named && (group.isEmpty() || this.group.startsWith(group));
        }
    }

    private Catalog(List<KnownKind> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    public static Catalog read(ApiConnection connection) throws IOException {
        var kinds = new ArrayList<KnownKind>();
        for (String root : List.of("/api", "/apis")) {
            Reply reply = connection.get(root, AGGREGATED);
            if (!reply.isSuccess()) {
                throw Refused.by(reply);
            }
            for (JsonObject group : reply.json().array("items").objects()) {
                collect(group, kinds);
            }
        }
        return new Catalog(kinds);
    }

    private static void collect(JsonObject group, List<KnownKind> kinds) {
        for (JsonObject version : group.array("versions").objects()) {
            for (JsonObject resource : version.array("resources").objects()) {
                kinds.add(
                        new KnownKind(
                                group.text("metadata", "name").orElse(""),
                                version.text("version").orElse(""),
                                resource.text("responseKind", "kind").orElse(""),
                                resource.text("resource").orElse(""),
                                resource.text("singularResource").orElse(""),
                                resource.array("shortNames").texts(),
                                resource.text("scope").orElse("").equals("Namespaced")));
            }
        }
    }

    /** The kind that a person means by a word: plural, singular, short name, with group or not. */
    public Optional<KnownKind> called(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return kinds.stream().filter(kind -> kind.isCalled(lower)).findFirst();
    }

    /** The kind that a manifest names. */
    public Optional<KnownKind> of(String apiVersion, String kind) {
        return kinds.stream()
                .filter(it -> it.apiVersion().equals(apiVersion) && it.kind().equals(kind))
                .findFirst();
    }

    /** What somebody may have meant by a word that names no kind; empty where nothing is near. */
    public String question(String word) {
        var words = new TreeSet<String>();
        for (KnownKind kind : kinds) {
            words.add(kind.plural());
            words.add(kind.singular());
            words.addAll(kind.shortNames());
        }
        return NearMiss.question(word.toLowerCase(Locale.ROOT), words);
    }

    /** What somebody may have meant by a kind in a manifest. */
    public String questionOfKind(String apiVersion, String kind) {
        var words = new TreeSet<String>();
        kinds.forEach(it -> words.add(it.apiVersion() + " " + it.kind()));
        return NearMiss.question(apiVersion + " " + kind, words);
    }
}
