package dev.weft.api.rule;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fields that are kept, since a cluster honours them, but that mean nothing on one machine. */
final class Ignored {
    private static final String ONE_NODE = "there is one node only";
    private static final Map<String, String> OF_PODS =
            new TreeMap<>(
                    Map.of(
                            "affinity", ONE_NODE,
                            "nodeSelector", ONE_NODE,
                            "topologySpreadConstraints", ONE_NODE,
                            "priorityClassName", "pods do not compete for nodes",
                            "runtimeClassName", "pods run as processes",
                            "hostAliases", "pods share the machine's name resolution",
                            "dnsConfig", "pods share the machine's name resolution",
                            "hostname", "pods share the machine's name",
                            "imagePullSecrets", "images come from the local store"));
    private static final Map<String, String> OF_CONTAINERS =
            new TreeMap<>(
                    Map.of(
                            "resources", "processes are not limited in this version",
                            "volumeDevices", "there are no block volumes",
                            "startupProbe", "only readiness and liveness are probed",
                            "stdin", "containers have no terminal",
                            "tty", "containers have no terminal"));

    private Ignored() {}

    /** One sentence for each field of a pod's spec that is ignored. */
    static List<String> ofPod(JsonObject spec, String path) {
        var found = new ArrayList<String>();
        collect(spec, path, OF_PODS, found);
        int index = 0;
        for (JsonObject container : spec.array("containers").objects()) {
            collect(container, path + ".containers[" + index + "]", OF_CONTAINERS, found);
            index++;
        }
        return found;
    }

    private static void collect(
            JsonObject tree, String path, Map<String, String> ignored, List<String> found) {
        ignored.forEach(
                (field, why) -> {
                    if (tree.field(field).filter(Ignored::says).isPresent()) {
                        found.add(path + "." + field + ": kept but ignored, " + why);
                    }
                });
    }

    private static boolean says(Json value) {
        return value.object().map(it -> !it.isEmpty()).orElse(true)
                && value.array().map(it -> !it.isEmpty()).orElse(true)
                && value.flag().orElse(true)
                && !value.text().map(String::isEmpty).orElse(false)
                && !(value instanceof dev.weft.api.codec.JsonNull);
    }
}
