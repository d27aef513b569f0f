package dev.weft.api.kind;

import dev.weft.api.codec.JsonText;
import dev.weft.api.kind.Kind.Durability;
import dev.weft.api.kind.Kind.Generation;
import dev.weft.api.kind.KindVersion.Surface;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.custom.OpenApiSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Kinds that a cluster knows from definitions and Weft brings along: those of the Gateway API and
 * Weft's own. They are custom kinds in all but that no definition stands in the API. Their shapes
 * are read from resource files when they are first asked for.
 */
final class ShippedKinds {
    private static final String GATEWAY = "gateway.networking.k8s.io";
    private static final String WEFT = "weft.dev";

    private ShippedKinds() {}

    static List<Kind> all() {
        return List.of(
                gateway("GatewayClass", "gatewayclasses", List.of("gc"), "v1", "v1beta1"),
                gateway("Gateway", "gateways", List.of("gtw"), "v1", "v1beta1"),
                gateway("HTTPRoute", "httproutes", List.of(), "v1", "v1beta1"),
                gateway("GRPCRoute", "grpcroutes", List.of(), "v1"),
                gateway("TLSRoute", "tlsroutes", List.of(), "v1", "v1alpha3", "v1alpha2"),
                gateway("TCPRoute", "tcproutes", List.of(), "v1", "v1alpha2"),
                gateway("ReferenceGrant", "referencegrants", List.of("refgrant"), "v1beta1", "v1"),
                gateway(
                        "BackendTLSPolicy",
                        "backendtlspolicies",
                        List.of("btlspolicy"),
                        "v1",
                        "v1alpha3"),
                own("TrafficPolicy", "trafficpolicies", "tp"),
                own("OutboundPolicy", "outboundpolicies", "obp"));
    }

    private static Kind own(String kind, String plural, String brief) {
        var names =
                new Kind.Names(
                        kind,
                        kind + "List",
                        plural,
                        kind.toLowerCase(Locale.ROOT),
                        List.of(brief),
                        List.of("weft"));
        return kind(WEFT, names, "gateway/" + plural + ".json", List.of("v1alpha1"));
    }

    private static Kind gateway(
            String kind, String plural, List<String> brief, String... versions) {
        var names =
                new Kind.Names(
                        kind,
                        kind + "List",
                        plural,
                        kind.toLowerCase(Locale.ROOT),
                        brief,
                        List.of("gateway-api"));
        return kind(GATEWAY, names, "gateway/" + plural + ".json", List.of(versions));
    }

    /**
     * @param versions the stored one first
     */
    private static Kind kind(
            String group, Kind.Names names, String resource, List<String> versions) {
        Schema schema = Schema.later(() -> read(resource));
        boolean status = !names.kind().equals("ReferenceGrant");
        var surface =
                new Surface(
                        status,
                        Optional.empty(),
                        List.of(),
                        BuiltInColumns.of(names.kind()),
                        List.of());
        var served = new ArrayList<KindVersion>();
        for (String version : versions) {
            boolean stored = version.equals(versions.getFirst());
            served.add(new KindVersion(version, true, stored, schema, surface, ""));
        }
        served.sort((a, b) -> GroupOrder.VERSIONS.compare(a.name(), b.name()));
        return new Kind(
                group,
                names,
                !names.kind().equals("GatewayClass"),
                served,
                new Kind.Traits(
                        true,
                        Durability.DURABLE,
                        Durability.REBUILDABLE,
                        status
                                ? Generation.ALL_BUT_METADATA_AND_STATUS
                                : Generation.ALL_BUT_METADATA,
                        names.plural() + "." + group,
                        group + "/" + versions.getFirst()));
    }

    private static Schema read(String resource) {
        try (InputStream in = ShippedKinds.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return OpenApiSchema.parse(JsonText.read(in).object().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
