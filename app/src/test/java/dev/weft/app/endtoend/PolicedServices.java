package dev.weft.app.endtoend;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Services of a test's own servers, each with a TrafficPolicy of its name. */
final class PolicedServices implements AutoCloseable {
    private final StringBuilder manifests = new StringBuilder();
    private final Map<String, List<Peer>> peers = new HashMap<>();

    /** A Service with so many servers, and its policy. */
    PolicedServices with(String name, int count, String policy) throws IOException {
        var mine = new ArrayList<Peer>();
        for (int i = 0; i < count; i++) {
            mine.add(Peer.plain(name + i));
        }
        peers.put(name, mine);
        return with(
                MeshManifests.service(name, mine.toArray(new Peer[0]))
                        + MeshManifests.policy(name, "Service", name, policy));
    }

    PolicedServices with(String more) {
        manifests.append(more);
        return this;
    }

    String manifests() {
        return manifests.toString();
    }

    List<Peer> of(String service) {
        return peers.getOrDefault(service, List.of());
    }

    /** How many requests its servers have seen. */
    int seen(String service) {
        return of(service).stream().mapToInt(it -> it.seen().size()).sum();
    }

    /** Does something several times at once. */
    static <T> List<T> together(int times, Callable<T> what) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<T>>();
            for (int i = 0; i < times; i++) {
                all.add(callers.submit(what));
            }
            var answers = new ArrayList<T>();
            for (Future<T> one : all) {
                answers.add(one.get());
            }
            return answers;
        }
    }

    @Override
    public void close() throws IOException {
        for (List<Peer> some : peers.values()) {
            for (Peer peer : some) {
                peer.close();
            }
        }
    }
}
