package dev.weft.mesh.compile;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.route.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ready addresses of an EndpointSlice, by the name of the Service's port.
 *
 * @param service whose they are
 */
record SliceFacts(Key service, Map<String, List<Address>> ready) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** The folder of a pod: no other socket of the machine can be named. */
    private static final Pattern SOCKET =
            Pattern.compile("(/[^/\\x00]+)*/pods/[0-9a-f]{8}(-[0-9a-f]{4,12}){4}/io/s");

    private static final int PATH_MAX = 107;

    SliceFacts {
        ready = Map.copyOf(ready);
    }

    // By hand, as that of Key: each start asks for it.
    @Override
    public boolean equals(Object other) {
        return other instanceof SliceFacts it
                && service.equals(it.service)
                && ready.equals(it.ready);
    }

    @Override
    public int hashCode() {
        return 31 * service.hashCode() + ready.hashCode();
    }

    static SliceFacts of(Resource resource) {
        var slice = new EndpointSlice(resource);
        Pattern form = slice.addressType().equals("IPv6") ? IPV6 : IPV4;
        var ips = new ArrayList<String>();
        for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
            if (endpoint.isReady() && !endpoint.isTerminating()) {
                endpoint.addresses().stream()
                        .limit(1)
                        .filter(ip -> form.matcher(ip).matches())
                        .forEach(ips::add);
            }
        }
        Map<String, String> sockets = sockets(resource);
        var ready = new HashMap<String, List<Address>>();
        for (EndpointSlice.Port port : slice.ports()) {
            long number = port.tree().whole("port").orElse(0L);
            if (number >= 1 && number <= 65535 && port.protocol().equals("TCP")) {
                ready.put(
                        port.name(),
                        ips.stream().map(ip -> address(ip, (int) number, sockets)).toList());
            }
        }
        return new SliceFacts(new Key(resource.namespace(), slice.serviceName()), ready);
    }

    private static Address address(String ip, int port, Map<String, String> sockets) {
        String path = sockets.get(ip + ":" + port);
        return path == null ? new Address(ip, port) : Address.unix(path);
    }

    /** Paths by address and port; only such as pods of this machine have. */
    private static Map<String, String> sockets(Resource resource) {
        Optional<JsonObject> said =
                resource.annotation(EndpointSlice.SOCKETS).flatMap(SliceFacts::read);
        if (said.isEmpty()) {
            return Map.of();
        }
        var paths = new HashMap<String, String>();
        for (String name : said.get().names()) {
            said.get()
                    .text(name)
                    .filter(it -> SOCKET.matcher(it).matches() && it.length() <= PATH_MAX)
                    .ifPresent(it -> paths.put(name, it));
        }
        return paths;
    }

    private static Optional<JsonObject> read(String text) {
        try {
            return JsonText.read(text).object();
        } catch (RuntimeException e) {
            // written by hand, and not what it should be: then the addresses count
            return Optional.empty();
        }
    }
}
