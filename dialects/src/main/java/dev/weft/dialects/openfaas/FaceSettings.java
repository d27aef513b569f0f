package dev.weft.dialects.openfaas;

import java.util.Optional;

/**
 * How the face presents itself.
 *
 * @param namespace where functions live whose namespace is not named
 * @param credentials the login; absent where whoever reaches the face may administer
 * @param console where people find the console
 */
public record FaceSettings(
        String namespace,
        Optional<Credentials> credentials,
        String console,
        String version,
        String commit) {
    public static final String NAMESPACE = "openfaas-fn";
}
