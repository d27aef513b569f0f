package dev.weft.mesh.compile;

import static dev.weft.mesh.compile.Objects.about;
import static dev.weft.mesh.compile.Objects.key;
import static dev.weft.mesh.compile.Objects.resource;
import static dev.weft.mesh.compile.Objects.service;
import static dev.weft.mesh.compile.Objects.slice;
import static dev.weft.mesh.compile.Objects.split;
import static dev.weft.mesh.compile.Objects.web;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.mesh.intent.PathRoute;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Split;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the data plane is told for what the API holds. */
final class CompilerTest {
    private final Compiler compiler = new Compiler(List.of());

    @Test
    void serviceAnswersUnderAllItsNamesWithAndWithoutPort() {
        compiler.putService(
                service(
                        "root",
                        "{\"ports\":[{\"name\":\"http\",\"port\":80},"
                                + "{\"name\":\"admin\",\"port\":81}]}"));

        assertThat(names())
                .contains(
                        "root.shop",
                        "root.shop.svc",
                        "root.shop.svc.cluster.local",
                        "root.shop:81",
                        "root.shop.svc:81",
                        "root.shop.svc.cluster.local:81");
    }

    @Test
    void portInHostPicksTheServicesPort() {
        compiler.putService(
                service(
                        "root",
                        "{\"ports\":[{\"name\":\"admin\",\"port\":9090},"
                                + "{\"name\":\"http\",\"port\":80}]}"));
        compiler.putSlice(slice("root-1", "root", 8080, "127.1.0.1"));

        assertThat(endpoints("root.shop")).containsExactly(new Address("127.1.0.1", 8080));
        assertThat(endpoints("root.shop:9090")).isEmpty();
        assertThat(endpoint("root.shop:9090").cluster()).isEqualTo("shop/root:admin");
    }

    @Test
    void clusterAddressListensOnEveryPortInTheWayThePortSpeaks() {
        compiler.putService(
                service(
                        "root",
                        "{\"clusterIP\":\"127.96.0.7\",\"ports\":[{\"name\":\"http\",\"port\":80},"
                            + "{\"name\":\"db\",\"port\":5432},"
                            + "{\"name\":\"dns\",\"port\":53,\"protocol\":\"UDP\"},"
                            + "{\"name\":\"x\",\"port\":81,\"appProtocol\":\"kubernetes.io/h2c\"},"
                            + "{\"name\":\"grpc-api\",\"port\":82},"
                            + "{\"name\":\"y\",\"port\":83,\"appProtocol\":\"kubernetes.io/ws\"},"
                            + "{\"name\":\"z\",\"port\":84,\"appProtocol\":\"kubernetes.io/wss\"}"
                            + "]}"));

        assertThat(compile().listeners())
                .extracting(Listener::name, it -> it.address().toString(), it -> it.getClass())
                .containsExactly(
                        tuple("shop/root:http", "127.96.0.7:80", Listener.Http.class),
                        tuple("shop/root:db", "127.96.0.7:5432", Listener.Tcp.class),
                        tuple("shop/root:x", "127.96.0.7:81", Listener.Http.class),
                        tuple("shop/root:grpc-api", "127.96.0.7:82", Listener.Http.class),
                        tuple("shop/root:y", "127.96.0.7:83", Listener.Http.class),
                        tuple("shop/root:z", "127.96.0.7:84", Listener.Tcp.class));
    }

    @Test
    void aPortThatSpeaksHttp2IsReachedByItsHostAndSpokenToInHttp2() {
        compiler.putService(
                service(
                        "root",
                        "{\"ports\":[{\"name\":\"http\",\"port\":80},"
                            + "{\"name\":\"x\",\"port\":81,\"appProtocol\":\"kubernetes.io/h2c\"},"
                            + "{\"name\":\"grpc\",\"port\":82}]}"));

        assertThat(endpoint("root.shop").terms().protocol()).isEqualTo(Cluster.Protocol.HTTP1);
        assertThat(endpoint("root.shop:81").terms().protocol()).isEqualTo(Cluster.Protocol.HTTP2);
        assertThat(endpoint("root.shop:82").terms().protocol()).isEqualTo(Cluster.Protocol.HTTP2);
    }

    @Test
    void anEndpointBehindASocketIsReachedByIt() {
        String path = "/data/pods/0b5c2f0e-1111-2222-3333-444455556666/io/s";
        compiler.putService(web("root"));
        compiler.putSlice(
                slice("root-1", "root", 8080, "127.1.0.1", "127.1.0.2")
                        .withAnnotation(
                                "weft.dev/sockets",
                                "{\"127.1.0.2:8080\":\"%s\",\"127.1.0.1:8080\":\"/run/docker.sock\"}"
                                        .formatted(path)));

        assertThat(endpoints("root.shop"))
                .containsExactly(new Address("127.1.0.1", 8080), Address.unix(path));
    }

    @Test
    void whatPoliciesListForTheOutsideIsListed() {
        var policies = new dev.weft.mesh.outbound.OutboundPolicies();
        dev.weft.api.model.Resource good =
                resource(
                        """
                        {"apiVersion":"weft.dev/v1alpha1","kind":"OutboundPolicy",
                         "metadata":{"namespace":"shop","name":"out"},
                         "spec":{"allow":[{"hosts":["api.example","10.0.0.0/8"],"ports":[8443]},
                                          {"hosts":["*.b.example"]}]}}\
                        """);
        var about = new Source.Kinded("OutboundPolicy", key("out"));
        compiler.putIntents(about, policies.translate(good).intents());

        var outward = compile().outward();
        assertThat(outward.lines("api.example", 8443))
                .singleElement()
                .satisfies(it -> assertThat(it.by()).isEqualTo("OutboundPolicy shop/out"));
        assertThat(outward.lines("api.example", 443)).isEmpty();
        assertThat(outward.lines("a.b.example", 443)).isNotEmpty();
        assertThat(outward.lines(java.net.InetAddress.ofLiteral("10.1.2.3"), 8443)).isNotEmpty();

        compiler.putIntents(
                about,
                policies.translate(
                                good.withAt(
                                        dev.weft.api.codec.JsonText.read(
                                                "[\"shop/web\",\"bank/*\"]"),
                                        "spec",
                                        "callers"))
                        .intents());
        assertThat(compile().outward().allowed())
                .allSatisfy(it -> assertThat(it.callers()).containsOnly("shop/web", "bank/*"));
        compiler.putIntents(about, List.of());
        assertThat(compile().outward().allowed()).isEmpty();
        dev.weft.api.model.Resource bad =
                good.withAt(
                        dev.weft.api.codec.JsonText.read(
                                "[{\"hosts\":[\"10.0.0.0/99\"]},{\"hosts\":[\"a.example\"]}]"),
                        "spec",
                        "allow");
        assertThat(policies.translate(bad).intents()).isEmpty();
        assertThat(policies.translate(bad).remarks())
                .singleElement()
                .satisfies(it -> assertThat(it.message()).startsWith("spec.allow[0].hosts[0]: "));
    }

    @Test
    void aPortThatNobodyDeclaresIsLookedAt() {
        compiler.putService(
                service(
                        "root",
                        "{\"clusterIP\":\"127.96.0.7\",\"ports\":[{\"name\":\"main\",\"port\":9000},"
                            + "{\"name\":\"mail\",\"port\":25},"
                            + "{\"name\":\"tcp-x\",\"port\":9001}]}"));

        assertThat(compile().listeners())
                .extracting(it -> it.address().port(), it -> it.getClass())
                .containsExactly(
                        tuple(9000, Listener.Detect.class),
                        tuple(25, Listener.Tcp.class),
                        tuple(9001, Listener.Tcp.class));
        assertThat(names()).contains("root.shop");
        // by the outbound proxy, a port that is not HTTP is reached by CONNECT alone
        assertThat(host("root.shop:25").routes())
                .extracting(
                        it -> it.match().method(),
                        it -> it.backends().getFirst().backend().getClass())
                .containsExactly(
                        tuple("CONNECT", Backend.Endpoints.class), tuple("", Backend.Fail.class));
    }

    @Test
    void anAnnotationNamesThePortsThatAreNotLookedAt() {
        compiler.putService(
                resource(
                        """
                        {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"shop",
                          "name":"root","annotations":{
                            "config.linkerd.io/opaque-ports":"9000, 9100-9200,queue,nonsense-"}},
                         "spec":{"clusterIP":"127.96.0.7","ports":[
                          {"name":"a","port":9000},{"name":"b","port":9150},
                          {"name":"queue","port":7},{"name":"c","port":3306},
                          {"name":"http","port":9101}]}}\
                        """));

        assertThat(compile().listeners())
                .extracting(it -> it.address().port(), it -> it.getClass())
                .containsExactly(
                        tuple(9000, Listener.Tcp.class),
                        tuple(9150, Listener.Tcp.class),
                        tuple(7, Listener.Tcp.class),
                        tuple(3306, Listener.Detect.class),
                        tuple(9101, Listener.Http.class));
    }

    @Test
    void headlessServiceHasHostsAndNoListener() {
        compiler.putService(
                service(
                        "root",
                        "{\"clusterIP\":\"None\",\"ports\":[{\"name\":\"http\",\"port\":80}]}"));
        compiler.putSlice(slice("root-1", "root", 8080, "127.1.0.1"));

        assertThat(compile().listeners()).isEmpty();
        assertThat(endpoints("root.shop")).hasSize(1);
    }

    @Test
    void onlyReadyEndpointsOfAllSlicesCount() {
        compiler.putService(web("root"));
        compiler.putSlice(slice("root-1", "root", 8080, "127.1.0.1"));
        compiler.putSlice(
                resource(
                        """
                        {"metadata":{"namespace":"shop","name":"root-2",
                          "labels":{"kubernetes.io/service-name":"root"}},"addressType":"IPv4",
                         "ports":[{"name":"http","port":9000}],"endpoints":[
                          {"addresses":["127.1.0.2"],"conditions":{"ready":false}},
                          {"addresses":["127.1.0.3"],
                           "conditions":{"ready":true,"terminating":true}},
                          {"addresses":["127.1.0.4","127.1.0.5"],"conditions":{"ready":true}}]}\
                        """));

        assertThat(endpoints("root.shop"))
                .containsExactly(new Address("127.1.0.1", 8080), new Address("127.1.0.4", 9000));
    }

    @Test
    void splitIsSharedOutOnHostAddressAndPath() {
        compiler.putService(
                service(
                        "root",
                        "{\"clusterIP\":\"127.96.0.7\",\"ports\":[{\"name\":\"http\",\"port\":80}]}"));
        bluegreen();
        putSplit(split("s", "root", "blue", 100, "green", 900));
        var path = path("fn", "/function/root", "root");
        compiler.putIntents(new Source.Kinded("Service", key("fn")), List.of(path));

        Snapshot snapshot = compile();

        Route byHost = route(snapshot, "root.shop.svc.cluster.local");
        Route byAddress = ((Listener.Http) snapshot.listeners().getFirst()).routes().getFirst();
        Route byPath = route(snapshot, VirtualHost.ANY);
        for (Route route : List.of(byHost, byAddress, byPath)) {
            assertThat(route.service()).isEqualTo("shop/root");
            assertThat(route.backends())
                    .extracting(WeightedBackend::weight, it -> it.backend().name())
                    .containsExactly(tuple(1L, "shop/blue"), tuple(9L, "shop/green"));
        }
        assertThat(byHost.name()).isEqualTo("TrafficSplit shop/s");
        assertThat(byPath.match().prefix()).isEqualTo("/function/root");
        assertThat(byPath.policy().path()).isEqualTo(new PathRewrite.Without("/function/root"));
    }

    @Test
    void deletedSplitReturnsToTheRoot() {
        compiler.putService(web("root"));
        compiler.putSlice(slice("root-1", "root", 8080, "127.1.0.1"));
        bluegreen();
        Split split = split("s", "root", "blue", 100, "green", 900);
        putSplit(split);
        compile();

        compiler.putIntents(about(split), List.of());

        assertThat(endpoints("root.shop")).containsExactly(new Address("127.1.0.1", 8080));
    }

    @Test
    void backendsOwnTargetPortIsUsedAndBackendWithoutTheRootsPortIsLeftOut() {
        compiler.putService(web("root"));
        compiler.putService(web("blue"));
        compiler.putSlice(slice("blue-1", "blue", 7777, "127.1.1.1"));
        compiler.putService(service("green", "{\"ports\":[{\"name\":\"http\",\"port\":81}]}"));
        putSplit(split("s", "root", "blue", 1, "green", 1));

        assertThat(endpoints("root.shop")).containsExactly(new Address("127.1.1.1", 7777));
        assertThat(reasons("s")).containsExactly("BackendLacksPort");
    }

    @Test
    void shareWithoutReadyEndpointGoesToTheOthers() {
        bluegreen();
        compiler.putService(web("root"));
        putSplit(split("s", "root", "blue", 500, "green", 500));
        compile();

        compiler.removeSlice(key("green-1"));

        assertThat(route("root.shop").backends())
                .extracting(it -> it.backend().name())
                .containsExactly("shop/blue");
        compiler.removeSlice(key("blue-1"));
        assertThat(route("root.shop").backends()).hasSize(2);
    }

    @Test
    void missingBackendIsAnsweredForAndSaid() {
        compiler.putService(web("root"));
        compiler.putService(web("blue"));
        compiler.putSlice(slice("blue-1", "blue", 8080, "127.1.1.1"));
        putSplit(split("s", "root", "blue", 500, "gone", 500));

        assertThat(route("root.shop").backends())
                .extracting(it -> it.backend().getClass().getSimpleName())
                .containsExactly("Endpoints", "Fail");
        assertThat(((Backend.Fail) route("root.shop").backends().get(1).backend()).refusal())
                .extracting(it -> it.status(), it -> it.cause(), it -> it.object())
                .containsExactly(503, "no-such-backend", "TrafficSplit shop/s");
        assertThat(reasons("s")).containsExactly("BackendMissing");

        compiler.putService(web("gone"));
        compiler.putSlice(slice("gone-1", "gone", 8080, "127.1.1.9"));
        assertThat(reasons("s")).isEmpty();
        assertThat(route("root.shop").backends()).hasSize(2);
    }

    @Test
    void weightsThatAreAllZeroAreRefusedClearly() {
        compiler.putService(web("root"));
        bluegreen();
        putSplit(split("s", "root", "blue", 0, "green", 0));

        var fail = (Backend.Fail) route("root.shop").backends().getFirst().backend();
        assertThat(fail.refusal().cause()).isEqualTo("no-weight");
        assertThat(reasons("s")).containsExactly("NoWeight");
    }

    @Test
    void splitsThatLeadInACircleAreNotApplied() {
        bluegreen();
        compiler.putService(web("root"));
        putSplit(split("a", "root", "blue", 1));
        putSplit(split("b", "blue", "green", 1));
        Split back = split("c", "green", "root", 1);
        putSplit(back);

        assertThat(reasons("a")).containsExactly("SplitLoop");
        assertThat(reasons("b")).containsExactly("SplitLoop");
        assertThat(endpoints("blue.shop")).containsExactly(new Address("127.1.1.1", 8080));

        compiler.putIntents(about(back), List.of());
        assertThat(endpoints("root.shop")).containsExactly(new Address("127.1.2.1", 8080));
    }

    @Test
    void rootMayBeItsOwnBackend() {
        bluegreen();
        putSplit(split("s", "blue", "blue", 900, "green", 100));

        assertThat(route("blue.shop").backends())
                .extracting(WeightedBackend::weight, it -> it.backend().name())
                .containsExactly(tuple(9L, "shop/blue"), tuple(1L, "shop/green"));
    }

    @Test
    void splitOfAShareAppliesToWhatTheShareGets() {
        bluegreen();
        compiler.putService(web("root"));
        compiler.putService(web("red"));
        compiler.putSlice(slice("red-1", "red", 8080, "127.1.3.1"));
        putSplit(split("s", "root", "blue", 500, "green", 500));
        putSplit(split("t", "green", "green", 2, "red", 1));

        assertThat(route("root.shop").backends())
                .extracting(WeightedBackend::weight, it -> it.backend().name())
                .containsExactly(
                        tuple(3L, "shop/blue"), tuple(2L, "shop/green"), tuple(1L, "shop/red"));

        compiler.removeSlice(key("red-1"));
        assertThat(route("root.shop").backends()).hasSize(2);
    }

    @Test
    void olderOfTwoSplitsOfOneRootStands() {
        bluegreen();
        compiler.putService(web("root"));
        putSplit(split("young", 1, "root", "blue", 1));
        putSplit(split("old", 9, "root", "green", 1));

        assertThat(route("root.shop").name()).isEqualTo("TrafficSplit shop/old");
        assertThat(reasons("young")).containsExactly("SplitShadowed");
    }

    @Test
    void twoServicesThatClaimOneAddressDoNotStopTheOthers() {
        String spec = "{\"clusterIP\":\"127.96.0.7\",\"ports\":[{\"port\":80}]}";
        compiler.putService(service("a", spec));
        compiler.putService(service("b", spec));

        assertThat(compile().listeners()).extracting(Listener::name).containsExactly("shop/a:80");
    }

    @Test
    void externalNameAndServiceWithoutPortSayWhatTheyAre() {
        compiler.putService(
                service("out", "{\"type\":\"ExternalName\",\"externalName\":\"example.org\"}"));
        compiler.putService(service("bare", "{\"clusterIP\":\"None\"}"));

        assertThat(((Backend.Fail) route("out.shop").backends().getFirst().backend()).refusal())
                .extracting(it -> it.cause())
                .isEqualTo("external-name");
        assertThat(((Backend.Fail) route("bare.shop").backends().getFirst().backend()).refusal())
                .extracting(it -> it.cause())
                .isEqualTo("no-ports");
    }

    private void bluegreen() {
        compiler.putService(web("blue"));
        compiler.putService(web("green"));
        compiler.putSlice(slice("blue-1", "blue", 8080, "127.1.1.1"));
        compiler.putSlice(slice("green-1", "green", 8080, "127.1.2.1"));
    }

    private void putSplit(Split split) {
        compiler.putIntents(about(split), List.of(split));
    }

    private static PathRoute path(String source, String prefix, String service) {
        return new PathRoute(
                new Source("Service", key(source), Instant.EPOCH),
                prefix,
                key(service),
                OptionalInt.empty(),
                PathRoute.Stamps.CALL);
    }

    private Snapshot compile() {
        return compiler.compile().snapshot();
    }

    private List<String> names() {
        return compile().hosts().stream().flatMap(host -> host.names().stream()).toList();
    }

    private VirtualHost host(String name) {
        return compile().hosts().stream()
                .filter(it -> it.names().contains(name))
                .findFirst()
                .orElseThrow();
    }

    private Route route(String host) {
        return route(compile(), host);
    }

    private static Route route(Snapshot snapshot, String host) {
        return snapshot.hosts().stream()
                .filter(it -> it.names().contains(host))
                .findFirst()
                .orElseThrow()
                .routes()
                .getFirst();
    }

    private Backend.Endpoints endpoint(String host) {
        return (Backend.Endpoints) route(host).backends().getFirst().backend();
    }

    private List<Address> endpoints(String host) {
        return endpoint(host).ready();
    }

    private List<String> reasons(String split) {
        Map<Source, List<Remark>> remarks = compiler.compile().remarks();
        return remarks.entrySet().stream()
                .filter(it -> it.getKey().key().equals(key(split)))
                .flatMap(it -> it.getValue().stream())
                .map(Remark::reason)
                .toList();
    }
}
