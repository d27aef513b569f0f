import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
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
 * origin PORT EACH                          serves two groups of so many ports from here on, see Origin
 * session NAME PORT PATH CONNECTIONS HOST [proxied]
 *                                           opens connections that stay open between slices; proxied: with
 *                                           the fields that a proxy adds, to go without one
 * slice NAME RATE MILLIS [LEAD [spin]]      sends for so long; what came back is added up, but for the times of
 *                                           the first LEAD milliseconds; spin: never sleeps meanwhile
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
    static final byte[] FROM = Http.ascii("x-backend: ");
    static final byte[] LENGTH = Http.ascii("content-length: ");

    private final Loop loop = new Loop();
    private final Map<String, Session> sessions = new HashMap<>();
    private final List<SocketChannel> kept = new ArrayList<>();
    private final ArrayDeque<String> commands = new ArrayDeque<>();
    private final MemorySegment input = Arena.global().allocate(4096);
    private String begun = "";
    private boolean over;

    private Load() throws IOException {}

    public static void main(String[] arguments) throws Exception {
        new Load().serve();
    }

    /** Commands are read on the loop as everything is: an origin answers between them too. */
    private void serve() throws IOException {
        loop.watch(0, this::read);
        System.out.println("ready");
        while (!over || !commands.isEmpty()) {
            if (commands.isEmpty()) {
                loop.turn(-1);
                continue;
            }
            try {
                System.out.println(answer(commands.poll().split(" ")));
            } catch (IOException | RuntimeException e) {
                System.out.println("{\"error\": \"" + e.toString().replace('"', '\'') + "\"}");
            }
        }
    }

    private void read() throws IOException {
        int got = Kernel.read(0, input);
        if (got == 0) {
            over = true;
            loop.close(0);
            return;
        }
        begun += new String(input.asSlice(0, got).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        for (int end = begun.indexOf('\n'); end >= 0; end = begun.indexOf('\n')) {
            commands.add(begun.substring(0, end));
            begun = begun.substring(end + 1);
        }
    }

    private String answer(String[] words) throws IOException {
        switch (words[0]) {
            case "origin" -> new Origin(loop, number(words, 1), number(words, 2));
            case "session" -> {
                byte[][] heads = heads(words[3], words[5], words.length > 6);
                sessions.put(words[1], new Session(loop, number(words, 2), heads, number(words, 4)));
            }
            case "slice" -> {
                int lead = words.length > 4 ? number(words, 4) : 0;
                sessions.get(words[1]).slice(number(words, 2), number(words, 3), lead, words.length > 5);
            }
            case "report" -> {
                return sessions.get(words[1]).report(number(words, 2));
            }
            case "end" -> sessions.remove(words[1]).close();
            case "idle" -> {
                return idle(words, kept);
            }
            case "release" -> {
                for (SocketChannel channel : kept) {
                    channel.close();
                }
                kept.clear();
            }
            default -> {
                return "{\"error\": \"what is " + words[0] + "?\"}";
            }
        }
        return "{}";
    }

    private static int number(String[] words, int at) {
        return Integer.parseInt(words[at]);
    }

    /** 1,000 heads of 12 to 20 fields, the same in every run. */
    private static byte[][] heads(String path, String host, boolean proxied) {
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
            if (proxied) {
                head.append("x-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: http\r\nx-request-id: ").append(i);
                head.append("\r\ntraceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-00\r\n");
            }
            heads[i] = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        }
        return heads;
    }

    private static SocketChannel connect(int port) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private static String idle(String[] words, List<SocketChannel> kept) throws IOException {
        byte[][] heads = heads(words[2], "bench.default", false);
        int count = Integer.parseInt(words[3]);
        byte[] some = new byte[16 * 1024];
        for (int i = 0; i < count; i++) {
            SocketChannel channel = connect(Integer.parseInt(words[1]));
            channel.write(ByteBuffer.wrap(heads[i % HEADS]));
            int length = 0;
            int head = -1;
            var in = ByteBuffer.wrap(some);
            while (head < 0 || length < head + Http.number(some, Http.find(some, head, LENGTH))) {
                in.clear().position(length);
                int got = channel.read(in);
                if (got < 0) {
                    throw new IOException("closed after " + kept.size());
                }
                length += got;
                head = Http.headLength(some, length);
            }
            kept.add(channel);
        }
        return "{\"open\": " + kept.size() + "}";
    }
}
