import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * An open-loop generator: requests are due at fixed moments whatever the answers do, and each is
 * timed from the moment at which it was due. Commands come line by line, so that it stays warm:
 *
 * <pre>
 * session NAME PORT PATH CONNECTIONS HOST   opens connections that stay open between slices
 * slice NAME RATE MILLIS                    sends for so long; what came back is added up
 * report NAME DEADLINE                      one JSON line with what happened since the last report
 * end NAME                                  closes a session
 * idle PORT PATH COUNT                      opens, carries one request on each, keeps them open
 * release                                   closes what idle opened
 * </pre>
 *
 * Every answer is checked: 200, the origin's own header, the length of the body.
 */
final class Load {
    static final int HEADS = 1000;
    static final int BODY = 128;
    static final byte[] FROM = "x-backend: ".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

    private Load() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Session> sessions = new HashMap<>();
        List<SocketChannel> kept = new ArrayList<>();
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            String answer = "{}";
            try {
                switch (words[0]) {
                    case "session" ->
                            sessions.put(
                                    words[1],
                                    new Session(
                                            Integer.parseInt(words[2]),
                                            heads(words[3], words[5]),
                                            Integer.parseInt(words[4])));
                    case "slice" ->
                            sessions.get(words[1])
                                    .slice(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
                    case "report" ->
                            answer = sessions.get(words[1]).report(Integer.parseInt(words[2]));
                    case "end" -> sessions.remove(words[1]).close();
                    case "idle" -> answer = idle(words, kept);
                    case "release" -> {
                        for (SocketChannel channel : kept) {
                            channel.close();
                        }
                        kept.clear();
                    }
                    default -> answer = "{\"error\": \"what is " + words[0] + "?\"}";
                }
            } catch (IOException e) {
                answer = "{\"error\": \"" + e.toString().replace('"', '\'') + "\"}";
            }
            System.out.println(answer);
        }
    }

    /** 1,000 heads of 12 to 20 fields, the same in every run. */
    static byte[][] heads(String path, String host) {
        var random = new Random(42);
        var heads = new byte[HEADS][];
        for (int i = 0; i < HEADS; i++) {
            var head = new StringBuilder("GET " + path + "?item=" + i + " HTTP/1.1\r\n");
            head.append("Host: ").append(host).append("\r\n");
            head.append("User-Agent: load/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n");
            head.append("Accept-Language: en\r\nCache-Control: no-cache\r\n");
            head.append("Cookie: session=").append(Long.toHexString(random.nextLong())).append("\r\n");
            int more = 5 + random.nextInt(9);
            for (int field = 0; field < more; field++) {
                head.append("X-Field-").append(field).append(": ");
                head.append(Long.toString(random.nextLong() >>> 1, 36)).append("\r\n");
            }
            heads[i] = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        }
        return heads;
    }

    static SocketChannel connect(int port) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    static int headLength(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    /** Where the value of a field begins; names are compared without regard to case. */
    static int find(byte[] bytes, int head, byte[] name) {
        for (int i = 0; i < head - name.length; i++) {
            if (bytes[i] == '\n') {
                int k = 0;
                while (k < name.length && (bytes[i + 1 + k] | 0x20) == (name[k] | 0x20)) {
                    k++;
                }
                if (k == name.length) {
                    return i + 1 + k;
                }
            }
        }
        return -1;
    }

    static int contentLength(byte[] bytes, int head) {
        int at = find(bytes, head, LENGTH);
        int length = 0;
        while (at >= 0 && bytes[at] >= '0' && bytes[at] <= '9') {
            length = length * 10 + bytes[at++] - '0';
        }
        return length;
    }

    static String idle(String[] words, List<SocketChannel> kept) throws IOException {
        byte[][] heads = heads(words[2], "bench.default");
        int count = Integer.parseInt(words[3]);
        byte[] some = new byte[16 * 1024];
        for (int i = 0; i < count; i++) {
            SocketChannel channel = connect(Integer.parseInt(words[1]));
            channel.write(ByteBuffer.wrap(heads[i % HEADS]));
            int length = 0;
            int head = -1;
            var in = ByteBuffer.wrap(some);
            while (head < 0 || length < head + contentLength(some, head)) {
                in.clear().position(length);
                int got = channel.read(in);
                if (got < 0) {
                    throw new IOException("closed after " + kept.size());
                }
                length += got;
                head = headLength(some, length);
            }
            kept.add(channel);
        }
        return "{\"open\": " + kept.size() + "}";
    }
}
