package dev.weft.app.endtoend;

import dev.weft.testkit.Accepting;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A server of bytes behind the platform, in the test's own process. */
final class RawPeer implements Closeable {
    private final Accepting accepting;

    /** What is said on a connection, until it returns. */
    interface Talk {
        void with(InputStream in, OutputStream out) throws IOException;
    }

    RawPeer(Talk talk) throws IOException {
        this.accepting =
                Accepting.start(
                        "raw",
                        socket -> talk.with(socket.getInputStream(), socket.getOutputStream()));
    }

    int port() {
        return accepting.port();
    }

    /** Reads up to the empty line. */
    static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the connection has ended");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        accepting.close();
    }
}
