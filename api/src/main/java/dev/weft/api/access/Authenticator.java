package dev.weft.api.access;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Finds out who asks: by the client certificate, whose name is the user and whose organizations are
 * the groups; by a bearer token; or by name and password. Immutable; any thread.
 */
public final class Authenticator {
    private final Map<String, Identity> tokens;
    private final Map<String, Secret> passwords;

    /** Who comes in with a password. Never shows it. */
    private record Secret(byte[] password, Identity identity) {}

    private Authenticator(Map<String, Identity> tokens, Map<String, Secret> passwords) {
        this.tokens = Map.copyOf(tokens);
        this.passwords = Map.copyOf(passwords);
    }

    /** Knows certificates, and the admin by this password, which also is the admin's token. */
    public static Authenticator ofAdmin(String password) {
        return new Authenticator(
                Map.of(password, Identity.admin()),
                Map.of(
                        "admin",
                        new Secret(password.getBytes(StandardCharsets.UTF_8), Identity.admin())));
    }

    /**
     * Who asks; anonymous where nothing was shown.
     *
     * @param certificate verified already against Weft's own authority
     * @param authorization the header field, empty for none
     * @throws ApiException with {@code Unauthorized} where what was shown is not known
     */
    public Identity identify(Optional<X509Certificate> certificate, String authorization) {
        if (!authorization.isEmpty()) {
            return byHeader(authorization);
        }
        return certificate.map(Authenticator::byCertificate).orElseGet(Identity::anonymous);
    }

    /** Whom a token is of, where it is of anyone. */
    public Optional<Identity> byToken(String token) {
        byte[] shown = token.getBytes(StandardCharsets.UTF_8);
        return tokens.entrySet().stream()
                .filter(it -> isEqual(shown, it.getKey().getBytes(StandardCharsets.UTF_8)))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private Identity byHeader(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(space, 0)).toLowerCase(Locale.ROOT);
        String rest = authorization.substring(space + 1).strip();
        return switch (scheme) {
            case "bearer" -> byToken(rest).orElseThrow(Authenticator::unauthorized);
            case "basic" -> byPassword(rest);
            default -> throw unauthorized();
        };
    }

    private Identity byPassword(String encoded) {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unauthorized();
        }
        int colon = text.indexOf(':');
        Secret secret = passwords.get(text.substring(0, Math.max(colon, 0)));
        byte[] shown = text.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
        if (secret == null || !isEqual(shown, secret.password())) {
            throw unauthorized();
        }
        return secret.identity();
    }

    private static Identity byCertificate(X509Certificate certificate) {
        String user = "";
        List<String> groups = new ArrayList<>();
        for (Rdn part : parts(certificate)) {
            switch (part.getType().toUpperCase(Locale.ROOT)) {
                case "CN" -> user = String.valueOf(part.getValue());
                case "O" -> groups.add(String.valueOf(part.getValue()));
                default -> {}
            }
        }
        if (user.isEmpty()) {
            throw unauthorized();
        }
        groups.add(Identity.AUTHENTICATED);
        return new Identity(user, groups);
    }

    private static List<Rdn> parts(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
        } catch (InvalidNameException e) {
            throw unauthorized();
        }
    }

    /** Compares in a time that says nothing about where they differ. */
    private static boolean isEqual(byte[] shown, byte[] known) {
        return MessageDigest.isEqual(shown, known);
    }

    private static ApiException unauthorized() {
        return new ApiException(Reason.UNAUTHORIZED, "Unauthorized");
    }
}
