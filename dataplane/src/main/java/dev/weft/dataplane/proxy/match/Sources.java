package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.filter.Identities;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Secured;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which workload a request comes from: by the address that calls, or by the names in its client
 * certificate. Any thread; {@link #set} by whoever applies a snapshot.
 */
public final class Sources implements Telemetry.Sourcing {
    private volatile Map<String, String> byAddress = Map.of();

    /** The same, found by bytes; null where there is nothing in it. */
    private volatile @Nullable ByteTable<String> table;

    public void set(Map<String, String> next) {
        if (!next.equals(byAddress)) {
            byAddress = next;
            table = next.isEmpty() ? null : new ByteTable<>(next);
        }
    }

    /** By a certificate first, since an address may be shared. */
    @Override
    public @Nullable String of(Exchange exchange) {
        var tls = exchange.peer().tls();
        if (tls.isPresent() && tls.get().certificate().isPresent()) {
            Secured secured = tls.get();
            if (!secured.uris().isEmpty()) {
                return secured.uris().getFirst();
            }
            if (!secured.dnsNames().isEmpty()) {
                return secured.dnsNames().getFirst();
            }
        }
        ByteTable<String> known = table;
        if (known == null) {
            return null;
        }
        byte[] ip = exchange.callerIp();
        int hash = ByteTable.start();
        for (byte b : ip) {
            hash = ByteTable.step(hash, b);
        }
        return known.find(ip, 0, ip.length, hash);
    }

    private static String everybodyWith(String name) {
        return name.substring(0, Math.max(0, name.indexOf('/'))) + "/*";
    }

    /** Whether the caller is one of some workloads, namespaces ({@code shop/*}) or identities. */
    public boolean isOneOf(Set<String> names, Exchange exchange) {
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
