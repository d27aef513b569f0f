package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Share;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the filters of one rule or one backend. Belongs to one thread and one list. */
final class Filters {
    private static final int REDIRECT_USUALLY = 302;
    private static final long CORS_AGE_USUALLY = 5;

    private final String at;
    private final BackendRefs backends;
    private final Findings findings;
    private final boolean ofBackend;
    private Changes changes = Changes.none();
    private final List<HttpRule.Copy> copies = new ArrayList<>();
    private Optional<Guard.Cors> cors = Optional.empty();
    private Optional<Backend.Redirect> redirect = Optional.empty();
    private boolean broken;

    /**
     * @param at where the list stands, for messages
     */
    Filters(String at, BackendRefs backends, Findings findings, boolean ofBackend) {
        this.at = at;
        this.backends = backends;
        this.findings = findings;
        this.ofBackend = ofBackend;
    }

    Filters read(JsonArray filters, String redirectName) {
        Modifiers modifiers = filters.derived(Modifiers.class, Modifiers::of);
        int index = 0;
        for (JsonObject filter : filters.objects()) {
            String path = at + "[" + index + "]";
            try {
                read(filter, modifiers.all().get(index++), path, redirectName);
            } catch (IllegalArgumentException e) {
                broken(path + ": " + e.getMessage());
            }
        }
        return this;
    }

    /** Whether something here cannot be carried out, so that the whole rule cannot. */
    boolean isBroken() {
        return broken;
    }

    Changes changes() {
        return changes;
    }

    List<HttpRule.Copy> copies() {
        return copies;
    }

    Optional<Guard.Cors> cors() {
        return cors;
    }

    Optional<Backend.Redirect> redirect() {
        return redirect;
    }

    private void broken(String message) {
        broken = true;
        findings.value(message);
    }

    private void read(JsonObject filter, Modifier modifier, String path, String redirectName) {
        String type = filter.text("type").orElse("");
        switch (type) {
            case "RequestHeaderModifier" -> changes = changes.withRequest(modifier.edits());
            case "ResponseHeaderModifier" -> changes = changes.withAnswer(modifier.edits());
            case "URLRewrite" -> rewrite(filter.object("urlRewrite"));
            case "RequestMirror" -> mirror(filter.object("requestMirror"), path);
            case "CORS" -> cors(filter.object("cors"), path);
            case "RequestRedirect" ->
                    redirect(filter.object("requestRedirect"), path, redirectName);
            case "ExtensionRef" ->
                    broken(path + ".extensionRef: there are no filters of other groups here");
            default -> broken(path + ".type: " + type + " is not carried out here");
        }
    }

    /** What the filters of a list do to heads: read once for all who ask what a route wants. */
    private record Modifiers(List<Modifier> all) {
        static Modifiers of(JsonArray filters) {
            return new Modifiers(filters.objects().stream().map(Modifier::of).toList());
        }
    }

    /**
     * @param problem why there are no edits; empty where there is none
     */
    private record Modifier(HeaderEdits read, String problem) {
        private static final Modifier NONE = new Modifier(HeaderEdits.none(), "");

        static Modifier of(JsonObject filter) {
            String field =
                    switch (filter.text("type").orElse("")) {
                        case "RequestHeaderModifier" -> "requestHeaderModifier";
                        case "ResponseHeaderModifier" -> "responseHeaderModifier";
                        default -> "";
                    };
            if (field.isEmpty()) {
                return NONE;
            }
            try {
                return new Modifier(Filters.edits(filter.object(field)), "");
            } catch (IllegalArgumentException e) {
                return new Modifier(HeaderEdits.none(), String.valueOf(e.getMessage()));
            }
        }

        HeaderEdits edits() {
            if (!problem.isEmpty()) {
                throw new IllegalArgumentException(problem);
            }
            return read;
        }
    }

    private static HeaderEdits edits(JsonObject modifier) {
        var set = new LinkedHashMap<String, String>();
        for (JsonObject field : modifier.array("set").objects()) {
            set.putIfAbsent(lower(field.text("name").orElse("")), field.text("value").orElse(""));
        }
        var add = new ArrayList<Map.Entry<String, String>>();
        var added = new HashSet<String>();
        for (JsonObject field : modifier.array("add").objects()) {
            String name = lower(field.text("name").orElse(""));
            if (added.add(name)) {
                add.add(Map.entry(name, field.text("value").orElse("")));
            }
        }
        var remove = new HashSet<String>();
        modifier.array("remove").texts().forEach(it -> remove.add(lower(it)));
        return new HeaderEdits(remove, set, add);
    }

    private void rewrite(JsonObject rewrite) {
        Optional<String> host = rewrite.text("hostname");
        if (host.isPresent()) {
            changes = changes.withHost(lower(host.get()));
        }
        if (rewrite.has("path")) {
            changes = changes.withPath(path(rewrite.object("path")));
        }
    }

    private static PathRewrite path(JsonObject path) {
        if (path.text("type").orElse("").equals("ReplaceFullPath")) {
            return new PathRewrite.Replace(slashed(path.text("replaceFullPath").orElse("/")));
        }
        String prefix = slashed(path.text("replacePrefixMatch").orElse("/"));
        return new PathRewrite.ReplacePrefix(
                prefix.length() > 1 && prefix.endsWith("/")
                        ? prefix.substring(0, prefix.length() - 1)
                        : prefix);
    }

    private static String slashed(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private void mirror(JsonObject mirror, String path) {
        String at = path + ".requestMirror.backendRef";
        if (backends.target(mirror.object("backendRef"), at) instanceof Target.Port port) {
            copies.add(new HttpRule.Copy(port, share(mirror)));
        }
    }

    private static Share share(JsonObject mirror) {
        if (mirror.has("fraction")) {
            JsonObject fraction = mirror.object("fraction");
            return new Share(
                    fraction.whole("numerator").orElse(0L).intValue(),
                    fraction.whole("denominator").orElse(100L).intValue());
        }
        return mirror.whole("percent").map(it -> Share.percent(it.intValue())).orElse(Share.all());
    }

    private void cors(JsonObject asked, String path) {
        if (ofBackend) {
            broken(path + ": CORS is decided before a backend is chosen (expected: on the rule)");
            return;
        }
        cors =
                Optional.of(
                        new Guard.Cors(
                                Set.copyOf(asked.array("allowOrigins").texts()),
                                Set.copyOf(asked.array("allowMethods").texts()),
                                lower(asked.array("allowHeaders").texts()),
                                lower(asked.array("exposeHeaders").texts()),
                                Duration.ofSeconds(asked.whole("maxAge").orElse(CORS_AGE_USUALLY)),
                                asked.flag("allowCredentials").orElse(false)));
    }

    private void redirect(JsonObject asked, String path, String name) {
        if (ofBackend) {
            broken(
                    path
                            + ": RequestRedirect of a backend is not carried out (expected: on the"
                            + " rule)");
            return;
        }
        PathRewrite where = asked.has("path") ? path(asked.object("path")) : new PathRewrite.Keep();
        redirect =
                Optional.of(
                        new Backend.Redirect(
                                name,
                                asked.field("statusCode")
                                        .filter(JsonNumber.class::isInstance)
                                        .map(it -> (int) ((JsonNumber) it).asLong())
                                        .orElse(REDIRECT_USUALLY),
                                new Backend.Place.Changed(
                                        asked.text("scheme").orElse(""),
                                        lower(asked.text("hostname").orElse("")),
                                        asked.whole("port").orElse(0L).intValue(),
                                        where)));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static Set<String> lower(List<String> texts) {
        var lower = new HashSet<String>();
        texts.forEach(it -> lower.add(lower(it)));
        return lower;
    }
}
