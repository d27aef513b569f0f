package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Grants;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.Opening;
import dev.weft.mesh.intent.Opening.Protocol;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A listener of a Gateway, as it was written. Pure. */
record Door(Resource gateway, JsonObject tree) {
    static List<Door> of(Resource gateway) {
        return gateway.spec().array("listeners").objects().stream()
                .map(it -> new Door(gateway, it))
                .toList();
    }

    String name() {
        return tree.text("name").orElse("");
    }

    int port() {
        return tree.whole("port").orElse(0L).intValue();
    }

    /** Lower case; empty for every name. */
    String hostname() {
        return tree.text("hostname").orElse("").toLowerCase(Locale.ROOT);
    }

    /** Nothing for one that Weft does not speak. */
    Optional<Protocol> protocol() {
        return switch (tree.text("protocol").orElse("")) {
            case "HTTP" -> Optional.of(Protocol.HTTP);
            case "HTTPS" -> Optional.of(Protocol.HTTPS);
            case "TLS" -> Optional.of(Protocol.TLS);
            case "TCP" -> Optional.of(Protocol.TCP);
            default -> Optional.empty();
        };
    }

    boolean isPassthrough() {
        return tree.text("tls", "mode").orElse("").equals("Passthrough");
    }

    boolean isSame(Door other) {
        return name().equals(other.name()) && gateway.key().equals(other.gateway.key());
    }

    /** Whether it is the platform's own edge, which nothing that is applied can close. */
    boolean isPlatforms() {
        return gateway.key().equals(Words.EDGE) && name().equals(Words.EDGE_LISTENER);
    }

    boolean endsTls() {
        return protocol().filter(it -> it == Protocol.HTTPS || it == Protocol.TLS).isPresent()
                && !isPassthrough();
    }

    /** The addresses to listen on; none for the usual one. */
    static List<String> ips(Resource gateway) {
        return gateway.spec().array("addresses").objects().stream()
                .filter(it -> it.text("type").orElse("IPAddress").equals("IPAddress"))
                .flatMap(it -> it.text("value").filter(value -> !value.isEmpty()).stream())
                .toList();
    }

    /** The sorts of routes that may attach. */
    List<RouteSort> sorts() {
        Optional<Protocol> protocol = protocol();
        if (protocol.isEmpty()) {
            return List.of();
        }
        List<JsonObject> named = tree.array("allowedRoutes", "kinds").objects();
        if (named.isEmpty()) {
            return RouteSort.usual(protocol.get());
        }
        var sorts = new LinkedHashSet<RouteSort>();
        named.forEach(it -> sorts.addAll(RouteSort.named(it)));
        sorts.removeIf(it -> !it.fits(protocol.get()));
        return List.copyOf(sorts);
    }

    /** Kinds that were named and cannot attach here. */
    List<String> strangeKinds() {
        var strange = new ArrayList<String>();
        for (JsonObject kind : tree.array("allowedRoutes", "kinds").objects()) {
            if (RouteSort.named(kind).stream()
                    .noneMatch(it -> protocol().filter(it::fits).isPresent())) {
                strange.add(kind.text("kind").orElse(""));
            }
        }
        return strange;
    }

    boolean admits(String namespace, World world) {
        return switch (tree.text("allowedRoutes", "namespaces", "from").orElse("Same")) {
            case "All" -> true;
            case "Selector" ->
                    // one that is left out means nobody, one without a part everybody
                    tree.object("allowedRoutes", "namespaces").has("selector")
                            && world.find(Types.NAMESPACE, new Key("", namespace))
                                    .filter(
                                            it ->
                                                    new LabelSelector(
                                                                    tree.object(
                                                                            "allowedRoutes",
                                                                            "namespaces",
                                                                            "selector"))
                                                            .matches(it.labels()))
                                    .isPresent();
            case "Same" -> namespace.equals(gateway.namespace());
            default -> false;
        };
    }

    /** The certificates that it names and may name. */
    List<Key> certificates(World world) {
        return tree.array("tls", "certificateRefs").objects().stream()
                .filter(it -> Words.isKind(it, "Secret"))
                .map(this::key)
                .filter(it -> mayName("Secret", it, world))
                .toList();
    }

    Key key(JsonObject ref) {
        return new Key(
                ref.text("namespace").orElse(gateway.namespace()), ref.text("name").orElse(""));
    }

    boolean mayName(String kind, Key key, World world) {
        return Grants.permit(
                new Grants.Reference(
                        "Gateway", gateway.namespace(), kind, key.namespace(), key.name()),
                world);
    }

    /** What is asked of clients' certificates: the port's own settings, else the Gateway's. */
    JsonObject clientValidation() {
        JsonObject frontend = gateway.spec().object("tls", "frontend");
        return frontend.array("perPort").objects().stream()
                .filter(it -> it.whole("port").orElse(0L) == port())
                .map(it -> it.object("tls", "validation"))
                .findFirst()
                .orElseGet(() -> frontend.object("default", "validation"));
    }

    /** Who may have signed clients' certificates, as far as it may be named. */
    List<Key> authorities(World world) {
        return clientValidation().array("caCertificateRefs").objects().stream()
                .filter(it -> Words.isKind(it, "ConfigMap"))
                .map(this::key)
                .filter(it -> mayName("ConfigMap", it, world))
                .toList();
    }

    /** What the Gateway shows to endpoints that ask for a certificate. */
    static Optional<JsonObject> shown(Resource gateway) {
        JsonObject ref = gateway.spec().object("tls", "backend", "clientCertificateRef");
        return ref.isEmpty() ? Optional.empty() : Optional.of(ref);
    }

    private Optional<Key> shown(World world) {
        return shown(gateway)
                .filter(it -> Words.isKind(it, "Secret"))
                .map(this::key)
                .filter(it -> mayName("Secret", it, world));
    }

    /** Nothing where opening it would let in whom it is to keep out. */
    Optional<Opening> opening(World world) {
        boolean asks = endsTls() && !clientValidation().isEmpty();
        List<Key> authorities = asks ? authorities(world) : List.of();
        if (asks && authorities.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(opening(authorities, world));
    }

    private Opening opening(List<Key> authorities, World world) {
        return new Opening(
                Source.of(gateway),
                name(),
                ips(gateway),
                port(),
                protocol().orElseThrow(),
                hostname(),
                new Opening.Terminal(
                        isPassthrough(),
                        endsTls() ? certificates(world) : List.of(),
                        authorities,
                        clientValidation().text("mode").orElse("").equals("AllowInsecureFallback"),
                        shown(world)));
    }

    /** Whether two listeners could stand at the same address, as far as the Gateways say. */
    boolean mayMeet(Door other) {
        if (port() != other.port()) {
            return false;
        }
        Set<String> mine = Set.copyOf(ips(gateway));
        Set<String> theirs = Set.copyOf(ips(other.gateway));
        return mine.isEmpty() && theirs.isEmpty()
                || mine.stream().anyMatch(theirs::contains)
                || mine.isEmpty() && theirs.contains("127.0.0.1")
                || theirs.isEmpty() && mine.contains("127.0.0.1");
    }
}
