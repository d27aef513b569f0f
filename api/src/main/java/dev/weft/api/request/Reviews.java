package dev.weft.api.request;

import dev.weft.api.access.Attempt;
import dev.weft.api.access.Authenticator;
import dev.weft.api.access.Identity;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.verb.Verbs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers questions about who somebody is and what they may do. Keeps nothing. Any thread. */
final class Reviews {
    private static final String AUTHORIZATION = "authorization.k8s.io";
    private static final String AUTHENTICATION = "authentication.k8s.io";
    private static final Map<String, String> KINDS =
            Map.of(
                    AUTHORIZATION + "/selfsubjectaccessreviews", "SelfSubjectAccessReview",
                    AUTHORIZATION + "/subjectaccessreviews", "SubjectAccessReview",
                    AUTHORIZATION + "/localsubjectaccessreviews", "LocalSubjectAccessReview",
                    AUTHORIZATION + "/selfsubjectrulesreviews", "SelfSubjectRulesReview",
                    AUTHENTICATION + "/selfsubjectreviews", "SelfSubjectReview",
                    AUTHENTICATION + "/tokenreviews", "TokenReview");

    private final Verbs verbs;
    private final Authenticator authenticator;

    Reviews(Verbs verbs, Authenticator authenticator) {
        this.verbs = verbs;
        this.authenticator = authenticator;
    }

    static boolean isReview(Route.Objects route) {
        return KINDS.containsKey(route.group() + "/" + route.plural())
                && route.version().equals("v1")
                && route.name().isEmpty();
    }

    void answer(Request request, Route.Objects route) throws IOException {
        if (!request.method().equals("POST")) {
            throw Objects.noMethod();
        }
        String kind = KINDS.getOrDefault(route.group() + "/" + route.plural(), "");
        JsonObject review = Body.read(request.call(), kind).object(kind);
        JsonObject spec = review.object("spec");
        JsonObject status =
                switch (kind) {
                    case "SelfSubjectAccessReview" -> access(request.who(), spec);
                    case "SubjectAccessReview", "LocalSubjectAccessReview" ->
                            access(other(request, route, spec), spec);
                    case "SelfSubjectRulesReview" -> rules(request.who());
                    case "SelfSubjectReview" -> JsonObject.of("userInfo", user(request.who()));
                    default -> token(request, route, spec);
                };
        JsonObject answer =
                review.with("apiVersion", route.group() + "/v1")
                        .with("kind", kind)
                        .with("status", status);
        Answers.tree(request, 201, answer);
    }

    /** Whom a review asks about, where the one who asks may ask that. */
    private Identity other(Request request, Route.Objects route, JsonObject spec) {
        may(request, route);
        var groups = new ArrayList<>(spec.array("groups").texts());
        return new Identity(spec.text("user").orElse(""), groups);
    }

    private void may(Request request, Route.Objects route) {
        verbs.may(
                request.who(),
                new Attempt("create", route.group(), route.plural(), route.namespace(), ""));
    }

    private JsonObject access(Identity who, JsonObject spec) {
        JsonObject resource = spec.object("resourceAttributes");
        boolean allowed =
                spec.has("nonResourceAttributes")
                        ? mayRead(who, spec.object("nonResourceAttributes"))
                        : verbs.allows(who, attempt(resource));
        return JsonObject.builder()
                .put("allowed", allowed)
                .put(
                        "reason",
                        allowed ? "" : "no role of user \"%s\" allows it".formatted(who.user()))
                .build();
    }

    private static boolean mayRead(Identity who, JsonObject attributes) {
        if (who.groups().contains(Identity.MASTERS)) {
            return true;
        }
        List<String> segments =
                List.of(attributes.text("path").orElse("").replaceFirst("^/", "").split("/"));
        return attributes.text("verb").orElse("").equals("get")
                && (!who.isAnonymous() || Documents.isOpen(segments));
    }

    private static Attempt attempt(JsonObject attributes) {
        String plural = attributes.text("resource").orElse("");
        Optional<String> subresource = attributes.text("subresource").filter(it -> !it.isEmpty());
        return new Attempt(
                attributes.text("verb").orElse(""),
                attributes.text("group").orElse(""),
                subresource.map(it -> plural + "/" + it).orElse(plural),
                attributes.text("namespace").orElse(""),
                attributes.text("name").orElse(""));
    }

    private JsonObject rules(Identity who) {
        return JsonObject.builder()
                .put("resourceRules", verbs.rules(who))
                .put(
                        "nonResourceRules",
                        JsonArray.of(
                                JsonObject.builder()
                                        .put("verbs", JsonArray.ofTexts(List.of("get")))
                                        .put("nonResourceURLs", JsonArray.ofTexts(List.of("*")))
                                        .build()))
                .put("incomplete", false)
                .build();
    }

    private JsonObject token(Request request, Route.Objects route, JsonObject spec) {
        may(request, route);
        Optional<Identity> found = authenticator.byToken(spec.text("token").orElse(""));
        return found.map(
                        who ->
                                JsonObject.builder()
                                        .put("authenticated", true)
                                        .put("user", user(who))
                                        .build())
                .orElseGet(
                        () ->
                                JsonObject.builder()
                                        .put("authenticated", false)
                                        .put("user", JsonObject.empty())
                                        .build());
    }

    private static JsonObject user(Identity who) {
        return JsonObject.builder()
                .put("username", who.user())
                .put("groups", JsonArray.ofTexts(who.groups()))
                .build();
    }
}
