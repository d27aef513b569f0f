package dev.weft.app.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the head of an answer and finds its body's end. The thread of the connection. */
final class ReplyReader {
    private static final int LINE_MAX = 64 * 1024;

    private ReplyReader() {}

    static Reply read(InputStream in) throws IOException {
        String line = line(in);
        String[] parts = line.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
            throw new IOException("the answer begins with '" + line + "' (expected: HTTP/1.1)");
        }
        int status = Integer.parseInt(parts[1]);
        List<String> warnings = new ArrayList<>();
        boolean closes = false;
        boolean chunked = false;
        long length = -1;
        while (!(line = line(in)).isEmpty()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            switch (name) {
                case "warning" -> warnings.add(text(value));
                case "connection" -> closes = value.equalsIgnoreCase("close");
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "content-length" -> length = Long.parseLong(value);
                default -> {}
            }
        }
        if (status < 200) {
            return read(in);
        }
        InputStream body =
                chunked ? new ChunkedBody(in) : length >= 0 ? new SizedBody(in, length) : in;
        return new Reply(status, warnings, closes || (!chunked && length < 0), body);
    }

    /** The text of a warning header: {@code 299 - "text"}. */
    private static String text(String value) {
        int first = value.indexOf('"');
        int last = value.lastIndexOf('"');
        return first >= 0 && last > first
                ? value.substring(first + 1, last).replace("\\\"", "\"").replace("\\\\", "\\")
                : value;
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream(80);
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended within an answer's head");
            }
            if (next == '\n') {
                String line = bytes.toString(StandardCharsets.UTF_8);
                return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            }
            if (bytes.size() == LINE_MAX) {
                throw new IOException("a line of an answer is longer than " + LINE_MAX);
            }
            bytes.write(next);
        }
    }

    /** A body of known length. */
    private static final class SizedBody extends InputStream {
        private final InputStream in;
        private long left;

        SizedBody(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int got = in.read(into, from, (int) Math.min(count, left));
            if (got < 0) {
                throw new EOFException("the answer was cut short: " + left + " bytes are missing");
            }
            left -= got;
            return got;
        }
    }

    /** A body in pieces, each behind its length. */
    private static final class ChunkedBody extends InputStream {
        private final InputStream in;
        private long left;
        private boolean begun;
        private boolean ended;

        ChunkedBody(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            if (left == 0 && !ended) {
                next();
            }
            if (ended) {
                return -1;
            }
            int got = in.read(into, from, (int) Math.min(count, left));
            if (got < 0) {
                throw new EOFException("the answer was cut short within a piece");
            }
            left -= got;
            return got;
        }

        private void next() throws IOException {
            if (begun) {
                line(in); // the line end behind the piece before
            }
            begun = true;
            String size = line(in);
            int extension = size.indexOf(';');
            left =
                    Long.parseLong(
                            (extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (left == 0) {
                ended = true;
                while (!line(in).isEmpty()) {
                    // trailers say nothing that is used here
                }
            }
        }
    }
}
