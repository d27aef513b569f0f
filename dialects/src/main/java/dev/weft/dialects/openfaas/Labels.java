package dev.weft.dialects.openfaas;

/** Names that OpenFaaS' users know. */
final class Labels {
    /** Marks a Deployment, its pods and its Service as those of a function. */
    static final String FUNCTION = "faas_function";

    static final String SCALE_MIN = "com.openfaas.scale.min";
    static final String SCALE_MAX = "com.openfaas.scale.max";
    static final String SCALE_PREFIX = "com.openfaas.scale.";
    static final String HEALTH = "com.openfaas.health.http.";
    static final String READY = "com.openfaas.ready.http.";
    static final String NAMESPACE_MARK = "openfaas";

    /** Where a Deployment keeps constraints as they were written. */
    static final String CONSTRAINTS = "weft.dev/openfaas-constraints";

    /** Where a Deployment keeps the names of its secrets. */
    static final String SECRETS = "weft.dev/openfaas-secrets";

    /** The port on which every function serves. */
    static final int PORT = 8080;

    private Labels() {}
}
