package dev.weft.foundation.certificate;

import dev.weft.foundation.file.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as text, between BEGIN and END lines. Any thread. */
public final class Pem {
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    private Pem() {}

    public static String write(PrivateKey key) {
        return block(KEY, key.getEncoded());
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

    /** An unencrypted PKCS#8 key of an elliptic curve. */
    public static PrivateKey parseKey(String text) {
        List<byte[]> blocks = blocks(KEY, text);
        if (blocks.size() != 1) {
            throw new CertificateException(
                    "private keys in PEM: " + blocks.size() + " (expected: 1, PKCS#8)");
        }
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(blocks.getFirst()));
        } catch (GeneralSecurityException e) {
            throw new CertificateException("private key is not PKCS#8 of an elliptic curve", e);
        }
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
