package dev.weft.mesh.compile;

import static dev.weft.mesh.compile.Objects.key;
import static dev.weft.mesh.compile.Objects.resource;
import static dev.weft.mesh.compile.Objects.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Trust;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which connections to a Service with a BackendTLSPolicy have TLS put around them. */
final class TlsOfConnectionsTest {
    private static final String PORTS =
            """
            {"clusterIP":"127.96.0.7","ports":[
             {"name":"db","port":5000,"appProtocol":"tcp"},
             {"name":"redis-main","port":5001},
             {"name":"any","port":5002},
             {"name":"own","port":5003,"appProtocol":"tls"},
             {"name":"wss-chat","port":5004},
             {"name":"x","port":443}]}\
            """;

    @Test
    void callersWhoBringTlsAlongAreLeftAloneAndAllOthersGetIt() {
        var compiler = new Compiler(List.of());
        compiler.putService(service("db", PORTS));
        compiler.putSlice(
                resource(
                        """
                        {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
                         "addressType":"IPv4","metadata":{"namespace":"shop","name":"db-1",
                          "labels":{"kubernetes.io/service-name":"db"}},
                         "ports":[{"name":"db","port":1},{"name":"redis-main","port":2},
                          {"name":"any","port":3},{"name":"own","port":4},
                          {"name":"wss-chat","port":5},{"name":"x","port":6}],
                         "endpoints":[{"addresses":["127.1.0.1"]}]}\
                        """));
        var source = new Source("BackendTLSPolicy", key("p"), Instant.EPOCH);
        compiler.putIntents(
                new Source.Kinded("BackendTLSPolicy", key("p")),
                List.of(new Trust(source, key("db"), "", "db.example", List.of(), Set.of())));

        Snapshot snapshot = compiler.compile().snapshot();

        assertThat(hasTls(snapshot, 5000)).as("tcp, declared").isTrue();
        assertThat(hasTls(snapshot, 5001)).as("by its name").isTrue();
        assertThat(hasTls(snapshot, 5002)).as("nobody says").isTrue();
        assertThat(hasTls(snapshot, 5003)).as("tls, declared").isFalse();
        assertThat(hasTls(snapshot, 5004)).as("wss, by its name").isFalse();
        assertThat(hasTls(snapshot, 443)).as("443 is looked at as any other port").isTrue();
    }

    private static boolean hasTls(Snapshot snapshot, int port) {
        Listener listener =
                snapshot.listeners().stream()
                        .filter(it -> it.address().port() == port)
                        .findFirst()
                        .orElseThrow();
        Route route =
                switch (listener) {
                    case Listener.Tcp tcp -> tcp.route();
                    case Listener.Detect detect -> detect.otherwise();
                    default -> throw new AssertionError(listener);
                };
        var backend = (Backend.Endpoints) route.backends().getFirst().backend();
        assertThat(backend.ready()).hasSize(1);
        return backend.terms().tls() != null;
    }
}
