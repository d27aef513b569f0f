package dev.weft.foundation.certificate;

import org.jspecify.annotations.Nullable;

/** A key or certificate that cannot be read, or that the JDK refused to make. */
public final class CertificateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CertificateException(String message) {
        super(message);
    }

    CertificateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
