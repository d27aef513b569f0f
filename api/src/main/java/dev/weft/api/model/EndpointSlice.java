package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Optional;

/** Addresses behind a Service that serve the same ports. */
public record EndpointSlice(Resource resource) {
    /** The label that says which Service a slice belongs to. */
    public static final String SERVICE_NAME = "kubernetes.io/service-name";

    /** The label that says who writes a slice. */
    public static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    /**
     * The annotation that names the Unix-domain sockets on which endpoints of this machine listen,
     * as a JSON object of paths by address and port.
     */
    public static final String SOCKETS = "weft.dev/sockets";

    /** A port that every endpoint of the slice serves. */
    public record Port(JsonObject tree) {
        /** The Service's name for it. */
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
    }

    /** One instance. */
    public record Endpoint(JsonObject tree) {
        /** Ways to reach the same instance; the first is the one to use. */
        public List<String> addresses() {
            return tree.array("addresses").texts();
        }

        /** Whether new work may be sent to it; what is not said counts as yes. */
        public boolean isReady() {
            return tree.flag("conditions", "ready").orElse(true);
        }

        /** Whether it could do work, be it on its way out or not. */
        public boolean isServing() {
            return tree.flag("conditions", "serving").orElseGet(this::isReady);
        }

        public boolean isTerminating() {
            return tree.flag("conditions", "terminating").orElse(false);
        }

        /** The name of the pod behind it, empty where there is none. */
        public String podName() {
            return tree.text("targetRef", "kind").orElse("").equals("Pod")
                    ? tree.text("targetRef", "name").orElse("")
                    : "";
        }
    }

    /** The name of its Service, empty where it says none. */
    public String serviceName() {
        return resource.tree().text("metadata", "labels", SERVICE_NAME).orElse("");
    }

    public String managedBy() {
        return resource.tree().text("metadata", "labels", MANAGED_BY).orElse("");
    }

    /** {@code IPv4}, {@code IPv6} or {@code FQDN}. */
    public String addressType() {
        return resource.tree().text("addressType").orElse("");
    }

    public List<Port> ports() {
        return resource.tree().array("ports").objects().stream().map(Port::new).toList();
    }

    public List<Endpoint> endpoints() {
        return resource.tree().array("endpoints").objects().stream().map(Endpoint::new).toList();
    }
}
