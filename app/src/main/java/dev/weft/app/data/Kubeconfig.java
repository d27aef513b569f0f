package dev.weft.app.data;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file that tells a client where the API is and who it is: of all that such a file may say, the
 * parts that one of Weft's own says.
 *
 * @param server the API's URL
 * @param authority the certificate to trust, PEM
 * @param certificate the client's certificate, PEM
 * @param key the client's key, PEM
 */
public record Kubeconfig(String server, String authority, String certificate, String key) {

    static Kubeconfig admin(String server, String authority, String certificate, String key) {
        return new Kubeconfig(server, authority, certificate, key);
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "Kubeconfig[" + server + "]";
    }

    String write() {
        return """
        # Written by weft at each start. To use it: export KUBECONFIG=THIS-FILE
        apiVersion: v1
        kind: Config
        current-context: weft
        contexts:
        - name: weft
          context:
            cluster: weft
            user: admin
            namespace: default
        clusters:
        - name: weft
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: admin
          user:
            client-certificate-data: %s
            client-key-data: %s
        """
                .formatted(server, encode(authority), encode(certificate), encode(key));
    }

    /**
     * Reads a file that says each of these things once, as every file of Weft's own does, without a
     * YAML parser, which would cost a command more time than all else it does. Nothing where the
     * file is of another make.
     */
    public static Optional<Kubeconfig> parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(": ");
            if (colon > 0
                    && values.put(line.substring(0, colon).strip(), line.substring(colon + 2))
                            != null
                    && line.contains("-data")) {
                return Optional.empty();
            }
        }
        String server = values.get("server");
        String authority = values.get("certificate-authority-data");
        String certificate = values.get("client-certificate-data");
        String key = values.get("client-key-data");
        if (server == null || authority == null || certificate == null || key == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Kubeconfig(
                            server.strip(), decode(authority), decode(certificate), decode(key)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String encode(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.US_ASCII);
    }
}
