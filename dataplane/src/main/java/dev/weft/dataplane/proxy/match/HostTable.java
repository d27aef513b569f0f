package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.util.ArrayList;
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

    private final NameTable exact;
    private final NameTable wildcards;
    private final boolean hasWildcards;
    private final @Nullable Hosted any;

    /** How the first host that says so has its requests written down. */
    private final AccessLog log;

    /**
     * @param names an empty key stands for every host
     */
    HostTable(Collection<Name> names) {
        List<Name> whole = new ArrayList<>(names.size());
        List<Name> wild = new ArrayList<>();
        Hosted forAll = null;
        AccessLog some = AccessLog.none();
        for (Name name : names) {
            if (some.format() == AccessLog.Format.NONE) {
                some = name.hosted.log();
            }
            if (name.key.length == 0) {
                forAll = name.hosted;
            } else {
                (name.wildcard ? wild : whole).add(name);
            }
        }
        exact = new NameTable(whole);
        wildcards = new NameTable(wild);
        hasWildcards = !wildcards.isEmpty();
        any = forAll;
        log = some;
    }

    /** How a request is written down that no route takes. */
    public AccessLog log(Exchange exchange) {
        Hosted host = nearest(exchange);
        return host == null || host.log().format() == AccessLog.Format.NONE ? log : host.log();
    }

    public static HostTable empty() {
        return EMPTY;
    }

    /** Null where nothing is routed for the request. */
    public @Nullable Service find(Exchange exchange) {
        Head head = exchange.request();
        Hosted host = exact.find(head, head.hostStart());
        if (host != null) {
            Service found = host.find(exchange);
            if (found != null || host.alone()) {
                return found;
            }
        }
        if (hasWildcards) {
            for (int i = nextDot(head, head.hostStart()); i >= 0; i = nextDot(head, i)) {
                Hosted wild = wildcards.find(head, i);
                if (wild != null) {
                    Service found = wild.find(exchange);
                    if (found != null || wild.alone()) {
                        return found;
                    }
                }
            }
        }
        return any == null ? null : any.find(exchange);
    }

    /** Whether the host of a request is named here, exactly or by a wildcard. */
    public boolean names(Exchange exchange) {
        Hosted host = nearest(exchange);
        return host != null && host != any;
    }

    /** Whether some route of the host of a head, however it is named here, is for a service. */
    public boolean leads(Head head, String service) {
        Hosted host = exact.find(head, head.hostStart());
        boolean leads = host != null && host.leads(service);
        for (int i = nextDot(head, head.hostStart());
                !leads && i >= 0 && (host == null || !host.alone());
                i = nextDot(head, i)) {
            host = wildcards.find(head, i);
            leads = host != null && host.leads(service);
        }
        boolean further = host == null || !host.alone();
        return leads || (further && any != null && any.leads(service));
    }

    /** The hosts that a request was or would have been looked for in. */
    @Nullable Hosted nearest(Exchange exchange) {
        Head head = exchange.request();
        Hosted host = exact.find(head, head.hostStart());
        for (int i = nextDot(head, head.hostStart());
                host == null && i >= 0;
                i = nextDot(head, i)) {
            host = wildcards.find(head, i);
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
}
