package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Problem;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.World;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Whether Secrets and ConfigMaps hold the certificates that listeners and policies name. Pure. */
final class Certificates {
    private Certificates() {}

    /** What is wrong with the certificates of a listener. */
    static List<Problem> ofListener(Door door, World world) {
        var problems = new ArrayList<>(shownTo(door, world));
        problems.addAll(authorities(door, world));
        return problems;
    }

    /** Why a listener has no certificate to show, where all that it names are no good. */
    static Optional<Problem> noneToShow(Door door, World world) {
        List<Problem> problems = shownTo(door, world);
        int named = door.tree().array("tls", "certificateRefs").size();
        return problems.size() < Math.max(1, named)
                ? Optional.empty()
                : RouteStatus.joined(problems);
    }

    /** Why no client can be let in, where all authorities that a listener names are no good. */
    static Optional<Problem> noAuthority(Door door, World world) {
        List<Problem> problems = authorities(door, world);
        int named = door.clientValidation().array("caCertificateRefs").size();
        return problems.isEmpty() || problems.size() < named
                ? Optional.empty()
                : RouteStatus.joined(problems)
                        .map(it -> new Problem("NoValidCACertificate", it.message()));
    }

    private static List<Problem> shownTo(Door door, World world) {
        var problems = new ArrayList<Problem>();
        if (!door.endsTls()) {
            return problems;
        }
        List<JsonObject> refs = door.tree().array("tls", "certificateRefs").objects();
        if (refs.isEmpty()) {
            problems.add(
                    new Problem(
                            "InvalidCertificateRef", "tls.certificateRefs: none (expected: one)"));
        }
        int index = 0;
        for (JsonObject ref : refs) {
            String at = "tls.certificateRefs[" + index++ + "]";
            ofSecret(door, ref, at, world).ifPresent(problems::add);
        }
        return problems;
    }

    private static List<Problem> authorities(Door door, World world) {
        var problems = new ArrayList<Problem>();
        JsonObject clients = door.endsTls() ? door.clientValidation() : JsonObject.empty();
        int index = 0;
        for (JsonObject ref : clients.array("caCertificateRefs").objects()) {
            String at = "validation.caCertificateRefs[" + index++ + "]";
            ofAuthority(door, ref, at, world).ifPresent(problems::add);
        }
        return problems;
    }

    /** What is wrong with the certificate that a Gateway shows to endpoints. */
    static Optional<Problem> shown(Resource gateway, World world) {
        var door = new Door(gateway, JsonObject.empty());
        return Door.shown(gateway)
                .flatMap(it -> ofSecret(door, it, "tls.backend.clientCertificateRef", world))
                .map(
                        it ->
                                it.reason().equals("RefNotPermitted")
                                        ? it
                                        : new Problem("InvalidClientCertificateRef", it.message()));
    }

    private static Optional<Problem> ofSecret(Door door, JsonObject ref, String at, World world) {
        if (!Words.isKind(ref, "Secret")) {
            return invalid(
                    "InvalidCertificateRef", at + ": " + kind(ref) + " (expected: a Secret)");
        }
        Key key = door.key(ref);
        if (!door.mayName("Secret", key, world)) {
            return invalid(
                    "RefNotPermitted",
                    "%s: no ReferenceGrant in namespace %s lets a Gateway of namespace %s name Secret %s"
                            .formatted(
                                    at, key.namespace(), door.gateway().namespace(), key.name()));
        }
        Optional<Resource> secret = world.find(Types.SECRET, key);
        if (secret.isEmpty()) {
            return invalid("InvalidCertificateRef", at + ": there is no Secret " + key);
        }
        String chain = decoded(secret.get().tree().text("data", "tls.crt").orElse(""));
        String secretKey = decoded(secret.get().tree().text("data", "tls.key").orElse(""));
        if (!holdsCertificate(chain)) {
            return invalid(
                    "InvalidCertificateRef",
                    "%s: tls.crt of Secret %s holds no certificate in PEM".formatted(at, key));
        }
        return secretKey.contains("PRIVATE KEY-----")
                ? Optional.empty()
                : invalid(
                        "InvalidCertificateRef",
                        "%s: tls.key of Secret %s holds no private key in PEM".formatted(at, key));
    }

    private static Optional<Problem> ofAuthority(
            Door door, JsonObject ref, String at, World world) {
        if (!Words.isKind(ref, "ConfigMap")) {
            return invalid(
                    "InvalidCACertificateKind", at + ": " + kind(ref) + " (expected: a ConfigMap)");
        }
        Key key = door.key(ref);
        if (!door.mayName("ConfigMap", key, world)) {
            return invalid(
                    "RefNotPermitted",
                    "%s: no ReferenceGrant in namespace %s lets a Gateway of namespace %s name it"
                            .formatted(at, key.namespace(), door.gateway().namespace()));
        }
        return authority(key, at, world).map(it -> new Problem("InvalidCACertificateRef", it));
    }

    /** What is wrong with a ConfigMap that is to hold an authority. */
    static Optional<String> authority(Key key, String at, World world) {
        Optional<Resource> map = world.find(Types.CONFIG_MAP, key);
        if (map.isEmpty()) {
            return Optional.of(at + ": there is no ConfigMap " + key);
        }
        return holdsCertificate(map.get().tree().text("data", "ca.crt").orElse(""))
                ? Optional.empty()
                : Optional.of(
                        "%s: ca.crt of ConfigMap %s holds no certificate in PEM"
                                .formatted(at, key));
    }

    private static String kind(JsonObject ref) {
        return ref.text("kind").orElse("");
    }

    private static Optional<Problem> invalid(String reason, String message) {
        return Optional.of(new Problem(reason, message));
    }

    private static boolean holdsCertificate(String pem) {
        if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
            return false;
        }
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
