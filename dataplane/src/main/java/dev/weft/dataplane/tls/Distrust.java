package dev.weft.dataplane.tls;

import java.io.Serial;
import java.security.cert.CertificateException;

/** Why a certificate is not believed: its message says what was seen, and what was expected. */
final class Distrust extends CertificateException {
    @Serial private static final long serialVersionUID = 1;

    Distrust(String message, Throwable cause) {
        super(message, cause);
    }

    Distrust(String message) {
        super(message);
    }
}
