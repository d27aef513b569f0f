package dev.weft.mesh.compile;

import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.route.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The ready addresses of an EndpointSlice, by the name of the Service's port.
 *
 * @param service whose they are
 */
record SliceFacts(Key service, Map<String, List<Address>> ready) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    SliceFacts {
        ready = Map.copyOf(ready);
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
        var ready = new HashMap<String, List<Address>>();
        for (EndpointSlice.Port port : slice.ports()) {
            long number = port.tree().whole("port").orElse(0L);
            if (number >= 1 && number <= 65535 && port.protocol().equals("TCP")) {
                ready.put(
                        port.name(),
                        ips.stream().map(ip -> new Address(ip, (int) number)).toList());
            }
        }
        return new SliceFacts(new Key(resource.namespace(), slice.serviceName()), ready);
    }
}
