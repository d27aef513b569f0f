package dev.weft.foundation.certificate;

import dev.weft.foundation.certificate.X509Writer.Content;
import dev.weft.foundation.certificate.X509Writer.Use;
import dev.weft.foundation.time.Clock;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A certificate authority of one's own, with P-256 keys throughout: clients that are given its
 * certificate trust what it issues, and nobody else does. Any thread.
 */
public final class Authority {
    /** Machines whose clock is a little behind must accept a certificate that was just made. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final SubjectNames NO_NAMES = new SubjectNames(List.of(), List.of());

    private final Identity self;
    private final Clock clock;
    private final SecureRandom random;

    private Authority(Identity self, Clock clock, SecureRandom random) {
        this.self = self;
        this.clock = clock;
        this.random = random;
    }

    /** Makes a new key and a certificate over itself. */
    public static Authority create(
            String commonName, Duration validity, Clock clock, SecureRandom random) {
        KeyPair pair = newPair(random);
        Content content =
                content(commonName, List.of(), validity, Use.AUTHORITY, NO_NAMES, clock, random);
        X509Certificate certificate =
                X509Writer.selfSigned(content, pair.getPublic(), pair.getPrivate());
        return new Authority(new Identity(pair.getPrivate(), List.of(certificate)), clock, random);
    }

    /** An authority that was saved before. */
    public static Authority load(
            Path keyFile, Path certificateFile, Clock clock, SecureRandom random) {
        Identity self = Identity.load(keyFile, certificateFile);
        if (self.certificate().getBasicConstraints() < 0) {
            throw new CertificateException(
                    certificateFile + ": not an authority's certificate (basic constraints)");
        }
        return new Authority(self, clock, random);
    }

    public void save(Path keyFile, Path certificateFile) {
        self.save(keyFile, certificateFile);
    }

    /** What clients need to trust what this authority issues. */
    public X509Certificate certificate() {
        return self.certificate();
    }

    public String certificatePem() {
        return self.chainPem();
    }

    /** A certificate with which a server can be reached under these names. */
    public Identity issueServer(String commonName, SubjectNames names, Duration validity) {
        return issue(commonName, List.of(), validity, Use.SERVER, names);
    }

    /**
     * A certificate with which a client says who it is.
     *
     * @param organizations a Kubernetes API reads them as the user's groups
     */
    public Identity issueClient(String commonName, List<String> organizations, Duration validity) {
        return issue(commonName, organizations, validity, Use.CLIENT, NO_NAMES);
    }

    /** A certificate for who both calls and is called: a workload of a mesh. */
    public Identity issuePeer(String commonName, SubjectNames names, Duration validity) {
        return issue(commonName, List.of(), validity, Use.PEER, names);
    }

    private Identity issue(
            String commonName,
            List<String> organizations,
            Duration validity,
            Use use,
            SubjectNames names) {
        KeyPair pair = newPair(random);
        Content content = content(commonName, organizations, validity, use, names, clock, random);
        X509Certificate certificate =
                X509Writer.issued(content, pair.getPublic(), self.certificate(), self.key());
        return new Identity(pair.getPrivate(), List.of(certificate));
    }

    private static Content content(
            String commonName,
            List<String> organizations,
            Duration validity,
            Use use,
            SubjectNames names,
            Clock clock,
            SecureRandom random) {
        Instant now = clock.now().truncatedTo(ChronoUnit.SECONDS);
        return new Content(
                newSerial(random),
                commonName,
                List.copyOf(organizations),
                now.minus(BACKDATED),
                now.plus(validity),
                use,
                names);
    }

    /** 127 random bits, never zero. */
    private static BigInteger newSerial(SecureRandom random) {
        return new BigInteger(126, random).setBit(126);
    }

    private static KeyPair newPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new CertificateException("this JDK makes no P-256 keys", e);
        }
    }
}
