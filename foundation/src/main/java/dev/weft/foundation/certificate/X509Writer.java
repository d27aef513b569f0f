package dev.weft.foundation.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes and signs one version 3 certificate (RFC 5280). Any thread. */
final class X509Writer {
    private static final byte[] ECDSA_WITH_SHA256 =
            Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));

    /** What a certificate may be used for, with the identifier of that use. */
    enum Use {
        AUTHORITY,
        SERVER("1.3.6.1.5.5.7.3.1"),
        CLIENT("1.3.6.1.5.5.7.3.2"),
        PEER("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

        private final List<String> extended;

        Use(String... extended) {
            this.extended = List.of(extended);
        }

        byte[] extension() {
            return Der.sequence(extended.stream().map(Der::identifier).toArray(byte[][]::new));
        }
    }

    /** Everything that stands in a certificate beside the keys. */
    record Content(
            BigInteger serial,
            String commonName,
            List<String> organizations,
            Instant notBefore,
            Instant notAfter,
            Use use,
            SubjectNames names) {
        byte[] subject() {
            var parts = new ArrayList<byte[]>();
            for (String organization : organizations) {
                parts.add(nameAttribute("2.5.4.10", organization));
            }
            parts.add(nameAttribute("2.5.4.3", commonName));
            return Der.sequence(parts.toArray(byte[][]::new));
        }
    }

    private X509Writer() {}

    /** A certificate over a key of its own. */
    static X509Certificate selfSigned(Content content, PublicKey key, PrivateKey signer) {
        return sign(content, key, content.subject(), key, signer);
    }

    /** A certificate signed by another's key. */
    static X509Certificate issued(
            Content content, PublicKey key, X509Certificate issuer, PrivateKey signer) {
        return sign(
                content,
                key,
                issuer.getSubjectX500Principal().getEncoded(),
                issuer.getPublicKey(),
                signer);
    }

    private static X509Certificate sign(
            Content content, PublicKey key, byte[] issuer, PublicKey issuerKey, PrivateKey signer) {
        byte[] signed =
                Der.sequence(
                        Der.tagged(0, Der.integer(BigInteger.TWO)),
                        Der.integer(content.serial()),
                        ECDSA_WITH_SHA256,
                        issuer,
                        Der.sequence(Der.time(content.notBefore()), Der.time(content.notAfter())),
                        content.subject(),
                        key.getEncoded(),
                        Der.tagged(3, extensions(content, key, issuerKey)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(signed);
            byte[] der = Der.sequence(signed, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificate cannot be signed", e);
        }
    }

    private static byte[] extensions(Content content, PublicKey key, PublicKey issuerKey) {
        var extensions = new ArrayList<byte[]>();
        boolean authority = content.use() == Use.AUTHORITY;
        extensions.add(
                critical(
                        "2.5.29.19",
                        authority
                                ? Der.sequence(Der.bool(true), Der.integer(BigInteger.ZERO))
                                : Der.sequence()));
        // digitalSignature is bit 0, keyCertSign 5, cRLSign 6
        extensions.add(
                critical("2.5.29.15", authority ? Der.namedBits(0, 5, 6) : Der.namedBits(0)));
        if (!authority) {
            extensions.add(extension("2.5.29.37", content.use().extension()));
        }
        extensions.add(extension("2.5.29.14", Der.octets(keyIdentifier(key))));
        extensions.add(
                extension("2.5.29.35", Der.sequence(Der.implicit(0, keyIdentifier(issuerKey)))));
        List<byte[]> names = alternativeNames(content.names());
        if (!names.isEmpty()) {
            extensions.add(extension("2.5.29.17", Der.sequence(names.toArray(byte[][]::new))));
        }
        return Der.sequence(extensions.toArray(byte[][]::new));
    }

    private static List<byte[]> alternativeNames(SubjectNames names) {
        var encoded = new ArrayList<byte[]>();
        for (String name : names.dns()) {
            encoded.add(Der.implicit(2, Der.ascii(name)));
        }
        for (String name : names.uris()) {
            encoded.add(Der.implicit(6, Der.ascii(name)));
        }
        for (InetAddress address : names.addresses()) {
            encoded.add(Der.implicit(7, address.getAddress()));
        }
        return encoded;
    }

    private static byte[] critical(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.bool(true), Der.octets(value));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    private static byte[] nameAttribute(String identifier, String value) {
        return Der.set(Der.sequence(Der.identifier(identifier), Der.text(value)));
    }

    /**
     * The first 160 bits of the SHA-256 of the point (RFC 7093). The point is the end of the
     * encoded key: for P-256 always 65 bytes.
     */
    private static byte[] keyIdentifier(PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(point), 20);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("SHA-256 is missing", e);
        }
    }
}
