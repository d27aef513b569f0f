package dev.weft.mesh.intent;

import dev.weft.api.model.Service;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Service's port speaks, as far as it decides how the port is served. */
public enum Speech {
    /** HTTP, said so; {@link #isHttp2} says which. */
    HTTP,
    /** Nobody says: each connection shows it by its first bytes; TLS passes as it is. */
    UNDECLARED,
    /**
     * TLS, said so: bytes are passed on as they are. Requests are sent there only where somebody
     * says whose certificate is to be believed, and never in clear.
     */
    TLS,
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

    /**
     * Names ports, or ranges of them, whose bytes are passed on without a look: {@code
     * 3306,9000-9010,db}. It takes the place of the usual ones, as where it comes from.
     */
    private static final String OPAQUE_ANNOTATION = "config.linkerd.io/opaque-ports";

    /** Ports on which, where nothing is declared, a server that speaks first is to be expected. */
    private static final Set<Integer> OPAQUE_PORTS =
            Set.of(25, 587, 3306, 4444, 5432, 6379, 9300, 11211);

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

    private static final Set<String> TLS_NAMES =
            Set.of("tls", "https", "wss", "kubernetes.io/wss", "kubernetes.io/https");

    private static final Set<String> HTTP2_NAMES =
            Set.of("kubernetes.io/h2c", "h2c", "http2", "grpc");

    /** Whether a port says that it speaks HTTP/2 in clear. */
    public static boolean isHttp2(Service.Port port) {
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
    public static Speech of(Service service, Service.Port port) {
        if (!port.protocol().equals("TCP")) {
            return OTHER;
        }
        Optional<String> declared = port.appProtocol().map(it -> it.toLowerCase(Locale.ROOT));
        if (declared.isPresent()) {
            return declared(declared.get()).orElse(OPAQUE);
        }
        String name = port.name().toLowerCase(Locale.ROOT);
        String prefix = name.contains("-") ? name.substring(0, name.indexOf('-')) : name;
        Optional<Speech> named = declared(prefix);
        if (named.isPresent()) {
            return named.get();
        }
        boolean opaque =
                service.resource()
                        .annotation(OPAQUE_ANNOTATION)
                        .map(it -> names(it, port))
                        .orElseGet(() -> OPAQUE_PORTS.contains(port.number()));
        return opaque ? OPAQUE : UNDECLARED;
    }

    private static Optional<Speech> declared(String word) {
        if (HTTP_NAMES.contains(word)) {
            return Optional.of(HTTP);
        }
        if (TLS_NAMES.contains(word)) {
            return Optional.of(TLS);
        }
        return OPAQUE_NAMES.contains(word) ? Optional.of(OPAQUE) : Optional.empty();
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
