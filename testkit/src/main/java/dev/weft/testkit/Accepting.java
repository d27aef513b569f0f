package dev.weft.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server in a test's own process: each connection has a virtual thread and what is said on it,
 * until either end closes. Any thread.
 */
public final class Accepting implements Closeable {
    /** What is done with a connection; it is closed afterwards. */
    public interface Talk {
        void with(Socket socket) throws IOException;
    }

    private final ServerSocket listener;
    private final Talk talk;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Accepting(ServerSocket listener, Talk talk) {
        this.listener = listener;
        this.talk = talk;
    }

    /** On a port of loopback that is free. */
    public static Accepting start(String name, Talk talk) throws IOException {
        return start(name, new ServerSocket(0, 1024, InetAddress.ofLiteral("127.0.0.1")), talk);
    }

    /**
     * @param name for whoever looks at threads
     * @param listener closed with this
     */
    public static Accepting start(String name, ServerSocket listener, Talk talk) {
        var accepting = new Accepting(listener, talk);
        Thread.ofVirtual().name("peer " + name).start(accepting::accept);
        return accepting;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections are open. */
    public int open() {
        return open.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or a handshake that came to nothing.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            talk.with(socket);
        } catch (IOException e) {
            // The other end has hung up, as it may.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
