package dev.weft.machine.workload;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Observed;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Lets pods run that run nothing: bound ones become ready, those on their way out end. */
final class FakeAgent {
    private final Surroundings surroundings;
    private final Informer pods;
    private final BlockingQueue<Key> changed = new LinkedBlockingQueue<>();

    private volatile boolean starting = true;

    FakeAgent(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.pods = new Informer(surroundings, Types.POD, Query.all()).listen(this::seen);
    }

    void start() {
        pods.start();
        surroundings.scope().start("fake-agent", this::run);
    }

    /** From now on pods are not found ready, until {@link #letThemStart}. */
    void keepThemFromStarting() {
        starting = false;
    }

    void letThemStart() {
        starting = true;
        pods.all().forEach(it -> changed.add(it.key()));
    }

    private void seen(Observed observed) {
        changed.add(observed.resource().key());
    }

    private void run() {
        try {
            while (!surroundings.scope().isClosed()) {
                Key key = changed.take();
                try {
                    live(key);
                } catch (ApiException e) {
                    changed.add(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void live(Key key) {
        ResourceClient client = surroundings.client();
        Resource pod = pods.find(key).orElse(null);
        if (pod == null) {
            return;
        }
        var view = new Pod(pod);
        if (pod.isDeleting()) {
            client.delete(Types.POD, key, Deletion.now().onlyUid(pod.uid()));
        } else if (!view.nodeName().isEmpty() && !view.isReady() && starting) {
            client.updateStatus(
                    Types.POD,
                    pod.withStatus(World.podStatus("Running", true, surroundings.clock().now())));
        }
    }
}
