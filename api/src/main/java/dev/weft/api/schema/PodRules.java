package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of pods that compare fields with one another. */
final class PodRules {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");

    private PodRules() {}

    static void pod(JsonObject spec, String path, Causes causes) {
        Set<String> volumes =
                spec.array("volumes").objects().stream()
                        .flatMap(volume -> volume.text("name").stream())
                        .collect(Collectors.toSet());
        var names = new HashSet<String>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            int index = 0;
            for (JsonObject container : spec.array(list).objects()) {
                String here = path + "." + list + "[" + index++ + "]";
                String name = container.text("name").orElse("");
                if (!name.isEmpty() && !names.add(name) && !list.equals("containers")) {
                    causes.duplicate(here + ".name", Json.of(name));
                }
                mounts(container, volumes, here, causes);
            }
        }
        if (spec.text("dnsPolicy").filter("None"::equals).isPresent()
                && spec.array("dnsConfig", "nameservers").isEmpty()) {
            causes.required(
                    path + ".dnsConfig.nameservers",
                    "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }
    }

    private static void mounts(
            JsonObject container, Set<String> volumes, String path, Causes causes) {
        int index = 0;
        for (JsonObject mount : container.array("volumeMounts").objects()) {
            String here = path + ".volumeMounts[" + index++ + "].name";
            String name = mount.text("name").orElse("");
            if (!name.isEmpty() && !volumes.contains(name)) {
                causes.notFound(here, Json.of(name));
            }
        }
    }

    static void container(JsonObject container, String path, Causes causes) {
        var names = new HashSet<String>();
        int index = 0;
        for (JsonObject port : container.array("ports").objects()) {
            String here = path + ".ports[" + index++ + "].name";
            String name = port.text("name").orElse("");
            if (!name.isEmpty() && !names.add(name)) {
                causes.duplicate(here, Json.of(name));
            }
        }
        for (String probe : List.of("livenessProbe", "startupProbe")) {
            Optional<Long> threshold = container.whole(probe, "successThreshold");
            if (threshold.isPresent() && threshold.get() != 1 && threshold.get() != 0) {
                causes.invalid(
                        path + "." + probe + ".successThreshold",
                        Json.of(threshold.get()),
                        "must be 1");
            }
        }
    }

    static void volume(JsonObject volume, String path, Causes causes) {
        List<String> sources = volume.names().stream().filter(it -> !it.equals("name")).toList();
        if (sources.isEmpty()) {
            causes.required(path, "must specify a volume type");
        }
        for (String more : sources.subList(Math.min(1, sources.size()), sources.size())) {
            causes.forbidden(path + "." + more, "may not specify more than 1 volume type");
        }
    }

    static void environment(JsonObject variable, String path, Causes causes) {
        if (!variable.has("valueFrom")) {
            return;
        }
        String here = path + ".valueFrom";
        JsonObject source = variable.object("valueFrom");
        if (source.isEmpty()) {
            causes.invalid(
                    here,
                    Json.of(""),
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
                            + " `secretKeyRef` or `fileKeyRef`");
        } else if (!variable.text("value").orElse("").isEmpty()) {
            causes.invalid(here, Json.of(""), "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            causes.invalid(
                    here, Json.of(""), "may not have more than one field specified at a time");
        }
    }

    static void probe(JsonObject probe, String path, Causes causes) {
        List<String> handlers = probe.names().stream().filter(HANDLERS::contains).toList();
        if (handlers.isEmpty()) {
            causes.required(path, "must specify a handler type");
        }
        for (String more : handlers.subList(Math.min(1, handlers.size()), handlers.size())) {
            causes.forbidden(path + "." + more, "may not specify more than 1 handler type");
        }
    }

    static void resources(JsonObject tree, String path, Causes causes) {
        JsonObject limits = tree.object("limits");
        tree.object("requests")
                .forEach(
                        (name, amount) -> {
                            Optional<Quantity> request = quantity(amount);
                            Optional<Quantity> limit =
                                    limits.field(name).flatMap(PodRules::quantity);
                            if (request.isPresent()
                                    && limit.isPresent()
                                    && request.get().compareTo(limit.get()) > 0) {
                                causes.invalid(
                                        path + ".requests",
                                        Json.of(request.get().text()),
                                        "must be less than or equal to "
                                                + name
                                                + " limit of "
                                                + limit.get().text());
                            }
                        });
    }

    private static Optional<Quantity> quantity(Json value) {
        return value.text().flatMap(Quantity::parse);
    }
}
