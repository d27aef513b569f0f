package dev.weft.dialects.openfaas;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of a deployment is kept but has no effect here, or not yet. */
final class Warnings {
    private static final Set<String> SCALING = Set.of(Labels.SCALE_MIN, Labels.SCALE_MAX);
    private static final Set<String> LATER =
            Set.of("topic", "schedule", "com.openfaas.queue", "com.openfaas.profile");
    private static final String RETRY = "com.openfaas.retry.";

    private Warnings() {}

    static List<String> of(FunctionDeployment function) {
        var warnings = new ArrayList<String>();
        function.unknown().forEach(name -> warnings.add(name + ": unknown field, ignored"));
        if (!function.constraints().isEmpty()) {
            warnings.add(
                    "constraints: there is one machine; a node without the label runs nothing");
        }
        if (!function.limits().isEmpty() || !function.requests().isEmpty()) {
            warnings.add("limits, requests: kept; functions that run as processes are not limited");
        }
        if (function.readOnlyRootFilesystem()) {
            warnings.add(
                    "readOnlyRootFilesystem: kept; functions that run as processes see the"
                            + " machine's file system");
        }
        if (!function.envProcess().isEmpty() && !function.image().equals(Manifests.HOST_IMAGE)) {
            warnings.add("envProcess: given to the image's own command as the variable fprocess");
        }
        for (String label : function.labels().keySet()) {
            if (label.startsWith(Labels.SCALE_PREFIX) && !SCALING.contains(label)) {
                warnings.add("labels: " + label + ": functions are not scaled by load yet");
            }
        }
        for (String annotation : function.annotations().keySet()) {
            if (LATER.contains(annotation) || annotation.startsWith(RETRY)) {
                warnings.add("annotations: " + annotation + ": has no effect yet");
            }
        }
        return List.copyOf(warnings);
    }
}
