package dev.weft.dialects.openfaas;

/** A refusal by the face: the status that OpenFaaS' clients expect, and why, in one sentence. */
final class FaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String cause;

    /**
     * @param cause one hyphenated word, the value of {@code weft-cause}
     */
    FaceException(int status, String cause, String message) {
        super(message, null, false, true);
        this.status = status;
        this.cause = cause;
    }

    int status() {
        return status;
    }

    String causeWord() {
        return cause;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }

    static FaceException bad(String message) {
        return new FaceException(400, "bad-request", message);
    }

    static FaceException notFound(String cause, String message) {
        return new FaceException(404, cause, message);
    }
}
