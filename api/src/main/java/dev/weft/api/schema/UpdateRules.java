package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a change to an object of a built-in kind may not change, and what it need not repeat. */
final class UpdateRules {
    private static final String DEADLINE = "activeDeadlineSeconds";
    private static final String IMMUTABLE = "field is immutable";
    private static final String POD_UPDATE =
            "pod updates may not change fields other than"
                    + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                    + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
                    + " if it was previously negative)";
    private static final List<String> SERVICE_KEEPS =
            List.of(
                    "clusterIP",
                    "clusterIPs",
                    "ipFamilies",
                    "ipFamilyPolicy",
                    "healthCheckNodePort");

    private UpdateRules() {}

    /** The new object with what the server once assigned and the writer left out. */
    static JsonObject carried(JsonObject from, JsonObject to, String typeName) {
        if (!typeName.equals("io.k8s.api.core.v1.Service")
                || to.text("spec", "type").filter("ExternalName"::equals).isPresent()
                || from.text("spec", "type").filter("ExternalName"::equals).isPresent()) {
            return to;
        }
        JsonObject spec = to.object("spec");
        for (String field : SERVICE_KEEPS) {
            if (!spec.has(field)) {
                Json before = from.at("spec", field).orElse(JsonNull.NULL);
                spec = before == JsonNull.NULL ? spec : spec.with(field, before);
            }
        }
        return to.with("spec", spec);
    }

    static void check(JsonObject from, JsonObject to, String typeName, Causes causes) {
        switch (typeName) {
            case "io.k8s.api.apps.v1.Deployment", "io.k8s.api.apps.v1.ReplicaSet" ->
                    immutable(from, to, causes, "spec", "selector");
            case "io.k8s.api.apps.v1.ControllerRevision" -> immutable(from, to, causes, "data");
            case "io.k8s.api.discovery.v1.EndpointSlice" ->
                    immutable(from, to, causes, "addressType");
            case "io.k8s.api.core.v1.Secret" -> {
                immutable(from, to, causes, "type");
                frozen(from, to, List.of("data"), causes);
            }
            case "io.k8s.api.core.v1.ConfigMap" ->
                    frozen(from, to, List.of("data", "binaryData"), causes);
            case "io.k8s.api.core.v1.Service" -> clusterIp(from, to, causes);
            case "io.k8s.api.core.v1.Pod" -> pod(from, to, causes);
            case "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition" -> {
                immutable(from, to, causes, "spec", "scope");
                immutable(from, to, causes, "spec", "group");
                immutable(from, to, causes, "spec", "names", "plural");
                immutable(from, to, causes, "spec", "names", "kind");
                StatusRules.definition(to, causes);
            }
            default -> {}
        }
    }

    private static void immutable(JsonObject from, JsonObject to, Causes causes, String... path) {
        Json before = from.at(path).orElse(JsonNull.NULL);
        Json after = to.at(path).orElse(JsonNull.NULL);
        if (!before.equals(after)) {
            causes.invalid(String.join(".", path), after, IMMUTABLE);
        }
    }

    private static void frozen(JsonObject from, JsonObject to, List<String> fields, Causes causes) {
        if (!from.flag("immutable").orElse(false)) {
            return;
        }
        String rule = "field is immutable when `immutable` is set";
        if (!to.flag("immutable").orElse(false)) {
            causes.forbidden("immutable", rule);
        }
        for (String field : fields) {
            if (!from.object(field).equals(to.object(field))) {
                causes.forbidden(field, rule);
            }
        }
    }

    private static void clusterIp(JsonObject from, JsonObject to, Causes causes) {
        String before = from.text("spec", "clusterIP").orElse("");
        String after = to.text("spec", "clusterIP").orElse("");
        boolean becomesExternal =
                to.text("spec", "type").filter("ExternalName"::equals).isPresent();
        if (!before.isEmpty() && !becomesExternal && !before.equals(after)) {
            causes.invalid(
                    "spec.clusterIPs[0]", JsonArray.of(Json.of(after)), "may not change once set");
        }
    }

    private static void pod(JsonObject from, JsonObject to, Causes causes) {
        JsonObject before = fixed(from.object("spec"));
        JsonObject after = fixed(to.object("spec"));
        boolean unbound = from.text("spec", "nodeName").orElse("").isEmpty();
        if (unbound) {
            before = before.without("nodeName");
            after = after.without("nodeName");
        }
        List<JsonObject> tolerations = to.array("spec", "tolerations").objects();
        boolean kept = tolerations.containsAll(from.array("spec", "tolerations").objects());
        deadline(from, to, causes);
        if (!before.equals(after) || !kept || !mayEndSo(from, to)) {
            causes.forbidden("spec", POD_UPDATE);
        }
    }

    /** A deadline may be set and brought forward, and never be put off. */
    private static void deadline(JsonObject from, JsonObject to, Causes causes) {
        Optional<Long> before = from.whole("spec", DEADLINE);
        Optional<Long> after = to.whole("spec", DEADLINE);
        if (before.isPresent() && after.isEmpty()) {
            causes.invalid(
                    "spec." + DEADLINE,
                    JsonNull.NULL,
                    "must not update from a positive integer to nil value");
        } else if (before.isPresent() && after.get() > before.get()) {
            causes.invalid(
                    "spec." + DEADLINE,
                    Json.of(after.get()),
                    "must be less than or equal to previous value");
        }
    }

    private static boolean mayEndSo(JsonObject from, JsonObject to) {
        long before = from.whole("spec", "terminationGracePeriodSeconds").orElse(0L);
        long after = to.whole("spec", "terminationGracePeriodSeconds").orElse(0L);
        return before == after || (before < 0 && after == 1);
    }

    /** What of a pod's spec may not change once the pod exists. */
    private static JsonObject fixed(JsonObject spec) {
        JsonObject fixed =
                spec.without(DEADLINE)
                        .without("tolerations")
                        .without("ephemeralContainers")
                        .without("terminationGracePeriodSeconds");
        for (String list : List.of("containers", "initContainers")) {
            if (fixed.has(list)) {
                var containers = new ArrayList<Json>();
                fixed.array(list).objects().forEach(it -> containers.add(it.without("image")));
                fixed = fixed.with(list, JsonArray.of(containers));
            }
        }
        return fixed;
    }
}
