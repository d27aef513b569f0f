package dev.weft.api.request;

import dev.weft.api.ask.Page;
import dev.weft.api.ask.Part;
import dev.weft.api.ask.Selection;
import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.ask.Written;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kinds;
import dev.weft.api.model.Resource;
import dev.weft.api.verb.ObjectWatch;
import dev.weft.api.verb.Verbs;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Answers requests about objects. Any thread. */
final class Objects {
    /** Kinds whose deletion answers with the object instead of a Status, as in Kubernetes. */
    private static final Set<String> SHOWN_WHEN_GONE =
            Set.of("pods", "services", "serviceaccounts");

    private final Verbs verbs;
    private final Logs logs;
    private final Lasting lasting;
    private final Clock clock;

    Objects(Verbs verbs, PodLogs logs, Lasting lasting, Clock clock) {
        this.verbs = verbs;
        this.lasting = lasting;
        this.logs = new Logs(logs, lasting, clock);
        this.clock = clock;
    }

    void answer(Request request, Route.Objects route) throws IOException {
        Kinds kinds = verbs.catalog().kinds();
        Kinds.Found found =
                kinds.find(route.group(), route.version(), route.plural())
                        .filter(it -> it.kind().namespaced() || route.namespace().isEmpty())
                        .orElseThrow(Objects::noResource);
        if (!found.version().deprecation().isEmpty()) {
            request.warnings().add(found.version().deprecation());
        }
        var target = new Target(found, route.namespace(), route.name());
        boolean placed = !found.kind().namespaced() || !route.namespace().isEmpty();
        if (route.name().isEmpty()) {
            collection(request, target, placed);
        } else if (!placed) {
            throw noResource();
        } else if (route.subresource().isEmpty()) {
            object(request, target);
        } else {
            subresource(request, target, route.subresource());
        }
    }

    private void collection(Request request, Target target, boolean placed) throws IOException {
        switch (request.method()) {
            case "GET", "HEAD" -> list(request, target);
            case "POST" -> {
                if (!placed) {
                    throw noMethod();
                }
                create(request, target);
            }
            case "DELETE" -> deleteAll(request, target);
            default -> throw noMethod();
        }
    }

    private void object(Request request, Target target) throws IOException {
        switch (request.method()) {
            case "GET", "HEAD" -> {
                if (request.params().flag("watch")) {
                    list(request, target);
                } else {
                    one(request, target, 200, verbs.get(target, request.who()));
                }
            }
            case "PUT" -> update(request, target, Part.MAIN);
            case "PATCH" -> patch(request, target, Part.MAIN);
            case "DELETE" -> delete(request, target);
            default -> throw noMethod();
        }
    }

    private void subresource(Request request, Target target, String name) throws IOException {
        boolean reads = request.method().equals("GET");
        switch (name) {
            case "status" -> {
                if (!target.version().hasStatus()) {
                    throw noResource();
                }
                part(request, target, Part.STATUS);
            }
            case "finalize" -> {
                if (!target.kind().storageKey().equals("namespaces")) {
                    throw noResource();
                }
                part(request, target, Part.FINALIZE);
            }
            case "scale" -> {
                if (target.version().scale().isEmpty()) {
                    throw noResource();
                }
                scale(request, target);
            }
            case "log" -> {
                if (!target.version().surface().others().contains("log")) {
                    throw noResource();
                }
                if (!reads) {
                    throw noMethod();
                }
                verbs.may(request.who(), target, "get", "log");
                logs.answer(request, new Resource(verbs.get(target, request.who())));
            }
            case "exec", "attach", "portforward" ->
                    throw new ApiException(
                            Reason.NOT_IMPLEMENTED,
                            "pods/" + name + " is not supported by this version of Weft");
            default -> throw noResource();
        }
    }

    private void part(Request request, Target target, Part part) throws IOException {
        switch (request.method()) {
            case "GET", "HEAD" -> one(request, target, 200, verbs.get(target, request.who()));
            case "PUT" -> update(request, target, part);
            case "PATCH" -> patch(request, target, part);
            default -> throw noMethod();
        }
    }

    private void list(Request request, Target target) throws IOException {
        ListWish wish = ListWish.of(request.params());
        String fields = request.params().text("fieldSelector");
        if (!target.name().isEmpty()) {
            String name = "metadata.name=" + target.name();
            fields = fields.isEmpty() ? name : fields + "," + name;
        }
        Target all = target.named("");
        Selection selection = Selection.parse(all, request.params().text("labelSelector"), fields);
        var shapes = new Shapes(request, target.found(), clock.now());
        if (wish.watch()) {
            watch(request, all, selection, wish, shapes);
            return;
        }
        Page page = verbs.list(all, selection, wish.moment(), wish.limit(), request.who());
        answer(request, page, shapes);
    }

    private static void answer(Request request, Page page, Shapes shapes) throws IOException {
        Answers.list(
                request,
                shapes.listHead(page),
                shapes.isTable() ? "rows" : "items",
                page.items().size(),
                () -> page.items().stream().map(shapes::item).iterator());
    }

    private void watch(
            Request request, Target target, Selection selection, ListWish wish, Shapes shapes)
            throws IOException {
        var watching = new Watching(request, shapes, wish, clock);
        ObjectWatch watch;
        try {
            watch =
                    wish.beginsWithAll()
                            ? verbs.watchFromStart(
                                    target, selection, wish.sendInitialEvents(), request.who())
                            : verbs.watch(
                                    target,
                                    selection,
                                    Long.parseLong(wish.version()),
                                    request.who());
        } catch (ApiException e) {
            if (e.is(Reason.EXPIRED)) {
                watching.refuse(e);
                return;
            }
            throw e;
        }
        Runnable end = watch::close;
        lasting.enter(end);
        try {
            watching.send(watch);
        } finally {
            lasting.leave(end);
        }
    }

    private void create(Request request, Target target) throws IOException {
        Body body = Body.read(request.call(), target.kind().kind());
        Terms terms = Wishes.terms(request, "CreateOptions", body.duplicates());
        Written written = verbs.create(target, body.object(target.kind().kind()), terms);
        one(request, target, 201, written.tree());
    }

    private void update(Request request, Target target, Part part) throws IOException {
        Body body = Body.read(request.call(), target.kind().kind());
        Terms terms = Wishes.terms(request, "UpdateOptions", body.duplicates());
        Written written = verbs.update(target, part, body.object(target.kind().kind()), terms);
        one(request, target, 200, written.tree());
    }

    private void patch(Request request, Target target, Part part) throws IOException {
        Patch patch = Body.patch(request.call());
        Terms terms = Wishes.terms(request, "PatchOptions", List.of());
        one(request, target, 200, verbs.patch(target, part, patch, terms).tree());
    }

    private void scale(Request request, Target target) throws IOException {
        switch (request.method()) {
            case "GET", "HEAD" -> Answers.tree(request, 200, verbs.scale(target, request.who()));
            case "PUT" -> {
                Body body = Body.read(request.call(), "Scale");
                Terms terms = Wishes.terms(request, "UpdateOptions", List.of());
                Answers.tree(
                        request,
                        200,
                        verbs.updateScale(target, body.object("Scale"), terms).tree());
            }
            case "PATCH" -> {
                Patch patch = Body.patch(request.call());
                Terms terms = Wishes.terms(request, "PatchOptions", List.of());
                Answers.tree(request, 200, verbs.patchScale(target, patch, terms).tree());
            }
            default -> throw noMethod();
        }
    }

    private void delete(Request request, Target target) throws IOException {
        JsonObject options = Body.readIfAny(request.call(), "DeleteOptions");
        Deletion how = Wishes.deletion(request.params(), options);
        if (!Wishes.saysPropagation(request.params(), options)) {
            how = verbs.asBefore(target, how);
        }
        Written written = verbs.delete(target, how, deletionTerms(request, options));
        boolean shown =
                written.state() == Written.State.GOING
                        || SHOWN_WHEN_GONE.contains(target.kind().storageKey());
        if (shown) {
            one(request, target, 200, written.tree());
        } else {
            Answers.tree(request, 200, success(target, written));
        }
    }

    private void deleteAll(Request request, Target target) throws IOException {
        JsonObject options = Body.readIfAny(request.call(), "DeleteOptions");
        Selection selection =
                Selection.parse(
                        target,
                        request.params().text("labelSelector"),
                        request.params().text("fieldSelector"));
        List<JsonObject> deleted =
                verbs.deleteAll(
                        target,
                        selection,
                        Wishes.deletion(request.params(), options),
                        deletionTerms(request, options));
        var page = new Page(deleted, verbs.version(), "", java.util.OptionalLong.empty());
        answer(request, page, new Shapes(request, target.found(), clock.now()));
    }

    private static Terms deletionTerms(Request request, JsonObject options) {
        Terms terms = Wishes.terms(request, "DeleteOptions", List.of());
        return terms.dryRun() || !Wishes.dryRun(options) ? terms : terms.dry();
    }

    private void one(Request request, Target target, int status, JsonObject tree)
            throws IOException {
        var shapes = new Shapes(request, target.found(), clock.now());
        Answers.tree(request, status, shapes.one(tree));
    }

    private static JsonObject success(Target target, Written written) {
        var details = JsonObject.builder().put("name", target.name());
        if (!target.kind().group().isEmpty()) {
            details.put("group", target.kind().group());
        }
        details.put("kind", target.kind().plural());
        details.put("uid", written.tree().text("metadata", "uid").orElse(""));
        return JsonObject.builder()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("metadata", JsonObject.empty())
                .put("status", "Success")
                .put("details", details.build())
                .build();
    }

    static ApiException noResource() {
        return new ApiException(
                Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    static ApiException noMethod() {
        return new ApiException(
                Reason.METHOD_NOT_ALLOWED,
                "the server does not allow this method on the requested resource");
    }
}
