package dev.weft.api.table;

import dev.weft.api.codec.JsonObject;
import java.util.stream.Collectors;

/** What kind of machine a node is and how it does. */
final class NodeCells {
    private static final String ROLE = "node-role.kubernetes.io/";

    private NodeCells() {}

    static String cell(String column, JsonObject node) {
        JsonObject info = node.object("status", "nodeInfo");
        return switch (column) {
            case "Status" -> status(node);
            case "Roles" -> roles(node);
            case "Version" -> info.text("kubeletVersion").orElse("");
            case "Internal-IP" -> address(node, "InternalIP");
            case "External-IP" -> address(node, "ExternalIP");
            case "OS-Image" -> info.text("osImage").orElse("<unknown>");
            case "Kernel-Version" -> info.text("kernelVersion").orElse("<unknown>");
            case "Container-Runtime" -> info.text("containerRuntimeVersion").orElse("<unknown>");
            default -> "";
        };
    }

    private static String status(JsonObject node) {
        String ready =
                node.array("status", "conditions").objects().stream()
                        .filter(it -> it.text("type").filter("Ready"::equals).isPresent())
                        .findFirst()
                        .map(
                                it ->
                                        it.text("status").filter("True"::equals).isPresent()
                                                ? "Ready"
                                                : "NotReady")
                        .orElse("Unknown");
        boolean closed = node.flag("spec", "unschedulable").orElse(false);
        return closed ? ready + ",SchedulingDisabled" : ready;
    }

    private static String roles(JsonObject node) {
        String roles =
                node.texts("metadata", "labels").keySet().stream()
                        .filter(it -> it.startsWith(ROLE) && it.length() > ROLE.length())
                        .map(it -> it.substring(ROLE.length()))
                        .sorted()
                        .collect(Collectors.joining(","));
        return roles.isEmpty() ? Cells.NONE : roles;
    }

    private static String address(JsonObject node, String type) {
        return node.array("status", "addresses").objects().stream()
                .filter(it -> it.text("type").filter(type::equals).isPresent())
                .flatMap(it -> it.text("address").stream())
                .findFirst()
                .orElse(Cells.NONE);
    }
}
