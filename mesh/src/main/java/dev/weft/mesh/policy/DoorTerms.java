package dev.weft.mesh.policy;

import static dev.weft.mesh.policy.ClusterTerms.whole;
import static dev.weft.mesh.policy.TrafficPolicies.duration;

import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.entrance.Network;
import java.util.LinkedHashSet;

/** What a policy asks of connections to the listeners of a Gateway. Pure. */
final class DoorTerms {
    private DoorTerms() {}

    static Entrance apply(JsonObject spec, Entrance usual) {
        Entrance entrance = usual.withAge(duration(spec, "maxConnectionAge").orElse(usual.age()));
        JsonObject asked = spec.object("listener");
        if (asked.has("proxyProtocol")) {
            entrance =
                    entrance.withProxyProtocol(
                            asked.text("proxyProtocol").orElse("").equals("Required")
                                    ? Entrance.ProxyProtocol.REQUIRED
                                    : Entrance.ProxyProtocol.NONE);
        }
        if (asked.has("trustedProxies")) {
            var trusted = new LinkedHashSet<Network>();
            asked.array("trustedProxies").texts().forEach(it -> trusted.add(network(it)));
            entrance = entrance.withTrusted(trusted);
        }
        return entrance.withConnectionsMax(whole(asked, "connectionsMax", usual.connectionsMax()));
    }

    private static Network network(String text) {
        try {
            return Network.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "listener.trustedProxies: " + text + " (expected: such as 10.0.0.0/8)", e);
        }
    }
}
