package dev.weft.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;

/** Ports of this machine that nobody used a moment ago. Any thread. */
public final class FreePorts {
    private FreePorts() {}

    public static int one() throws IOException {
        return some(1)[0];
    }

    /** So many, each another one. */
    public static int[] some(int count) throws IOException {
        var held = new ArrayList<ServerSocket>();
        try {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0));
                ports[i] = held.get(i).getLocalPort();
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
