package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** The one login that administers functions. */
public record Credentials(String user, String password) {
    public Credentials {
        if (user.isEmpty() || user.contains(":") || password.isEmpty()) {
            throw new IllegalArgumentException(
                    "credentials: a user without colon and a password are needed");
        }
    }

    /** Whether an {@code Authorization} header carries this login; takes equally long if not. */
    public boolean match(Optional<String> authorization) {
        byte[] wanted = (user + ":" + password).getBytes(UTF_8);
        byte[] given = authorization.map(Credentials::decode).orElse(new byte[0]);
        return MessageDigest.isEqual(wanted, given);
    }

    private static byte[] decode(String header) {
        if (!header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(header.substring(6).strip());
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
