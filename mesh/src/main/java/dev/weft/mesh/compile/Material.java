package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.route.tls.Certificate;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Keys and certificates by the Secrets and ConfigMaps that hold them. Belongs to one thread. */
final class Material {
    private final Map<Key, Pair> pairs = new HashMap<>();
    private final Map<Key, String> authorities = new HashMap<>();

    private record Pair(String chain, String key) {
        @Override
        public String toString() {
            return "Pair";
        }
    }

    /** Whether anything is other than before. */
    boolean putSecret(Resource secret) {
        String chain = decoded(secret, "tls.crt");
        String key = decoded(secret, "tls.key");
        if (chain.isEmpty() || key.isEmpty()) {
            return pairs.remove(secret.key()) != null;
        }
        var pair = new Pair(chain, Pem.pkcs8(key));
        return !Objects.equals(pairs.put(secret.key(), pair), pair);
    }

    boolean removeSecret(Key key) {
        return pairs.remove(key) != null;
    }

    boolean putConfigMap(Resource map) {
        Optional<String> pem =
                map.tree().text("data", "ca.crt").filter(it -> it.contains("-----BEGIN CERT"));
        if (pem.isEmpty()) {
            return removeConfigMap(map.key());
        }
        return !Objects.equals(authorities.put(map.key(), pem.get()), pem.get());
    }

    boolean removeConfigMap(Key key) {
        return authorities.remove(key) != null;
    }

    /** The certificate of a Secret, for a host name or (empty) every one; nothing if it is none. */
    Optional<Certificate> certificate(Key secret, String hostname) {
        Pair pair = pairs.get(secret);
        if (pair == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Certificate(
                            hostname.isEmpty() ? Set.of() : Set.of(hostname),
                            pair.chain,
                            pair.key));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Optional<String> authority(Key configMap) {
        return Optional.ofNullable(authorities.get(configMap));
    }

    private static String decoded(Resource secret, String field) {
        try {
            String base64 = secret.tree().text("data", field).orElse("");
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
