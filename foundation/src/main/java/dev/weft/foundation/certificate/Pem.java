package dev.weft.foundation.certificate;

import dev.weft.foundation.file.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as text, between BEGIN and END lines. Any thread. */
public final class Pem {
    private static final String KEY = "PRIVATE KEY";
    private static final String EC_KEY = "EC PRIVATE KEY";
    private static final String RSA_KEY = "RSA PRIVATE KEY";
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final byte[] NULL = {5, 0};
    private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA");
    private static final List<String> OTHER_CURVES = List.of("1.3.132.0.34", "1.3.132.0.35");
    private static final String EC = "1.2.840.10045.2.1";
    private static final String P_256 = "1.2.840.10045.3.1.7";
    private static final int P_256_BYTES = 32;
    private static final String CERTIFICATE = "CERTIFICATE";

    private Pem() {}

    /**
     * A key of P-256 in the form of RFC 5915, whose first line tells what sort of key it is: some
     * clients take everything under the general title for RSA.
     */
    public static String write(PrivateKey key) {
        if (!(key instanceof ECPrivateKey curve)) {
            throw new CertificateException("key: " + key.getAlgorithm() + " (expected: EC)");
        }
        byte[] secret =
                Der.sequence(
                        Der.integer(BigInteger.ONE),
                        Der.octets(fixed(curve.getS())),
                        Der.tagged(0, Der.identifier(P_256)));
        return block(EC_KEY, secret);
    }

    public static String write(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new CertificateException("certificate cannot be encoded", e);
            }
        }
        return text.toString();
    }

    /**
     * An unencrypted key in PKCS#8, or in the older forms of its kind (RFC 5915 for elliptic
     * curves, PKCS#1 for RSA).
     */
    public static PrivateKey parseKey(String text) {
        List<byte[]> found = new ArrayList<>(blocks(KEY, text));
        blocks(EC_KEY, text).stream().map(Pem::wrappedCurve).forEach(found::add);
        blocks(RSA_KEY, text).stream()
                .map(key -> wrapped(Der.sequence(Der.identifier(RSA), NULL), key))
                .forEach(found::add);
        if (found.size() != 1) {
            throw new CertificateException(
                    "private keys in PEM: "
                            + found.size()
                            + " (expected: 1, not encrypted, of EC, RSA or PKCS#8)");
        }
        var spec = new PKCS8EncodedKeySpec(found.getFirst());
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                // of another kind
            }
        }
        throw new CertificateException(
                "private key is of no known kind (expected: EC, RSA, EdDSA)");
    }

    /** PKCS#8 is the other form with a label before it, which names the curve. */
    private static byte[] wrappedCurve(byte[] key) {
        byte[] curve = Der.identifier(P_256);
        for (String other : OTHER_CURVES) {
            if (contains(key, Der.identifier(other))) {
                curve = Der.identifier(other);
            }
        }
        return wrapped(Der.sequence(Der.identifier(EC), curve), key);
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] wrapped(byte[] label, byte[] key) {
        return Der.sequence(Der.integer(BigInteger.ZERO), label, Der.octets(key));
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[P_256_BYTES];
        int length = Math.min(bytes.length, P_256_BYTES);
        System.arraycopy(bytes, bytes.length - length, fixed, P_256_BYTES - length, length);
        return fixed;
    }

    public static List<X509Certificate> parseCertificates(String text) {
        var certificates = new ArrayList<X509Certificate>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : blocks(CERTIFICATE, text)) {
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificate is not X.509", e);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("certificates in PEM: 0 (expected: at least 1)");
        }
        return certificates;
    }

    static PrivateKey readKey(Path file) {
        try {
            return parseKey(read(file));
        } catch (CertificateException e) {
            throw new CertificateException(file + ": " + e.getMessage(), e);
        }
    }

    static List<X509Certificate> readCertificates(Path file) {
        try {
            return parseCertificates(read(file));
        } catch (CertificateException e) {
            throw new CertificateException(file + ": " + e.getMessage(), e);
        }
    }

    static void save(Path file, String text) {
        try {
            PrivateFile.write(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }

    private static List<byte[]> blocks(String label, String text) {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        var found = new ArrayList<byte[]>();
        int from = 0;
        while (true) {
            int start = text.indexOf(begin, from);
            if (start < 0) {
                return found;
            }
            int stop = text.indexOf(end, start);
            if (stop < 0) {
                throw new CertificateException("'" + begin + "' without '" + end + "'");
            }
            try {
                String body = text.substring(start + begin.length(), stop);
                found.add(Base64.getMimeDecoder().decode(body));
            } catch (IllegalArgumentException e) {
                throw new CertificateException(label + " block is not base64", e);
            }
            from = stop + end.length();
        }
    }
}
