package dev.weft.api.table;

import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Where a service is reached. */
final class ServiceCells {
    private ServiceCells() {}

    static String cell(String column, JsonObject service) {
        JsonObject spec = service.object("spec");
        return switch (column) {
            case "Cluster-IP" -> {
                String ip = spec.text("clusterIP").orElse("");
                yield ip.isEmpty() ? Cells.NONE : ip;
            }
            case "External-IP" -> external(spec, service.object("status"));
            case "Port(s)" -> ports(spec);
            case "Selector" -> Cells.labels(spec.texts("selector"));
            default -> "";
        };
    }

    private static String external(JsonObject spec, JsonObject status) {
        var addresses = new ArrayList<String>();
        String type = spec.text("type").orElse("ClusterIP");
        if (type.equals("ExternalName")) {
            return spec.text("externalName").orElse(Cells.NONE);
        }
        if (type.equals("LoadBalancer")) {
            for (JsonObject ingress : status.array("loadBalancer", "ingress").objects()) {
                ingress.text("ip").or(() -> ingress.text("hostname")).ifPresent(addresses::add);
            }
        }
        addresses.addAll(spec.array("externalIPs").texts());
        if (!addresses.isEmpty()) {
            return String.join(",", addresses);
        }
        return type.equals("LoadBalancer") ? "<pending>" : Cells.NONE;
    }

    private static String ports(JsonObject spec) {
        List<JsonObject> ports = spec.array("ports").objects();
        if (ports.isEmpty()) {
            return Cells.NONE;
        }
        var texts = new ArrayList<String>();
        for (JsonObject port : ports) {
            String node =
                    port.whole("nodePort").filter(it -> it > 0).map(it -> ":" + it).orElse("");
            texts.add(
                    port.whole("port").orElse(0L)
                            + node
                            + "/"
                            + port.text("protocol").orElse("TCP"));
        }
        return String.join(",", texts);
    }
}
