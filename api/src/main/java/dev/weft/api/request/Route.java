package dev.weft.api.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a path means. */
sealed interface Route {
    /** Objects, or something about one. Empty fields are those that the path does not have. */
    record Objects(
            String group,
            String version,
            String namespace,
            String plural,
            String name,
            String subresource)
            implements Route {}

    /** A document about the API itself, by the segments of its path. */
    record Document(List<String> segments) implements Route {}

    static Route of(String path) {
        List<String> segments = segments(path);
        return objects(segments).<Route>map(it -> it).orElseGet(() -> new Document(segments));
    }

    private static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                // A plus is a plus in a path, unlike in a query.
                segments.add(Params.decoded(segment.replace("+", "%2B")));
            }
        }
        return segments;
    }

    private static Optional<Objects> objects(List<String> segments) {
        if (segments.size() > 2 && segments.getFirst().equals("api")) {
            return objects("", segments.get(1), segments.subList(2, segments.size()));
        }
        if (segments.size() > 3 && segments.getFirst().equals("apis")) {
            return objects(segments.get(1), segments.get(2), segments.subList(3, segments.size()));
        }
        return Optional.empty();
    }

    private static Optional<Objects> objects(String group, String version, List<String> rest) {
        boolean inNamespace =
                rest.getFirst().equals("namespaces")
                        && rest.size() > 2
                        && !isOfNamespace(group, rest.get(2));
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> own = inNamespace ? rest.subList(2, rest.size()) : rest;
        if (own.size() > 3) {
            return Optional.empty();
        }
        return Optional.of(
                new Objects(
                        group,
                        version,
                        namespace,
                        own.getFirst(),
                        own.size() > 1 ? own.get(1) : "",
                        own.size() > 2 ? own.get(2) : ""));
    }

    /** Whether what follows a namespace's name is something about the namespace itself. */
    private static boolean isOfNamespace(String group, String segment) {
        return group.isEmpty() && (segment.equals("status") || segment.equals("finalize"));
    }
}
