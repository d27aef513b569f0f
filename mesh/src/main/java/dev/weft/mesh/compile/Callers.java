package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which workload calls from which address, as pods say. Belongs to one thread.
 *
 * <p>A process that does not bind its socket to its pod's address calls from 127.0.0.1, and nobody
 * can tell whose it is.
 */
final class Callers {
    private final Map<Key, Caller> byPod = new HashMap<>();
    private Map<String, String> byAddress = Map.of();
    private boolean touched;

    private record Caller(String ip, String workload) {}

    void put(Resource pod) {
        @Nullable Caller now = of(pod);
        @Nullable Caller before = now == null ? byPod.remove(pod.key()) : byPod.put(pod.key(), now);
        touched |= !Objects.equals(before, now);
    }

    void remove(Key pod) {
        touched |= byPod.remove(pod) != null;
    }

    boolean isTouched() {
        return touched;
    }

    /** The workloads by address, as the data plane wants them. */
    Map<String, String> byAddress() {
        if (touched) {
            var all = new HashMap<String, String>();
            byPod.values().forEach(it -> all.put(it.ip, it.workload));
            byAddress = Map.copyOf(all);
            touched = false;
        }
        return byAddress;
    }

    private static @Nullable Caller of(Resource pod) {
        String ip = pod.status().text("podIP").orElse("");
        String phase = pod.status().text("phase").orElse("");
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        return ip.isEmpty() || over ? null : new Caller(ip, pod.namespace() + "/" + workload(pod));
    }

    /** A Deployment's pod belongs to a ReplicaSet, which has the template's hash at its end. */
    private static String workload(Resource pod) {
        for (OwnerReference owner : pod.owners()) {
            String hash = pod.labels().getOrDefault("pod-template-hash", "");
            if (owner.controller()) {
                return !hash.isEmpty() && owner.name().endsWith("-" + hash)
                        ? owner.name().substring(0, owner.name().length() - hash.length() - 1)
                        : owner.name();
            }
        }
        return pod.name();
    }
}
