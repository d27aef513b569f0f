package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.proxy.match.HostTable.Name;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.service.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tables of one edge or listener, snapshot after snapshot. A host that is the same object
 * as in the last snapshot is not looked into again, so a small change of a large snapshot costs
 * little. One thread at a time, whoever applies a snapshot.
 */
public final class HostTables {
    /** Makes services of routes, and is told when one is needed no more. */
    public interface Routes {
        Service take(Route route);

        void release(Route route);
    }

    /** A service that makes another when the first request comes, which takes its place then. */
    public interface Prepared extends Service {
        Service ready();
    }

    /** Hosts of more routes are put in order before they are used. */
    private static final int LATER_MAX = 64;

    private final Routes routes;
    private final Conditions conditions;

    /** By identity: comparing values would cost as much as making tables. */
    private Map<VirtualHost, Name[]> made = new IdentityHashMap<>();

    private @Nullable List<VirtualHost> last;
    private HostTable table = HostTable.empty();

    public HostTables(Routes routes, Sources sources) {
        this.routes = routes;
        conditions = new Conditions(sources);
    }

    /** The table for these hosts from now on. */
    public HostTable update(List<VirtualHost> hosts) {
        if (hosts == last) {
            return table;
        }
        Map<VirtualHost, Name[]> before = made;
        Map<VirtualHost, Name[]> now = new IdentityHashMap<>(hosts.size());
        var names = new ArrayList<Name>(hosts.size() * 3);
        for (VirtualHost host : hosts) {
            Name[] known = before.get(host);
            Name[] mine = known == null ? make(host) : known;
            now.put(host, mine);
            Collections.addAll(names, mine);
        }
        table = new HostTable(names);
        made = now;
        last = hosts;
        // after all were taken: what moved from one host to another was never let go
        for (VirtualHost host : before.keySet()) {
            if (!now.containsKey(host)) {
                host.routes().forEach(routes::release);
            }
        }
        return table;
    }

    /** Lets go of everything. */
    public void clear() {
        update(List.of());
    }

    private Name[] make(VirtualHost host) {
        List<Route> all = host.routes();
        var services = new Service[all.size()];
        for (int i = 0; i < services.length; i++) {
            services[i] = routes.take(all.get(i));
        }
        var hosted = new Hosted(host, services, conditions, log(host));
        if (services.length > LATER_MAX) {
            // too much for an event loop
            var unused = hosted.prepare();
        }
        var names = new Name[host.names().size()];
        int at = 0;
        for (String name : host.names()) {
            names[at++] = name(name, hosted);
        }
        return names;
    }

    /** How the first of its routes that is written down is. */
    private static AccessLog log(VirtualHost host) {
        for (Route route : host.routes()) {
            if (route.policy().log().format() != AccessLog.Format.NONE) {
                return route.policy().log();
            }
        }
        return AccessLog.none();
    }

    private static Name name(String text, Hosted hosted) {
        if (text.equals(VirtualHost.ANY)) {
            return new Name(new byte[0], 0, 0, false, hosted);
        }
        boolean wildcard = text.startsWith("*.");
        int colon = text.lastIndexOf(':');
        boolean withPort = colon >= 0 && !text.endsWith("]");
        String host = text.substring(wildcard ? 1 : 0, withPort ? colon : text.length());
        int port = withPort ? Integer.parseInt(text.substring(colon + 1)) : 0;
        byte[] key = host.getBytes(StandardCharsets.ISO_8859_1);
        return new Name(key, Runs.hashOfName(key, 0, key.length), port, wildcard, hosted);
    }
}
