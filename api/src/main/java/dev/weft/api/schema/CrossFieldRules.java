package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of built-in types that compare fields with one another; those of pods are apart. */
final class CrossFieldRules {
    private static final int DATA_MAX = 1024 * 1024;

    private CrossFieldRules() {}

    static void check(JsonObject tree, String typeName, String path, Causes causes) {
        switch (typeName) {
            case "io.k8s.api.core.v1.PodSpec" -> PodRules.pod(tree, path, causes);
            case "io.k8s.api.core.v1.Container" -> PodRules.container(tree, path, causes);
            case "io.k8s.api.core.v1.Volume" -> PodRules.volume(tree, path, causes);
            case "io.k8s.api.core.v1.EnvVar" -> PodRules.environment(tree, path, causes);
            case "io.k8s.api.core.v1.Probe" -> PodRules.probe(tree, path, causes);
            case "io.k8s.api.core.v1.ResourceRequirements" ->
                    PodRules.resources(tree, path, causes);
            case "io.k8s.api.core.v1.PodTemplateSpec" ->
                    MetadataRules.checkTemplate(
                            tree.object("metadata"), path + ".metadata", causes);
            case "io.k8s.api.apps.v1.DeploymentSpec" -> workload("deployment", tree, path, causes);
            case "io.k8s.api.apps.v1.ReplicaSetSpec" -> workload("replicaset", tree, path, causes);
            case "io.k8s.api.apps.v1.DeploymentStrategy" -> strategy(tree, path, causes);
            case "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement" ->
                    requirement(tree, path, causes);
            case "io.k8s.api.core.v1.ServiceSpec" -> service(tree, path, causes);
            case "io.k8s.api.core.v1.Secret" -> secret(tree, causes);
            case "io.k8s.api.core.v1.ConfigMap" -> configMap(tree, causes);
            case "io.k8s.api.discovery.v1.EndpointSlice" -> endpointSlice(tree, causes);
            default -> {}
        }
    }

    private static void workload(String what, JsonObject spec, String path, Causes causes) {
        JsonObject template = spec.object("template");
        JsonObject templateSpec = template.object("spec");
        JsonObject selector = spec.object("selector");
        String inTemplate = path + ".template.spec";
        if (spec.has("selector")) {
            if (selector.isEmpty()) {
                causes.invalid(
                        path + ".selector", selector, "empty selector is invalid for " + what);
            } else if (!LabelSelectors.matches(selector, template.texts("metadata", "labels"))) {
                causes.invalid(
                        path + ".template.metadata.labels",
                        template.object("metadata", "labels"),
                        "`selector` does not match template `labels`");
            }
        }
        if (!template.has("spec")) {
            causes.required(inTemplate + ".containers", "");
        }
        String restart = templateSpec.text("restartPolicy").orElse("Always");
        if (restart.equals("Never") || restart.equals("OnFailure")) {
            causes.unsupported(inTemplate + ".restartPolicy", Json.of(restart), List.of("Always"));
        }
        if (templateSpec.has("activeDeadlineSeconds")) {
            causes.forbidden(
                    inTemplate + ".activeDeadlineSeconds",
                    "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
        long ready = spec.whole("minReadySeconds").orElse(0L);
        Optional<Long> deadline = spec.whole("progressDeadlineSeconds");
        if (deadline.isPresent() && deadline.get() <= ready) {
            causes.invalid(
                    path + ".progressDeadlineSeconds",
                    Json.of(deadline.get()),
                    "must be greater than minReadySeconds");
        }
    }

    private static void strategy(JsonObject tree, String path, Causes causes) {
        String type = tree.text("type").orElse("");
        if (type.equals("Recreate") && tree.has("rollingUpdate")) {
            causes.forbidden(
                    path + ".rollingUpdate",
                    "may not be specified when strategy `type` is 'Recreate'");
        }
        if (!type.equals("RollingUpdate")) {
            return;
        }
        Json unavailable = tree.at("rollingUpdate", "maxUnavailable").orElse(JsonNull.NULL);
        Json surge = tree.at("rollingUpdate", "maxSurge").orElse(JsonNull.NULL);
        if (isZero(unavailable) && isZero(surge)) {
            causes.invalid(
                    path + ".rollingUpdate.maxUnavailable",
                    unavailable,
                    "may not be 0 when `maxSurge` is 0");
        }
        String percent = unavailable.text().orElse("");
        if (percent.matches("\\d{1,9}%")
                && Long.parseLong(percent.substring(0, percent.length() - 1)) > 100) {
            causes.invalid(
                    path + ".rollingUpdate.maxUnavailable",
                    unavailable,
                    "must not be greater than 100%");
        }
    }

    private static boolean isZero(Json value) {
        return value.text().filter(it -> it.matches("0+%")).isPresent()
                || value.whole().filter(it -> it == 0).isPresent();
    }

    private static void requirement(JsonObject tree, String path, Causes causes) {
        boolean hasValues = !tree.array("values").isEmpty();
        switch (tree.text("operator").orElse("")) {
            case "In", "NotIn" -> {
                if (!hasValues) {
                    causes.required(
                            path + ".values",
                            "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (hasValues) {
                    causes.forbidden(
                            path + ".values",
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> {}
        }
    }

    private static void service(JsonObject spec, String path, Causes causes) {
        String type = spec.text("type").orElse("");
        boolean headless = spec.text("clusterIP").filter("None"::equals).isPresent();
        List<JsonObject> ports = spec.array("ports").objects();
        if (type.equals("ExternalName")) {
            String name = spec.text("externalName").orElse("");
            if (name.isEmpty()) {
                causes.required(path + ".externalName", "");
            } else {
                String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                MetadataRules.each(Formats.subdomain(plain), path + ".externalName", name, causes);
            }
        } else if (ports.isEmpty() && !headless) {
            causes.required(path + ".ports", "");
        }
        var seen = new java.util.HashSet<String>();
        int index = 0;
        for (JsonObject port : ports) {
            String here = path + ".ports[" + index++ + "]";
            if (ports.size() > 1 && port.text("name").orElse("").isEmpty()) {
                causes.required(here + ".name", "");
            }
            Json number = port.field("port").orElse(JsonNumber.of(0));
            String protocol = port.text("protocol").orElse("TCP");
            if (!seen.add(number + "/" + protocol)) {
                causes.duplicate(here, JsonObject.of("port", number).with("protocol", protocol));
            }
        }
        String ip = spec.text("clusterIP").orElse("");
        boolean isIp = StringFormats.isIpv4(ip) || StringFormats.isIpv6(ip);
        if (!ip.isEmpty() && !headless && !isIp) {
            causes.invalid(
                    path + ".clusterIPs[0]",
                    Json.of(ip),
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }

    private static final Map<String, List<String>> NEEDED =
            Map.of(
                    "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
                    "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
                    "kubernetes.io/dockercfg", List.of(".dockercfg"),
                    "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

    private static void secret(JsonObject tree, Causes causes) {
        JsonObject data = tree.object("data");
        for (String key : NEEDED.getOrDefault(tree.text("type").orElse(""), List.of())) {
            if (!data.has(key)) {
                causes.required("data[" + key + "]", "");
            }
        }
        long size = 0;
        for (String value : tree.texts("data").values()) {
            size += Base64.getDecoder().decode(value).length;
        }
        if (size > DATA_MAX) {
            causes.tooLong("data", "may not be more than " + DATA_MAX + " bytes");
        }
    }

    private static void configMap(JsonObject tree, Causes causes) {
        long size = 0;
        for (Map.Entry<String, String> entry : tree.texts("data").entrySet()) {
            size += Formats.bytes(entry.getValue());
            if (tree.object("binaryData").has(entry.getKey())) {
                causes.invalid(
                        "data[" + entry.getKey() + "]",
                        Json.of(entry.getKey()),
                        "duplicate of key present in binaryData");
            }
        }
        for (String value : tree.texts("binaryData").values()) {
            size += Base64.getDecoder().decode(value).length;
        }
        if (size > DATA_MAX) {
            causes.tooLong("", "may not be more than " + DATA_MAX + " bytes");
        }
    }

    private static void endpointSlice(JsonObject tree, Causes causes) {
        String type = tree.text("addressType").orElse("");
        int index = 0;
        for (JsonObject endpoint : tree.array("endpoints").objects()) {
            String here = "endpoints[" + index++ + "].addresses";
            JsonArray addresses = endpoint.array("addresses");
            if (addresses.size() > 100) {
                causes.tooMany(here, addresses.size(), 100);
            }
            int at = 0;
            for (String address : addresses.texts()) {
                String field = here + "[" + at++ + "]";
                address(type, address, field, causes);
            }
        }
    }

    private static void address(String type, String address, String field, Causes causes) {
        switch (type) {
            case "IPv4" -> {
                if (!StringFormats.isIpv4(address)) {
                    causes.invalid(field, Json.of(address), "must be a valid IPv4 address");
                }
            }
            case "IPv6" -> {
                if (!StringFormats.isIpv6(address)) {
                    causes.invalid(field, Json.of(address), "must be a valid IPv6 address");
                }
            }
            case "FQDN" -> MetadataRules.each(Formats.subdomain(address), field, address, causes);
            default -> {}
        }
    }
}
