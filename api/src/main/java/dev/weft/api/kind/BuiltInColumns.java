package dev.weft.api.kind;

import java.util.ArrayList;
import java.util.List;

/** What people are shown of the built-in kinds, in the order and with the heads they know. */
final class BuiltInColumns {
    /** A line a column: kind, head, type, priority, and the path where the value is one field. */
    private static final String TABLE =
            """
            Namespace|Status|string|0|.status.phase
            Namespace|Age|date|0|.metadata.creationTimestamp
            ConfigMap|Data|string|0|
            ConfigMap|Age|date|0|.metadata.creationTimestamp
            Secret|Type|string|0|.type
            Secret|Data|string|0|
            Secret|Age|date|0|.metadata.creationTimestamp
            Service|Type|string|0|.spec.type
            Service|Cluster-IP|string|0|
            Service|External-IP|string|0|
            Service|Port(s)|string|0|
            Service|Age|date|0|.metadata.creationTimestamp
            Service|Selector|string|1|
            Pod|Ready|string|0|
            Pod|Status|string|0|
            Pod|Restarts|string|0|
            Pod|Age|date|0|.metadata.creationTimestamp
            Pod|IP|string|1|
            Pod|Node|string|1|
            Pod|Nominated Node|string|1|
            Pod|Readiness Gates|string|1|
            Event|Last Seen|string|0|
            Event|Type|string|0|.type
            Event|Reason|string|0|.reason
            Event|Object|string|0|
            Event|Subobject|string|1|
            Event|Source|string|1|
            Event|Message|string|0|
            Event|First Seen|string|1|
            Event|Count|string|1|
            Event|Name|string|1|.metadata.name
            Node|Status|string|0|
            Node|Roles|string|0|
            Node|Age|date|0|.metadata.creationTimestamp
            Node|Version|string|0|
            Node|Internal-IP|string|1|
            Node|External-IP|string|1|
            Node|OS-Image|string|1|
            Node|Kernel-Version|string|1|
            Node|Container-Runtime|string|1|
            ServiceAccount|Secrets|string|0|
            ServiceAccount|Age|date|0|.metadata.creationTimestamp
            Deployment|Ready|string|0|
            Deployment|Up-to-date|integer|0|
            Deployment|Available|integer|0|
            Deployment|Age|date|0|.metadata.creationTimestamp
            Deployment|Containers|string|1|
            Deployment|Images|string|1|
            Deployment|Selector|string|1|
            ReplicaSet|Desired|integer|0|
            ReplicaSet|Current|integer|0|
            ReplicaSet|Ready|integer|0|
            ReplicaSet|Age|date|0|.metadata.creationTimestamp
            ReplicaSet|Containers|string|1|
            ReplicaSet|Images|string|1|
            ReplicaSet|Selector|string|1|
            ControllerRevision|Controller|string|0|
            ControllerRevision|Revision|integer|0|
            ControllerRevision|Age|date|0|.metadata.creationTimestamp
            Lease|Holder|string|0|
            Lease|Age|date|0|.metadata.creationTimestamp
            EndpointSlice|AddressType|string|0|.addressType
            EndpointSlice|Ports|string|0|
            EndpointSlice|Endpoints|string|0|
            EndpointSlice|Age|date|0|.metadata.creationTimestamp
            CustomResourceDefinition|Created At|date|0|
            TrafficSplit|Service|string|0|.spec.service
            TrafficSplit|Backends|string|0|
            TrafficSplit|Age|date|0|.metadata.creationTimestamp
            GatewayClass|Controller|string|0|.spec.controllerName
            GatewayClass|Accepted|string|0|.status.conditions[?(@.type=="Accepted")].status
            GatewayClass|Age|date|0|.metadata.creationTimestamp
            GatewayClass|Description|string|1|.spec.description
            Gateway|Class|string|0|.spec.gatewayClassName
            Gateway|Address|string|0|.status.addresses[*].value
            Gateway|Programmed|string|0|.status.conditions[?(@.type=="Programmed")].status
            Gateway|Age|date|0|.metadata.creationTimestamp
            HTTPRoute|Hostnames|string|0|.spec.hostnames
            HTTPRoute|Age|date|0|.metadata.creationTimestamp
            GRPCRoute|Hostnames|string|0|.spec.hostnames
            GRPCRoute|Age|date|0|.metadata.creationTimestamp
            TLSRoute|Hostnames|string|0|.spec.hostnames
            TLSRoute|Age|date|0|.metadata.creationTimestamp
            TCPRoute|Age|date|0|.metadata.creationTimestamp
            ReferenceGrant|Age|date|0|.metadata.creationTimestamp
            BackendTLSPolicy|Age|date|0|.metadata.creationTimestamp
            TrafficPolicy|Targets|string|0|.spec.targetRefs[*].name
            TrafficPolicy|Accepted|string|0|.status.conditions[?(@.type=="Accepted")].status
            TrafficPolicy|Age|date|0|.metadata.creationTimestamp
            OutboundPolicy|Hosts|string|0|.spec.allow[*].hosts
            OutboundPolicy|Accepted|string|0|.status.conditions[?(@.type=="Accepted")].status
            OutboundPolicy|Age|date|0|.metadata.creationTimestamp
            """;

    private static final Column NAME =
            new Column("Name", "string", "name", "Name of the object.", 0, ".metadata.name");

    private BuiltInColumns() {}

    static List<Column> of(String kind) {
        var columns = new ArrayList<Column>();
        if (!kind.equals("Event")) {
            columns.add(NAME);
        }
        TABLE.lines()
                .filter(line -> line.startsWith(kind + "|"))
                .map(BuiltInColumns::column)
                .forEach(columns::add);
        return columns;
    }

    private static Column column(String line) {
        List<String> cells = List.of(line.split("\\|", -1));
        return new Column(
                cells.get(1),
                cells.get(2),
                cells.get(1).equals("Name") ? "name" : "",
                "",
                Integer.parseInt(cells.get(3)),
                cells.get(4));
    }
}
