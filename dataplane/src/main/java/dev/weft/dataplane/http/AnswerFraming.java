package dev.weft.dataplane.http;

import dev.weft.dataplane.service.Chunk;
import org.jspecify.annotations.Nullable;

/** Where the answer at work ends, in HTTP/1's terms, and its bytes. Its event loop. */
final class AnswerFraming {
    /** How the end of the answer is told. */
    private enum Ending {
        NO_BODY,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    private static final byte[] CHUNKED_LINE = Head.ascii("transfer-encoding: chunked\r\n");

    private Ending ending = Ending.NO_BODY;
    private long left;

    /**
     * Chooses how the end is told, and says so in the head.
     *
     * @return whether only closing the connection tells it
     */
    boolean choose(Head request, Head answer) {
        boolean bodiless = request.methodIs("HEAD") || answer.status == 304;
        answer.drop(FieldName.TRANSFER_ENCODING);
        if (answer.status == 204 || answer.status < 200) {
            bodiless = true;
            answer.drop(FieldName.CONTENT_LENGTH);
        }
        if (bodiless) {
            ending = Ending.NO_BODY;
        } else if (answer.contentLength >= 0) {
            ending = Ending.LENGTH;
            left = answer.contentLength;
        } else if (request.version == 11) {
            ending = Ending.CHUNKED;
            answer.addLine(CHUNKED_LINE, "transfer-encoding".length());
        } else {
            ending = Ending.CLOSE;
        }
        return ending == Ending.CLOSE;
    }

    /** What follows is passed as it is. */
    void tunnel() {
        ending = Ending.CLOSE;
    }

    /** Returns false when there is more than was said, and nothing was written. */
    boolean bytes(Outgoing out, Chunk chunk) {
        switch (ending) {
            case NO_BODY -> {}
            case CHUNKED -> out.framed(chunk);
            case CLOSE -> out.chunk(chunk);
            case LENGTH -> {
                left -= chunk.length();
                if (left < 0) {
                    return false;
                }
                out.chunk(chunk);
            }
        }
        return true;
    }

    /** Returns false when there is less than was said. */
    boolean end(Outgoing out, @Nullable Head trailers) {
        if (ending == Ending.LENGTH && left > 0) {
            return false;
        }
        if (ending == Ending.CHUNKED) {
            Trailers.end(out, trailers);
        }
        return true;
    }
}
