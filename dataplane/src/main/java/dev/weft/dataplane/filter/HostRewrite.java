package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;

/** Asks the backend for another host than the caller did. Absent where the host is kept. */
final class HostRewrite implements Filter {
    private final String host;

    /**
     * @param host empty to keep what the caller asked for
     */
    HostRewrite(String host) {
        this.host = host;
    }

    @Override
    public Service over(Service next) {
        return host.isEmpty()
                ? next
                : exchange -> {
                    Head head = exchange.request();
                    head.drop(FieldName.HOST);
                    head.add(FieldName.HOST, host);
                    next.serve(exchange);
                };
    }
}
