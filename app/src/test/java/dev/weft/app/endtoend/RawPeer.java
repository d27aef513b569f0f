package dev.weft.app.endtoend;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server of bytes behind the platform, in the test's own process. */
final class RawPeer implements Closeable {
    private final ServerSocket listener;
    private final Talk talk;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** What is said on a connection, until it returns. */
    interface Talk {
        void with(InputStream in, OutputStream out) throws IOException;
    }

    RawPeer(Talk talk) throws IOException {
        this.talk = talk;
        this.listener = new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().name("raw peer").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            talk.with(socket.getInputStream(), socket.getOutputStream());
        } catch (IOException e) {
            // The platform has hung up, as it may.
        } finally {
            open.remove(socket);
        }
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
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
