package dev.weft.api.embedded;

import dev.weft.api.access.Identity;
import dev.weft.api.ask.Moment;
import dev.weft.api.ask.Page;
import dev.weft.api.ask.Part;
import dev.weft.api.ask.Selection;
import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.ResourceList;
import dev.weft.api.client.Watch;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.verb.Verbs;
import java.util.Optional;

/** The port, called directly: same verbs, same rules, same roles as over HTTP. Any thread. */
final class DirectClient implements ResourceClient {
    private final Verbs verbs;
    private final Identity who;

    DirectClient(Verbs verbs, Identity who) {
        this.verbs = verbs;
        this.who = who;
    }

    @Override
    public Optional<Resource> get(ResourceType type, Key key) {
        Target target = target(type, key);
        try {
            return Optional.of(new Resource(verbs.get(target, who)));
        } catch (ApiException e) {
            if (e.is(Reason.NOT_FOUND)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public ResourceList list(ResourceType type, Query query) {
        Target target = target(type, new Key(query.namespace(), ""));
        Moment moment =
                query.continueFrom().isEmpty()
                        ? new Moment.Latest()
                        : new Moment.After(query.continueFrom());
        Page page = verbs.list(target, selection(target, query), moment, query.limit(), who);
        return new ResourceList(
                page.items().stream().map(Resource::new).toList(),
                Long.toString(page.version()),
                page.continueFrom());
    }

    @Override
    public Resource create(ResourceType type, Resource resource) {
        Target target = target(type, new Key(resource.namespace(), ""));
        return new Resource(verbs.create(target, resource.tree(), terms()).tree());
    }

    @Override
    public Resource update(ResourceType type, Resource resource) {
        return update(type, Part.MAIN, resource);
    }

    @Override
    public Resource updateStatus(ResourceType type, Resource resource) {
        return update(type, Part.STATUS, resource);
    }

    @Override
    public Resource finalizeNamespace(Resource namespace) {
        return update(dev.weft.api.model.Types.NAMESPACE, Part.FINALIZE, namespace);
    }

    @Override
    public Resource patch(ResourceType type, Key key, Patch patch) {
        return new Resource(verbs.patch(target(type, key), Part.MAIN, patch, terms()).tree());
    }

    @Override
    public Resource patchStatus(ResourceType type, Key key, Patch patch) {
        return new Resource(verbs.patch(target(type, key), Part.STATUS, patch, terms()).tree());
    }

    @Override
    public void delete(ResourceType type, Key key, Deletion how) {
        verbs.delete(target(type, key), how, terms());
    }

    @Override
    public Watch watch(ResourceType type, Query query, String resourceVersion) {
        Target target = target(type, new Key(query.namespace(), ""));
        Selection selection = selection(target, query);
        if (resourceVersion.isEmpty()) {
            return verbs.watchFromStart(target, selection, true, who);
        }
        return verbs.watch(target, selection, version(resourceVersion), who);
    }

    private Resource update(ResourceType type, Part part, Resource resource) {
        Target target = target(type, resource.key());
        return new Resource(verbs.update(target, part, resource.tree(), terms()).tree());
    }

    private Target target(ResourceType type, Key key) {
        return verbs.catalog()
                .kinds()
                .find(type.group(), type.version(), type.plural())
                .map(found -> new Target(found, key.namespace(), key.name()))
                .orElseThrow(
                        () ->
                                new ApiException(
                                        Reason.NOT_FOUND,
                                        "the server could not find the requested resource"));
    }

    private static Selection selection(Target target, Query query) {
        return Selection.parse(target, query.labels(), query.fields());
    }

    private static long version(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ApiException(
                    Reason.BAD_REQUEST, "Invalid value: \"" + text + "\": no resourceVersion");
        }
    }

    private Terms terms() {
        return Terms.of(who);
    }
}
