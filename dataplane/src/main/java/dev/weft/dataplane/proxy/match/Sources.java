package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.filter.Identities;
import dev.weft.dataplane.service.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * Which workload a request comes from: by the address that calls, or by the names in its client
 * certificate. Any thread; {@link #set} by whoever applies a snapshot.
 */
public final class Sources {
    private volatile Map<String, String> byAddress = Map.of();

    public void set(Map<String, String> next) {
        byAddress = next;
    }

    private static String everybodyWith(String name) {
        return name.substring(0, Math.max(0, name.indexOf('/'))) + "/*";
    }

    boolean isOneOf(Set<String> names, Exchange exchange) {
        String ip = new String(exchange.callerIp(), StandardCharsets.ISO_8859_1);
        String name = byAddress.get(ip);
        if (name != null && (names.contains(name) || names.contains(everybodyWith(name)))) {
            return true;
        }
        for (String identity : Identities.of(exchange.peer())) {
            if (names.contains(identity)) {
                return true;
            }
        }
        return false;
    }
}
