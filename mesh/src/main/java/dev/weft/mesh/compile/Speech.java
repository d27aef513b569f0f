package dev.weft.mesh.compile;

import dev.weft.api.model.Service;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Service's port speaks, as far as it decides how the port is served. */
enum Speech {
    /** HTTP, said so; {@link #isHttp2} says which. */
    HTTP,
    /** Nobody says: each connection shows it by its first bytes. */
    UNDECLARED,
    /** Something else over TCP: bytes are passed on as they are. */
    OPAQUE,
    /** TLS that callers bring along: the same, and nothing is ever put around it. */
    SEALED,
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

    /**
     * Names ports, or ranges of them, whose bytes are passed on without a look: {@code
     * 3306,9000-9010,db}. It takes the place of the usual ones, as where it comes from.
     */
    private static final String OPAQUE_ANNOTATION = "config.linkerd.io/opaque-ports";

    /** Ports on which, where nothing is declared, a server that speaks first is to be expected. */
    private static final Set<Integer> OPAQUE_PORTS =
            Set.of(25, 443, 587, 3306, 4444, 5432, 6379, 9300, 11211);

    private static final Set<String> SEALED_NAMES =
            Set.of("tls", "https", "wss", "kubernetes.io/wss");

    private static final int HTTPS = 443;

    private static final Set<String> OPAQUE_NAMES =
            Set.of(
                    "tcp",
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
     * Where neither says anything, the ports that an annotation of the Service names, or else the
     * usual ones of servers that speak first, are opaque; all others are looked at.
     */
    static Speech of(Service service, Service.Port port) {
        if (!port.protocol().equals("TCP")) {
            return OTHER;
        }
        Optional<String> declared = port.appProtocol().map(it -> it.toLowerCase(Locale.ROOT));
        if (declared.isPresent()) {
            return HTTP_NAMES.contains(declared.get())
                    ? HTTP
                    : SEALED_NAMES.contains(declared.get()) ? SEALED : OPAQUE;
        }
        String name = port.name().toLowerCase(Locale.ROOT);
        String prefix = name.contains("-") ? name.substring(0, name.indexOf('-')) : name;
        if (HTTP_NAMES.contains(prefix)) {
            return HTTP;
        }
        if (SEALED_NAMES.contains(prefix)) {
            return SEALED;
        }
        if (OPAQUE_NAMES.contains(prefix)) {
            return OPAQUE;
        }
        boolean opaque =
                service.resource()
                        .annotation(OPAQUE_ANNOTATION)
                        .map(it -> names(it, port))
                        .orElseGet(() -> OPAQUE_PORTS.contains(port.number()));
        return !opaque ? UNDECLARED : port.number() == HTTPS ? SEALED : OPAQUE;
    }

    /** Whether a list names a port. What is neither a number, a range nor a name takes nothing. */
    private static boolean names(String list, Service.Port port) {
        for (String part : list.split(",", -1)) {
            String one = part.strip();
            Matcher range = RANGE.matcher(one);
            if (range.matches()) {
                int first = Integer.parseInt(range.group(1));
                int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                if (port.number() >= first && port.number() <= last) {
                    return true;
                }
            } else if (!one.isEmpty() && one.equals(port.name())) {
                return true;
            }
        }
        return false;
    }

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
}
