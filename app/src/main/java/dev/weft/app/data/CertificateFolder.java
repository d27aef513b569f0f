package dev.weft.app.data;

import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.foundation.file.PrivateFile;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keys and certificates in a folder: what is there and still good is loaded, the rest is made. The
 * thread that starts the platform.
 */
final class CertificateFolder {
    /** Certificates that end sooner are made anew, so that none expires while it is in use. */
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

    private static final String SUBJECT_KEY = "2.5.29.14";
    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final int KEY_IDENTIFIER_BYTES = 20;

    private final Path folder;
    private final Clock clock;

    CertificateFolder(Path folder, Clock clock) throws IOException {
        PrivateFile.makeDirectory(folder);
        this.folder = folder;
        this.clock = clock;
    }

    Authority authority(Supplier<Authority> making, SecureRandom random) {
        if (Files.exists(key("ca")) && Files.exists(certificate("ca"))) {
            Authority kept = Authority.load(key("ca"), certificate("ca"), clock, random);
            if (lasts(kept.certificate())) {
                return kept;
            }
        }
        Authority made = making.get();
        made.save(key("ca"), certificate("ca"));
        return made;
    }

    /** What the authority issued under that name, where it has these names and will last. */
    Identity leaf(String name, Authority authority, SubjectNames names, Supplier<Identity> making) {
        if (Files.exists(key(name)) && Files.exists(certificate(name))) {
            Identity kept = Identity.load(key(name), certificate(name));
            if (lasts(kept.certificate())
                    && issuedBy(authority, kept.certificate())
                    && covers(kept.certificate(), names)) {
                return kept;
            }
        }
        Identity made = making.get();
        made.save(key(name), certificate(name));
        return made;
    }

    private boolean lasts(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().isAfter(clock.now().plus(RENEWED_BEFORE));
    }

    /** By the key identifiers, which is enough to notice an authority that was made anew. */
    private static boolean issuedBy(Authority authority, X509Certificate leaf) {
        return tail(authority.certificate(), SUBJECT_KEY).equals(tail(leaf, AUTHORITY_KEY));
    }

    private static List<Byte> tail(X509Certificate certificate, String extension) {
        byte[] value = certificate.getExtensionValue(extension);
        var bytes = new java.util.ArrayList<Byte>();
        if (value != null) {
            for (int i = Math.max(0, value.length - KEY_IDENTIFIER_BYTES); i < value.length; i++) {
                bytes.add(value[i]);
            }
        }
        return bytes;
    }

    private static boolean covers(X509Certificate certificate, SubjectNames names) {
        Set<Object> present = new HashSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> entry : alternatives) {
                    present.add(entry.get(1));
                }
            }
        } catch (CertificateParsingException e) {
            return false;
        }
        for (InetAddress address : names.addresses()) {
            if (!present.contains(address.getHostAddress())) {
                return false;
            }
        }
        return present.containsAll(names.dns());
    }

    private Path key(String name) {
        return folder.resolve(name + ".key");
    }

    private Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }
}
