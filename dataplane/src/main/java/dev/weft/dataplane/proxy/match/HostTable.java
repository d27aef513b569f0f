package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of an edge or listener made ready for finding a request's route: the exact host by its
 * hash, then wildcards by suffix, the longest first, then the host for every name. Immutable; any
 * event loop.
 */
public final class HostTable {
    private static final HostTable EMPTY = new HostTable(List.of());

    /**
     * A name of a host, made once and used in every table that has the host.
     *
     * @param key in lower case, without a port; for a wildcard it begins with the dot
     * @param port 0 for every port
     */
    record Name(byte[] key, int hash, int port, boolean wildcard, Hosted hosted) {}

    /**
     * What stands under a name. The paths of a host with few routes are put in order when the first
     * request comes for it, so that thousands of hosts can be replaced at once.
     */
    static final class Hosted {
        private final VirtualHost host;
        private final Service[] services;
        private final Sources sources;
        private final AccessLog log;
        private volatile @Nullable PathTable paths;

        /**
         * @param services of the host's routes, in their order
         */
        Hosted(VirtualHost host, Service[] services, Sources sources, AccessLog log) {
            this.host = host;
            this.services = services;
            this.sources = sources;
            this.log = log;
        }

        boolean leads(String service) {
            for (Route route : host.routes()) {
                if (route.service().equals(service)) {
                    return true;
                }
            }
            return false;
        }

        boolean alone() {
            return host.alone();
        }

        /** Two loops may make them at once: they are the same. */
        PathTable paths() {
            PathTable known = paths;
            if (known == null) {
                known = new PathTable(host, services, sources);
                paths = known;
            }
            return known;
        }
    }

    private final @Nullable Name[] exact;
    private final @Nullable Name[] wildcards;
    private final boolean hasWildcards;
    private final @Nullable Hosted any;

    /** How the first host that says so has its requests written down. */
    private final AccessLog log;

    /**
     * @param names an empty key stands for every host
     */
    HostTable(Collection<Name> names) {
        int wild = 0;
        for (Name name : names) {
            wild += name.wildcard ? 1 : 0;
        }
        exact = new Name[slots(names.size() - wild)];
        wildcards = new Name[slots(wild)];
        hasWildcards = wild > 0;
        Hosted forAll = null;
        AccessLog some = AccessLog.none();
        for (Name name : names) {
            if (some.format() == AccessLog.Format.NONE) {
                some = name.hosted.log;
            }
            if (name.key.length == 0) {
                forAll = name.hosted;
            } else {
                put(name.wildcard ? wildcards : exact, name);
            }
        }
        any = forAll;
        log = some;
    }

    /** How a request is written down that no route takes. */
    public AccessLog log(Exchange exchange) {
        Hosted host = nearest(exchange);
        return host == null || host.log.format() == AccessLog.Format.NONE ? log : host.log;
    }

    public static HostTable empty() {
        return EMPTY;
    }

    private static int slots(int count) {
        return Integer.highestOneBit(Math.max(2, count * 2)) << 1;
    }

    private static void put(@Nullable Name[] table, Name name) {
        int slot = name.hash & (table.length - 1);
        while (table[slot] != null) {
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = name;
    }

    /** Null where nothing is routed for the request. */
    public @Nullable Service find(Exchange exchange) {
        Head head = exchange.request();
        Hosted host = find(exact, head, head.hostStart());
        if (host != null) {
            Service found = host.paths().find(exchange);
            if (found != null || host.alone()) {
                return found;
            }
        }
        if (hasWildcards) {
            for (int i = nextDot(head, head.hostStart()); i >= 0; i = nextDot(head, i)) {
                Hosted wild = find(wildcards, head, i);
                if (wild != null) {
                    Service found = wild.paths().find(exchange);
                    if (found != null || wild.alone()) {
                        return found;
                    }
                }
            }
        }
        return any == null ? null : any.paths().find(exchange);
    }

    /** Whether the host of a request is named here, exactly or by a wildcard. */
    public boolean names(Exchange exchange) {
        Hosted host = nearest(exchange);
        return host != null && host != any;
    }

    /** Whether some route of the host of a head, however it is named here, is for a service. */
    public boolean leads(Head head, String service) {
        Hosted host = find(exact, head, head.hostStart());
        boolean leads = host != null && host.leads(service);
        for (int i = nextDot(head, head.hostStart());
                !leads && i >= 0 && (host == null || !host.alone());
                i = nextDot(head, i)) {
            host = find(wildcards, head, i);
            leads = host != null && host.leads(service);
        }
        boolean further = host == null || !host.alone();
        return leads || (further && any != null && any.leads(service));
    }

    /** The hosts that a request was or would have been looked for in. */
    @Nullable Hosted nearest(Exchange exchange) {
        Head head = exchange.request();
        Hosted host = find(exact, head, head.hostStart());
        for (int i = nextDot(head, head.hostStart());
                host == null && i >= 0;
                i = nextDot(head, i)) {
            host = find(wildcards, head, i);
        }
        return host == null ? any : host;
    }

    /** In the name, behind its first letter. */
    private static int nextDot(Head head, int after) {
        byte[] bytes = head.bytes();
        for (int i = after + 1; i < head.hostEnd(); i++) {
            if (bytes[i] == '.') {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable Hosted find(@Nullable Name[] table, Head head, int start) {
        byte[] bytes = head.bytes();
        int end = head.hostEnd();
        int hash = ByteTable.start();
        for (int i = start; i < end; i++) {
            hash = ByteTable.step(hash, ByteTable.lower(bytes[i]));
        }
        hash = ByteTable.spread(hash);
        Hosted otherPorts = null;
        Name name;
        for (int slot = hash & (table.length - 1);
                (name = table[slot]) != null;
                slot = (slot + 1) & (table.length - 1)) {
            if (name.hash == hash
                    && name.key.length == end - start
                    && ByteTable.sameIgnoringCase(name.key, bytes, start)) {
                if (name.port == head.hostPort()) {
                    return name.hosted;
                }
                otherPorts = name.port == 0 ? name.hosted : otherPorts;
            }
        }
        return otherPorts;
    }
}
