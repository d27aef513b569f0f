package dev.weft.mesh.compile;

import dev.weft.api.model.Service;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a Service's port speaks, as far as it decides how the port is served. */
enum Speech {
    /** HTTP, said so or taken for granted; {@link #isHttp2} says which. */
    HTTP,
    /** Something else over TCP: bytes are passed on as they are. */
    OPAQUE,
    /** Not TCP: not served. */
    OTHER;

    private static final Set<String> HTTP_NAMES =
            Set.of(
                    "http",
                    "http1",
                    "kubernetes.io/ws",
                    "ws",
                    "http-web",
                    "web",
                    "kubernetes.io/h2c",
                    "h2c",
                    "http2",
                    "grpc");

    /** Ports on which, where nothing is declared, a server that speaks first is to be expected. */
    private static final Set<Integer> OPAQUE_PORTS =
            Set.of(25, 443, 587, 3306, 4444, 5432, 6379, 9300, 11211);

    private static final Set<String> OPAQUE_NAMES =
            Set.of(
                    "tcp",
                    "tls",
                    "https",
                    "wss",
                    "mysql",
                    "redis",
                    "mongo",
                    "postgres",
                    "postgresql",
                    "amqp",
                    "kafka",
                    "nats",
                    "ssh",
                    "smtp");

    private static final Set<String> HTTP2_NAMES =
            Set.of("kubernetes.io/h2c", "h2c", "http2", "grpc");

    /** Whether a port says that it speaks HTTP/2 in clear. */
    static boolean isHttp2(Service.Port port) {
        String name = port.name().toLowerCase(Locale.ROOT);
        String prefix = name.contains("-") ? name.substring(0, name.indexOf('-')) : name;
        return HTTP2_NAMES.contains(
                port.appProtocol().map(it -> it.toLowerCase(Locale.ROOT)).orElse(prefix));
    }

    /**
     * What is declared counts: {@code appProtocol}, then the port's name up to its first hyphen.
     * Where neither says anything, the usual ports of servers that speak first are opaque and all
     * others HTTP.
     */
    static Speech of(Service.Port port) {
        if (!port.protocol().equals("TCP")) {
            return OTHER;
        }
        Optional<String> declared = port.appProtocol().map(it -> it.toLowerCase(Locale.ROOT));
        if (declared.isPresent()) {
            return HTTP_NAMES.contains(declared.get()) ? HTTP : OPAQUE;
        }
        String name = port.name().toLowerCase(Locale.ROOT);
        String prefix = name.contains("-") ? name.substring(0, name.indexOf('-')) : name;
        if (HTTP_NAMES.contains(prefix)) {
            return HTTP;
        }
        return OPAQUE_NAMES.contains(prefix) || OPAQUE_PORTS.contains(port.number())
                ? OPAQUE
                : HTTP;
    }
}
