package dev.weft.machine.network;

import dev.weft.api.model.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The variables by which a container finds the Services that were there when it started. */
public final class ServiceLinks {
    private ServiceLinks() {}

    /** As Kubernetes and, before it, Docker name them. */
    public static Map<String, String> variables(List<Service> services) {
        var variables = new LinkedHashMap<String, String>();
        for (Service service : services) {
            service.clusterIp()
                    .filter(address -> !service.ports().isEmpty())
                    .ifPresent(address -> add(variables, service, address));
        }
        return variables;
    }

    private static void add(Map<String, String> variables, Service service, String address) {
        String name = word(service.resource().name());
        Service.Port first = service.ports().getFirst();
        variables.put(name + "_SERVICE_HOST", address);
        variables.put(name + "_SERVICE_PORT", Integer.toString(first.number()));
        for (Service.Port port : service.ports()) {
            if (!port.name().isEmpty()) {
                variables.put(
                        name + "_SERVICE_PORT_" + word(port.name()),
                        Integer.toString(port.number()));
            }
        }
        variables.put(name + "_PORT", url(first, address));
        for (Service.Port port : service.ports()) {
            String protocol = port.protocol().toUpperCase(Locale.ROOT);
            String prefix = name + "_PORT_" + port.number() + "_" + protocol;
            variables.put(prefix, url(port, address));
            variables.put(prefix + "_PROTO", protocol.toLowerCase(Locale.ROOT));
            variables.put(prefix + "_PORT", Integer.toString(port.number()));
            variables.put(prefix + "_ADDR", address);
        }
    }

    private static String url(Service.Port port, String address) {
        return port.protocol().toLowerCase(Locale.ROOT) + "://" + address + ":" + port.number();
    }

    private static String word(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
