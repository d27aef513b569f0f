package dev.weft.app.data;

import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.foundation.file.PrivateFile;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What the first start makes and later starts find: the authority, the API's certificate, the
 * admin's certificate, and the admin's password for faces that know no certificates. Immutable.
 *
 * @param adminPassword for basic authentication, as user admin
 */
public record Credentials(
        Authority authority, Identity server, Identity admin, String adminPassword) {
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration LEAF_VALIDITY = Duration.ofDays(365);

    /** Loads what is there and makes what is missing or about to expire. */
    public static Credentials open(Path data, InetAddress api, Clock clock) throws IOException {
        var random = new SecureRandom();
        var folder = new CertificateFolder(data.resolve("pki"), clock);
        Authority authority =
                folder.authority(
                        () -> Authority.create("weft", AUTHORITY_VALIDITY, clock, random), random);
        SubjectNames names = names(api);
        Identity server =
                folder.leaf(
                        "api",
                        authority,
                        names,
                        () -> authority.issueServer("weft-api", names, LEAF_VALIDITY));
        Identity admin =
                folder.leaf(
                        "admin",
                        authority,
                        new SubjectNames(List.of(), List.of()),
                        () ->
                                authority.issueClient(
                                        "admin", List.of("system:masters"), LEAF_VALIDITY));
        return new Credentials(authority, server, admin, password(data, random));
    }

    public static Path passwordFile(Path data) {
        return data.resolve("admin-password");
    }

    /** Writes the kubeconfig with which a kubectl is the admin. */
    public void writeKubeconfig(Path file, String server) throws IOException {
        String text =
                Kubeconfig.admin(
                                server,
                                authority.certificatePem(),
                                admin.chainPem(),
                                admin.keyPem())
                        .write();
        PrivateFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return "Credentials[" + admin + "]";
    }

    /** All of loopback's names, those of Kubernetes' own service, and where the API listens. */
    private static SubjectNames names(InetAddress api) {
        SubjectNames loopback = SubjectNames.loopback();
        var addresses = new LinkedHashSet<>(loopback.addresses());
        if (!api.isAnyLocalAddress()) {
            addresses.add(api);
        }
        var dns = new LinkedHashSet<>(loopback.dns());
        dns.addAll(List.of("kubernetes", "kubernetes.default", "kubernetes.default.svc", "weft"));
        return new SubjectNames(List.copyOf(dns), List.copyOf(addresses));
    }

    private static String password(Path data, SecureRandom random) throws IOException {
        Path file = passwordFile(data);
        if (Files.exists(file)) {
            String kept = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (!kept.isEmpty()) {
                return kept;
            }
        }
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        String made = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        PrivateFile.write(file, made.getBytes(StandardCharsets.US_ASCII));
        return made;
    }
}
