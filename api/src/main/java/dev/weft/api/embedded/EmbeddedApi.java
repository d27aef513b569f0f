package dev.weft.api.embedded;

import dev.weft.api.access.Identity;
import dev.weft.api.access.Roles;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.api.request.ApiHandler;
import dev.weft.api.request.Serving;
import dev.weft.api.store.Store;
import dev.weft.api.verb.Verbs;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.task.TaskScope;
import java.time.Duration;
import java.util.List;

/**
 * The Kubernetes-shaped API of this machine. Any thread. Open it on a data directory, give each
 * part a client with an identity of its own, close it last.
 */
public final class EmbeddedApi implements AutoCloseable {
    private static final String FILE = "weft.db";
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
    private static final List<String> NAMESPACES =
            List.of("default", "openfaas-fn", "openfaas", "weft-system", "kube-system");

    private final Store store;
    private final Verbs verbs;
    private final TaskScope tasks;

    private EmbeddedApi(Store store, Verbs verbs, TaskScope tasks) {
        this.store = store;
        this.verbs = verbs;
        this.tasks = tasks;
    }

    /**
     * Loads what opening needs of others' code and takes long: the database's driver. Whoever
     * starts a platform may call it beside its other work.
     */
    public static void prepare() {
        Store.prepare();
    }

    /**
     * Opens the API, and makes what must always be there.
     *
     * @throws ApiException that says why where the data directory cannot be used
     */
    public static EmbeddedApi open(Setup setup) {
        Store store = Store.open(setup.directory().resolve(FILE), setup.faults());
        try {
            var verbs =
                    new Verbs(
                            store,
                            Roles.builtIn(),
                            setup.clock(),
                            setup.chance(),
                            it -> it.advisedBy(setup.advisors(), store, setup.faults()));
            verbs.resume();
            var tasks = new TaskScope("api", setup.faults(), Duration.ofSeconds(5));
            var api = new EmbeddedApi(store, verbs, tasks);
            api.makeNamespaces();
            tasks.start("expiry", api::sweep);
            return api;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** The port, for one part of Weft. */
    public ResourceClient client(Identity who) {
        return new DirectClient(verbs, who);
    }

    /** The API over HTTP, to be served over TLS. Close it before the server that it serves in. */
    public ApiHandler handler(Serving serving) {
        return new ApiHandler(verbs, serving);
    }

    /** Ends all watches, writes what was accepted, and closes the database. */
    @Override
    public void close() {
        tasks.close();
        store.close();
    }

    private void makeNamespaces() {
        ResourceClient client = client(Identity.admin());
        for (String name : NAMESPACES) {
            var namespace = Resource.of(Types.NAMESPACE, "", name);
            if (client.get(Types.NAMESPACE, namespace.key()).isEmpty()) {
                try {
                    client.create(Types.NAMESPACE, namespace);
                } catch (ApiException e) {
                    if (!e.is(Reason.ALREADY_EXISTS)) {
                        throw e;
                    }
                }
            }
        }
    }

    private void sweep() {
        try {
            while (true) {
                Pause.of(SWEEP_EVERY);
                verbs.expire();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
