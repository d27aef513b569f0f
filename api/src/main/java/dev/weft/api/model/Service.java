package dev.weft.api.model;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A name, and where it suits an address, for whatever pods its selector means. */
public record Service(Resource resource) {
    /** Which port of a pod a Service's port leads to. */
    public sealed interface Target {
        /** The same number on every pod. */
        record Number(int port) implements Target {}

        /** The port of that name, which may have another number on each pod. */
        record Named(String name) implements Target {}
    }

    /** One port of a Service. */
    public record Port(JsonObject tree) {
        public String name() {
            return tree.text("name").orElse("");
        }

        public int number() {
            return Math.toIntExact(tree.whole("port").orElse(0L));
        }

        public String protocol() {
            return tree.text("protocol").orElse("TCP");
        }

        public Optional<String> appProtocol() {
            return tree.text("appProtocol");
        }

        /** Where it leads; the same number where nothing is said. */
        public Target target() {
            Optional<Json> target = tree.field("targetPort");
            Optional<String> name = target.flatMap(Json::text).filter(it -> !it.isEmpty());
            if (name.isPresent()) {
                return new Target.Named(name.get());
            }
            int number =
                    target.flatMap(Json::whole)
                            .filter(it -> it != 0)
                            .map(Math::toIntExact)
                            .orElseGet(this::number);
            return new Target.Number(number);
        }
    }

    /** The labels of the pods that are meant; empty where endpoints are written by hand. */
    public Map<String, String> selector() {
        return resource.tree().texts("spec", "selector");
    }

    public List<Port> ports() {
        return resource.tree().array("spec", "ports").objects().stream().map(Port::new).toList();
    }

    /** {@code ClusterIP}, {@code NodePort}, {@code LoadBalancer} or {@code ExternalName}. */
    public String type() {
        return resource.tree().text("spec", "type").orElse("ClusterIP");
    }

    /** Its own address; absent where it has none, or not yet. */
    public Optional<String> clusterIp() {
        return resource.tree()
                .text("spec", "clusterIP")
                .filter(it -> !it.isEmpty() && !it.equals("None"));
    }

    /** Whether it was asked to have no address of its own. */
    public boolean isHeadless() {
        return resource.tree().text("spec", "clusterIP").orElse("").equals("None");
    }

    public boolean publishesNotReady() {
        return resource.tree().flag("spec", "publishNotReadyAddresses").orElse(false);
    }
}
