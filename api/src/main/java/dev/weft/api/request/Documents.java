package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.discovery.AggregatedDiscovery;
import dev.weft.api.discovery.AggregatedDiscovery.Form;
import dev.weft.api.discovery.Discovery;
import dev.weft.api.kind.Kinds;
import dev.weft.api.openapi.OpenApi;
import dev.weft.api.rule.Catalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Answers what is asked about the API itself. Any thread. */
final class Documents {
    /** What anyone may ask, without saying who they are. */
    private static final Set<String> OPEN = Set.of("version", "readyz", "livez", "healthz");

    private final Catalog catalog;
    private final BooleanSupplier ready;
    private final String version;

    /**
     * @param version of Weft, such as 0.1.0
     */
    Documents(Catalog catalog, BooleanSupplier ready, String version) {
        this.catalog = catalog;
        this.ready = ready;
        this.version = version;
    }

    static boolean isOpen(List<String> segments) {
        return !segments.isEmpty() && OPEN.contains(segments.getFirst());
    }

    void answer(Request request, List<String> segments) throws IOException {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw Objects.noMethod();
        }
        switch (segments.isEmpty() ? "" : segments.getFirst()) {
            case "" -> Answers.tree(request, 200, paths());
            case "version" -> only(request, segments, version());
            case "livez", "healthz" -> health(request, segments, true);
            case "readyz" -> health(request, segments, ready.getAsBoolean());
            case "api" -> core(request, segments);
            case "apis" -> groups(request, segments);
            case "openapi" -> openApi(request, segments);
            default -> unknown(request);
        }
    }

    /** What Kubernetes says of a path that it has no idea of. */
    static void unknown(Request request) throws IOException {
        Answers.plain(request, 404, "404 page not found\n");
    }

    private static void only(Request request, List<String> segments, JsonObject document)
            throws IOException {
        if (segments.size() > 1) {
            unknown(request);
        } else {
            Answers.tree(request, 200, document);
        }
    }

    private static void health(Request request, List<String> segments, boolean well)
            throws IOException {
        String name = segments.getFirst();
        boolean verbose = request.params().has("verbose");
        String text =
                verbose
                        ? "[%s]ping %s%n%s check %s%n"
                                .formatted(
                                        well ? "+" : "-",
                                        well ? "ok" : "failed",
                                        name,
                                        well ? "passed" : "failed")
                        : well ? "ok" : "not ready yet";
        Answers.plain(request, well ? 200 : 500, text);
    }

    private void core(Request request, List<String> segments) throws IOException {
        Kinds kinds = catalog.kinds();
        if (segments.size() == 1) {
            Optional<Form> form = form(request);
            if (form.isPresent()) {
                aggregated(request, form.get(), AggregatedDiscovery.core(kinds, form.get()));
            } else {
                var local = request.call().peer().local();
                String address = local.getHostString() + ":" + local.getPort();
                Answers.tree(request, 200, Discovery.core(kinds, address));
            }
        } else if (segments.size() == 2) {
            resources(request, Discovery.resources(kinds, "", segments.get(1)));
        } else {
            unknown(request);
        }
    }

    private void groups(Request request, List<String> segments) throws IOException {
        Kinds kinds = catalog.kinds();
        switch (segments.size()) {
            case 1 -> {
                Optional<Form> form = form(request);
                if (form.isPresent()) {
                    aggregated(request, form.get(), AggregatedDiscovery.groups(kinds, form.get()));
                } else {
                    Answers.tree(request, 200, Discovery.groups(kinds));
                }
            }
            case 2 -> resources(request, Discovery.group(kinds, segments.get(1)));
            default ->
                    resources(
                            request, Discovery.resources(kinds, segments.get(1), segments.get(2)));
        }
    }

    private static void resources(Request request, Optional<JsonObject> document)
            throws IOException {
        if (document.isPresent()) {
            Answers.tree(request, 200, document.get());
        } else {
            unknown(request);
        }
    }

    private static Optional<Form> form(Request request) {
        if (request.accepted().shape() != Accepted.Shape.DISCOVERY) {
            return Optional.empty();
        }
        return Optional.of(request.accepted().version().equals("v2") ? Form.V2 : Form.V2BETA1);
    }

    private static void aggregated(Request request, Form form, JsonObject document)
            throws IOException {
        byte[] body = document.toString().getBytes(StandardCharsets.UTF_8);
        Answers.bytes(request, 200, form.contentType(), body);
    }

    private void openApi(Request request, List<String> segments) throws IOException {
        OpenApi documents = catalog.served().documents();
        String json = Accepted.Encoding.JSON.type();
        String path = String.join("/", segments.subList(1, segments.size()));
        if (path.equals("v2")) {
            Answers.bytes(request, 200, OpenApi.V2_TYPE, documents.v2());
        } else if (path.equals("v3")) {
            Answers.bytes(request, 200, json, documents.index());
        } else if (path.startsWith("v3/")) {
            Optional<byte[]> document = documents.v3(path.substring(3));
            if (document.isEmpty()) {
                throw new ApiException(Reason.NOT_FOUND, "no OpenAPI document at " + path);
            }
            Answers.bytes(request, 200, json, document.get());
        } else {
            unknown(request);
        }
    }

    private JsonObject version() {
        return JsonObject.builder()
                .put("major", "1")
                .put("minor", "33")
                .put("gitVersion", "v1.33.0+weft." + version)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "")
                .put("goVersion", "")
                .put("compiler", "java")
                .put(
                        "platform",
                        System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT)
                                + "/"
                                + System.getProperty("os.arch", ""))
                .build();
    }

    private JsonObject paths() {
        Kinds kinds = catalog.kinds();
        var paths = new ArrayList<Json>();
        paths.add(Json.of("/api"));
        paths.add(Json.of("/api/v1"));
        paths.add(Json.of("/apis"));
        for (String group : kinds.groups()) {
            if (!group.isEmpty()) {
                paths.add(Json.of("/apis/" + group));
                kinds.versions(group)
                        .forEach(it -> paths.add(Json.of("/apis/" + group + "/" + it)));
            }
        }
        for (String other :
                List.of("healthz", "livez", "openapi/v2", "openapi/v3", "readyz", "version")) {
            paths.add(Json.of("/" + other));
        }
        return JsonObject.of("paths", JsonArray.of(paths));
    }
}
