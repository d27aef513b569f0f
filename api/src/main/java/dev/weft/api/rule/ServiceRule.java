package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.client.ApiException;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import java.util.List;
import java.util.OptionalInt;

/** Services are given addresses, keep them, and give them back. */
final class ServiceRule implements KindRule {
    private static final String HEADLESS = "None";

    private final ClusterAddresses addresses;

    ServiceRule(ClusterAddresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        warn(tree, terms);
        return addressed(target, tree);
    }

    @Override
    public JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        if (!next.object("spec").equals(current.object("spec"))) {
            warn(next, terms);
        }
        String before = address(current);
        String wanted = wanted(next);
        if (isExternal(next)) {
            return next.withoutAt("spec", "clusterIP").withoutAt("spec", "clusterIPs");
        }
        if (before.isEmpty()) {
            return addressed(target, next);
        }
        if (!wanted.isEmpty() && !wanted.equals(before)) {
            throw invalid(
                    target,
                    "Invalid value: [\"" + wanted + "\"]: may not change once set",
                    "spec.clusterIPs[0]");
        }
        return with(next, before);
    }

    @Override
    public void abandoned(JsonObject tree) {
        addresses.release(address(tree), uid(tree));
    }

    @Override
    public void abandoned(JsonObject current, JsonObject next) {
        if (!address(current).equals(address(next))) {
            abandoned(next);
        }
    }

    @Override
    public void changed(JsonObject before, JsonObject after) {
        if (!address(before).equals(address(after))) {
            abandoned(before);
        }
    }

    @Override
    public void gone(JsonObject last) {
        abandoned(last);
    }

    private JsonObject addressed(Target target, JsonObject tree) {
        String wanted = wanted(tree);
        if (isExternal(tree) || wanted.equals(HEADLESS)) {
            return wanted.isEmpty() ? tree : with(tree, wanted);
        }
        if (!wanted.isEmpty()) {
            return with(tree, taken(target, wanted, uid(tree)));
        }
        return with(
                tree,
                addresses
                        .take(target.namespace(), target.name(), uid(tree))
                        .orElseThrow(() -> refused(target, "", "range is full")));
    }

    private String taken(Target target, String wanted, String uid) {
        OptionalInt place = ClusterAddresses.place(wanted);
        if (place.isEmpty()) {
            throw refused(
                    target,
                    wanted,
                    "the provided IP (%s) is not in the valid range. The range of valid IPs is %s"
                            .formatted(wanted, ClusterAddresses.RANGE));
        }
        if (!addresses.take(place.getAsInt(), uid)) {
            throw refused(target, wanted, "provided IP is already allocated");
        }
        return wanted;
    }

    private static JsonObject with(JsonObject tree, String address) {
        return tree.withAt(Json.of(address), "spec", "clusterIP")
                .withAt(JsonArray.of(Json.of(address)), "spec", "clusterIPs");
    }

    private static boolean isExternal(JsonObject tree) {
        return tree.text("spec", "type").orElse("").equals("ExternalName");
    }

    private static String wanted(JsonObject tree) {
        String single = address(tree);
        return single.isEmpty()
                ? tree.array("spec", "clusterIPs").texts().stream().findFirst().orElse("")
                : single;
    }

    private static String address(JsonObject tree) {
        return tree.text("spec", "clusterIP").orElse("");
    }

    private static String uid(JsonObject tree) {
        return tree.text("metadata", "uid").orElse("");
    }

    private static void warn(JsonObject tree, Terms terms) {
        String type = tree.text("spec", "type").orElse("");
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            terms.warnings()
                    .add(
                            "spec.type: %s is kept but acts as ClusterIP: no port of the machine is opened for it; the edge serves it by its host name"
                                    .formatted(type));
        }
        if (tree.array("spec", "externalIPs").size() > 0) {
            terms.warnings().add("spec.externalIPs: kept but ignored on one machine");
        }
    }

    private static ApiException refused(Target target, String wanted, String why) {
        return invalid(
                target,
                "Invalid value: [%s]: failed to allocate IP %s: %s"
                        .formatted(wanted.isEmpty() ? "" : "\"" + wanted + "\"", wanted, why),
                "spec.clusterIPs");
    }

    private static ApiException invalid(Target target, String message, String field) {
        return Admitted.invalid(
                "", "Service", target.name(), List.of(new Cause(Cause.INVALID, message, field)));
    }
}
