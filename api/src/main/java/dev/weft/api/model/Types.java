package dev.weft.api.model;

/** The kinds that Weft's own code reads, at the version in which it reads them. */
public final class Types {
    public static final ResourceType NAMESPACE =
            new ResourceType("", "v1", "Namespace", "namespaces", false);
    public static final ResourceType CONFIG_MAP =
            new ResourceType("", "v1", "ConfigMap", "configmaps", true);
    public static final ResourceType SECRET = new ResourceType("", "v1", "Secret", "secrets", true);
    public static final ResourceType SERVICE =
            new ResourceType("", "v1", "Service", "services", true);
    public static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);
    public static final ResourceType EVENT = new ResourceType("", "v1", "Event", "events", true);
    public static final ResourceType NODE = new ResourceType("", "v1", "Node", "nodes", false);
    public static final ResourceType ENDPOINT_SLICE =
            new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
    public static final ResourceType LEASE =
            new ResourceType("coordination.k8s.io", "v1", "Lease", "leases", true);
    public static final ResourceType DEPLOYMENT =
            new ResourceType("apps", "v1", "Deployment", "deployments", true);
    public static final ResourceType REPLICA_SET =
            new ResourceType("apps", "v1", "ReplicaSet", "replicasets", true);
    public static final ResourceType TRAFFIC_SPLIT =
            new ResourceType(
                    "split.smi-spec.io", "v1alpha4", "TrafficSplit", "trafficsplits", true);
    public static final ResourceType CUSTOM_RESOURCE_DEFINITION =
            new ResourceType(
                    "apiextensions.k8s.io",
                    "v1",
                    "CustomResourceDefinition",
                    "customresourcedefinitions",
                    false);

    public static final ResourceType GATEWAY_CLASS =
            gateway("v1", "GatewayClass", "gatewayclasses", false);
    public static final ResourceType GATEWAY = gateway("v1", "Gateway", "gateways", true);
    public static final ResourceType HTTP_ROUTE = gateway("v1", "HTTPRoute", "httproutes", true);
    public static final ResourceType GRPC_ROUTE = gateway("v1", "GRPCRoute", "grpcroutes", true);
    public static final ResourceType TLS_ROUTE = gateway("v1", "TLSRoute", "tlsroutes", true);
    public static final ResourceType TCP_ROUTE = gateway("v1", "TCPRoute", "tcproutes", true);
    public static final ResourceType REFERENCE_GRANT =
            gateway("v1beta1", "ReferenceGrant", "referencegrants", true);
    public static final ResourceType BACKEND_TLS_POLICY =
            gateway("v1", "BackendTLSPolicy", "backendtlspolicies", true);
    public static final ResourceType TRAFFIC_POLICY =
            new ResourceType("weft.dev", "v1alpha1", "TrafficPolicy", "trafficpolicies", true);
    public static final ResourceType OUTBOUND_POLICY =
            new ResourceType("weft.dev", "v1alpha1", "OutboundPolicy", "outboundpolicies", true);

    private Types() {}

    private static ResourceType gateway(
            String version, String kind, String plural, boolean namespaced) {
        return new ResourceType("gateway.networking.k8s.io", version, kind, plural, namespaced);
    }
}
