package dev.weft.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of this machine that nobody used a moment ago. They lie below those that systems give to
 * connections and to whoever asks for any port, so that none of these takes one of them before it
 * is used. Any thread.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 1000;

    private FreePorts() {}

    public static int one() throws IOException {
        return some(1)[0];
    }

    /** So many, each another one. */
    public static int[] some(int count) throws IOException {
        var held = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < TRIES && held.size() < count; i++) {
                try {
                    held.add(new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST, LAST)));
                } catch (BindException e) {
                    // In use: another one.
                }
            }
            if (held.size() < count) {
                throw new IOException("ports: no " + count + " are free below " + LAST);
            }
            return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
