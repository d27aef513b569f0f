import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * An origin of known capacity, for goodput.py: PERMITS requests at work at once, MILLIS each; more
 * wait as long as they like, as in a server with too many threads. {@code Slow PORTS PERMITS MILLIS}
 */
final class Slow {
    private Slow() {}

    public static void main(String[] words) throws Exception {
        int millis = Integer.parseInt(words[2]);
        for (String port : words[0].split(",")) {
            var permits = new Semaphore(Integer.parseInt(words[1]));
            var listening = new ServerSocket(Integer.parseInt(port), 4096, InetAddress.getLoopbackAddress());
            Thread.ofPlatform()
                    .start(
                            () -> {
                                while (true) {
                                    try {
                                        Socket caller = listening.accept();
                                        Thread.startVirtualThread(() -> serve(caller, permits, millis));
                                    } catch (IOException e) {
                                        return;
                                    }
                                }
                            });
        }
        System.out.println("ready");
        Thread.currentThread().join();
    }

    private static void serve(Socket caller, Semaphore permits, int millis) {
        byte[] answer =
                ("HTTP/1.1 200 OK\r\nContent-Length: 128\r\nx-backend: stable\r\n\r\n" + "w".repeat(128))
                        .getBytes(StandardCharsets.US_ASCII);
        try (caller) {
            caller.setTcpNoDelay(true);
            var in = new BufferedInputStream(caller.getInputStream(), 4096);
            while (head(in)) {
                permits.acquire();
                try {
                    Thread.sleep(millis);
                } finally {
                    permits.release();
                }
                caller.getOutputStream().write(answer);
            }
        } catch (IOException | InterruptedException e) {
            // the caller has gone
        }
    }

    private static boolean head(BufferedInputStream in) throws IOException {
        int seen = 0;
        for (int one = in.read(); one >= 0; one = in.read()) {
            seen = one == '\n' ? seen + 1 : one == '\r' ? seen : 0;
            if (seen == 2) {
                return true;
            }
        }
        return false;
    }
}
