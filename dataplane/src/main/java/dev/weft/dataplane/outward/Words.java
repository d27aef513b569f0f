package dev.weft.dataplane.outward;

import dev.weft.dataplane.outward.Destinations.Key;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import java.net.InetAddress;

/** Why the outbound proxy refuses, and what helps. Pure. */
final class Words {
    private Words() {}

    static Refusal notListed(Key key) {
        return new Refusal(
                403,
                "outbound-not-listed",
                "",
                "The outbound proxy was asked for "
                        + key
                        + ", which is no host of Weft's, and which no OutboundPolicy lists. To list"
                        + " it, apply one with "
                        + listing(key.host(), key.port())
                        + ".");
    }

    static Refusal notForCaller(Key key, Allowed line) {
        return new Refusal(
                403,
                "outbound-not-listed",
                line.by(),
                line.by()
                        + " lists "
                        + key
                        + " for some callers alone, and this is none of them, or nobody can tell:"
                        + " a process is known by its pod's address, to which it binds its outgoing"
                        + " connections (HOST).");
    }

    private static String listing(String host, int port) {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return "spec: {allow: [{hosts: [\"" + name + "\"], ports: [" + port + "]}]}";
    }

    static Refusal inner(Key key, Allowed line, InetAddress address) {
        String ip = address.getHostAddress();
        return new Refusal(
                403,
                "outbound-address",
                line.by(),
                key.host()
                        + " leads to "
                        + ip
                        + ", an address within a machine or a private network. Where that is meant,"
                        + " list the address itself: "
                        + listing(ip, key.port())
                        + ".");
    }

    static Refusal unknown(Key key, Allowed line) {
        return new Refusal(
                502, "outbound-name", line.by(), "No address is known for " + key.host() + ".");
    }

    static Refusal late(Key key, Allowed line) {
        return new Refusal(
                504,
                "outbound-name",
                line.by(),
                "The address of " + key.host() + " was not found in time.");
    }

    static Refusal busy() {
        return new Refusal(
                503,
                "outbound-busy",
                "",
                "As many hosts outside are being asked for as the outbound proxy keeps apart.",
                1,
                -1);
    }
}
