package dev.weft.app.endtoend;

/** Manifests as people write them. */
final class Manifests {
    private Manifests() {}

    static String configMap(String name, String value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data:
          key: %s
        """
                .formatted(name, value);
    }

    static String deployment(String name, int replicas, String... command) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              containers:
              - name: c
                image: weft.dev/host
                command: ["%3$s"]
        """
                .formatted(name, replicas, String.join("\", \"", command));
    }

    static String pod(String name, String script) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          restartPolicy: Never
          containers:
          - name: c
            image: weft.dev/host
            command: ["sh", "-c", "%s"]
        """
                .formatted(name, script);
    }

    static String definition(String group) {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.%1$s}
        spec:
          group: %1$s
          scope: Namespaced
          names: {plural: gadgets, singular: gadget, kind: Gadget, listKind: GadgetList}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns:
            - {name: Size, type: integer, jsonPath: .spec.size}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      size: {type: integer, minimum: 0}
        """
                .formatted(group);
    }
}
