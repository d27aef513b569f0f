package dev.weft.app.endtoend;

import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Manifests of Services that lead to a test's own servers, and of what stands before them. */
final class MeshManifests {
    private MeshManifests() {}

    /** A Service with one slice for each server. */
    static String service(String name, Peer... peers) {
        return service(name, "{name: http, port: 80}", peers);
    }

    static String service(String name, String port, Peer... peers) {
        var text = new StringBuilder();
        text.append(
                """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {ports: [%s]}
                """
                        .formatted(name, port));
        for (int i = 0; i < peers.length; i++) {
            text.append(slice(name, i, peers[i].port()));
        }
        return text.toString();
    }

    static String slice(String service, int number, int port) {
        return """
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: %1$s-%2$d, labels: {kubernetes.io/service-name: %1$s}}
        addressType: IPv4
        ports: [{name: http, port: %3$d}, {name: http-alt, port: %3$d}]
        endpoints: [{addresses: ["127.0.0.1"], conditions: {ready: true}}]
        """
                .formatted(service, number, port);
    }

    static String secret(String name, Identity identity) {
        return """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: %s}
        type: kubernetes.io/tls
        data: {tls.crt: %s, tls.key: %s}
        """
                .formatted(name, base64(identity.chainPem()), base64(identity.keyPem()));
    }

    static String authority(String name, Authority authority) {
        return """
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data:
          ca.crt: |
        %s
        """
                .formatted(name, authority.certificatePem().strip().indent(4));
    }

    /** A route on the platform's edge, for one host name. */
    static String route(String name, String rules) {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %1$s}
        spec:
          parentRefs: [{name: edge, namespace: weft-system}]
          hostnames: [%1$s.example]
          rules:
        %2$s
        """
                .formatted(name, rules.indent(2));
    }

    static String policy(String name, String kind, String target, String spec) {
        String group = kind.equals("Service") ? "\"\"" : "gateway.networking.k8s.io";
        return """
        ---
        apiVersion: weft.dev/v1alpha1
        kind: TrafficPolicy
        metadata: {name: %s}
        spec:
          targetRefs: [{group: %s, kind: %s, name: %s}]
        %s
        """
                .formatted(name, group, kind, target, spec.indent(2));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
