package dev.weft.mesh.compile;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Split;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Resources and intents as the tests write them. */
final class Objects {
    private Objects() {}

    static Resource service(String name, String spec) {
        return resource(
                """
                {"apiVersion":"v1","kind":"Service",
                 "metadata":{"namespace":"shop","name":"%s"},"spec":%s}\
                """
                        .formatted(name, spec));
    }

    static Resource web(String name) {
        return service(name, "{\"ports\":[{\"name\":\"http\",\"port\":80}]}");
    }

    /** A slice of ready endpoints that serve the port {@code http}. */
    static Resource slice(String name, String service, int port, String... ips) {
        String endpoints =
                Stream.of(ips)
                        .map("{\"addresses\":[\"%s\"]}"::formatted)
                        .collect(Collectors.joining(","));
        return resource(
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"shop","name":"%s",
                  "labels":{"kubernetes.io/service-name":"%s"}},
                 "ports":[{"name":"http","port":%d}],"endpoints":[%s]}\
                """
                        .formatted(name, service, port, endpoints));
    }

    static Split split(String name, String root, Object... nameAndMilli) {
        return split(name, 0, root, nameAndMilli);
    }

    static Split split(String name, long age, String root, Object... nameAndMilli) {
        var shares = new ArrayList<Split.Share>();
        for (int i = 0; i < nameAndMilli.length; i += 2) {
            shares.add(
                    new Split.Share(key((String) nameAndMilli[i]), (Integer) nameAndMilli[i + 1]));
        }
        return new Split(
                new Source("TrafficSplit", key(name), Instant.ofEpochSecond(1000 - age)),
                key(root),
                shares);
    }

    static Source.Kinded about(Split split) {
        return new Source.Kinded("TrafficSplit", split.source().key());
    }

    static Key key(String name) {
        return new Key("shop", name);
    }

    static Resource resource(String json) {
        Json tree = JsonText.read(json);
        return new Resource(tree.object().orElseThrow());
    }

    static List<Resource> webs(String... names) {
        return Stream.of(names).map(Objects::web).toList();
    }
}
