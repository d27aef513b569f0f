package dev.weft.api.remote;

import dev.weft.api.client.ResourceClient;
import dev.weft.foundation.time.Clock;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;

/** A connection to a Kubernetes API. Any thread. Closing it ends its watches. */
public final class RemoteApi implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final KubernetesClient connection;
    private final RemoteClient client;

    private RemoteApi(Config found, Clock clock, Duration limit) {
        Config config =
                new ConfigBuilder(found)
                        .withConnectionTimeout((int) CONNECT_LIMIT.toMillis())
                        .withRequestTimeout((int) limit.toMillis())
                        // Whoever calls decides what to repeat: a create must not happen twice.
                        .withRequestRetryBackoffLimit(0)
                        .build();
        this.connection = new KubernetesClientBuilder().withConfig(config).build();
        this.client =
                new RemoteClient(
                        connection.getHttpClient(),
                        connection.getMasterUrl().toString(),
                        clock,
                        limit);
    }

    /**
     * The API that a kubeconfig's current context names.
     *
     * @param limit how long a request may take; watches may take for ever
     */
    public static RemoteApi of(Path kubeconfig, Clock clock, Duration limit) {
        return new RemoteApi(Config.fromKubeconfig(kubeconfig.toFile()), clock, limit);
    }

    /** The API that this process finds around it: the pod's own cluster, or the user's context. */
    public static RemoteApi found(Clock clock, Duration limit) {
        return new RemoteApi(Config.autoConfigure(null), clock, limit);
    }

    public ResourceClient client() {
        return client;
    }

    @Override
    public void close() {
        connection.close();
    }
}
