package dev.weft.dataplane.http2;

import dev.weft.dataplane.route.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server of HTTP/2 in clear behind the proxy that does exactly what a test says. */
public final class RawOrigin implements AutoCloseable {
    /** What is done on each connection, after its preface was read. */
    public interface Script {
        void run(RawPeer peer) throws IOException;
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread accepting;
    private volatile int accepted;

    private RawOrigin(ServerSocket server, Script script) {
        this.server = server;
        accepting = Thread.ofVirtual().name("h2-origin").start(() -> accept(script));
    }

    public static RawOrigin start(Script script) throws IOException {
        return new RawOrigin(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), script);
    }

    /** Answers every request with a text, once its end has come. */
    public static RawOrigin named(String name) throws IOException {
        return start(
                peer -> {
                    peer.settings();
                    RawPeer.Frame request;
                    while ((request = peer.request()) != null) {
                        peer.headers(request.stream(), false, ":status", "200", "x-name", name);
                        peer.data(request.stream(), true, name);
                    }
                });
    }

    private void accept(Script script) {
        while (true) {
            try {
                Socket socket = server.accept();
                accepted++;
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, script));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            var peer = new RawPeer(socket);
            peer.skip(RawPeer.PREFACE.length);
            script.run(peer);
        } catch (IOException e) {
            // the other end has gone: what the test looks at is there
        } finally {
            open.remove(socket);
        }
    }

    public Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    public int accepted() {
        return accepted;
    }

    public int open() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
