package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import java.nio.charset.StandardCharsets;

/** Replaces the matched prefix of the path. Absent where the path is kept. */
final class Rewrite implements Filter {
    private static final byte[] SLASH = {'/'};
    private static final byte[] NOTHING = {};

    private final PathRewrite rewrite;
    private final int prefixLength;

    Rewrite(PathRewrite rewrite, String prefix) {
        this.rewrite = rewrite;
        this.prefixLength = prefix.equals("/") ? 0 : prefix.length();
    }

    @Override
    public Service over(Service next) {
        return switch (rewrite) {
            case PathRewrite.Keep() -> next;
            case PathRewrite.Without(String front) ->
                    exchange -> {
                        replace(exchange, NOTHING, front.length());
                        next.serve(exchange);
                    };
            case PathRewrite.Replace(String path) -> {
                byte[] with = path.getBytes(StandardCharsets.ISO_8859_1);
                yield exchange -> {
                    exchange.request().path(with, exchange.request().pathEnd());
                    next.serve(exchange);
                };
            }
            case PathRewrite.ReplacePrefix(String replacement) -> {
                byte[] with =
                        replacement.equals("/")
                                ? NOTHING
                                : replacement.getBytes(StandardCharsets.ISO_8859_1);
                yield exchange -> {
                    replace(exchange, with, prefixLength);
                    next.serve(exchange);
                };
            }
        };
    }

    private static void replace(Exchange exchange, byte[] with, int length) {
        Head head = exchange.request();
        int rest = head.pathStart() + length;
        head.path(with.length == 0 && rest == head.pathEnd() ? SLASH : with, rest);
    }
}
