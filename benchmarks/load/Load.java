import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * An open-loop generator: requests are due at fixed moments whatever the answers do, and each is
 * timed from the moment at which it was due. Commands come line by line, so that it stays warm:
 *
 * <pre>
 * open PORT PATH RATE SECONDS CONNECTIONS   one JSON line with what happened
 * idle PORT PATH COUNT                      opens, carries one request on each, keeps them open
 * release                                   closes what idle opened
 * </pre>
 *
 * One thread sends when a request is due; another reads. Every answer is checked: 200, the origin's
 * own header, the length of the body.
 */
final class Load {
    static final String HOST = "bench.default";
    static final int HEADS = 1000;
    static final int BODY = 128;
    static final byte[] FROM = "x-backend: ".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

    static final class Connection {
        SocketChannel channel;
        ByteBuffer in;
        byte[] bytes;
        long due;
    }

    final InetSocketAddress to;
    final byte[][] heads;
    final Selector selector = Selector.open();
    final ArrayDeque<Connection> free = new ArrayDeque<>();
    final ArrayDeque<Long> waiting = new ArrayDeque<>();
    final ByteBuffer out = ByteBuffer.allocateDirect(8 * 1024);
    final int[] times;
    volatile int answered;
    volatile boolean over;
    long wrong;
    long stable;
    long canary;
    int next;

    Load(int port, String path, int capacity) throws IOException {
        to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        heads = heads(path);
        times = new int[capacity];
    }

    public static void main(String[] arguments) throws Exception {
        List<Connection> kept = new ArrayList<>();
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "open" -> System.out.println(open(words));
                case "idle" -> System.out.println(idle(words, kept));
                case "release" -> {
                    for (Connection connection : kept) {
                        connection.channel.close();
                    }
                    kept.clear();
                    System.out.println("{}");
                }
                default -> System.out.println("{\"error\": \"what is " + words[0] + "?\"}");
            }
        }
    }

    /** 1,000 heads of 12 to 20 fields, the same in every run. */
    static byte[][] heads(String path) {
        var random = new Random(42);
        var heads = new byte[HEADS][];
        for (int i = 0; i < HEADS; i++) {
            var head = new StringBuilder("GET " + path + "?item=" + i + " HTTP/1.1\r\n");
            head.append("Host: ").append(HOST).append("\r\n");
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

    static String open(String[] words) throws Exception {
        int rate = Integer.parseInt(words[3]);
        double seconds = Double.parseDouble(words[4]);
        int total = (int) (rate * seconds);
        var load = new Load(Integer.parseInt(words[1]), words[2], total);
        return load.run(rate, total, Integer.parseInt(words[5]));
    }

    String run(int rate, int total, int connections) throws Exception {
        for (int i = 0; i < connections; i++) {
            free.add(connect());
        }
        var reader = Thread.ofPlatform().name("reader").start(this::read);
        long began = System.nanoTime() + 1_000_000;
        long step = 1_000_000_000L / rate;
        long latest = 0;
        for (int i = 0; i < total; i++) {
            long due = began + i * step;
            long now = System.nanoTime();
            while (now < due) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            latest = Math.max(latest, now - due);
            synchronized (this) {
                Connection connection = free.poll();
                if (connection == null) {
                    waiting.add(due);
                } else {
                    send(connection, due);
                }
            }
        }
        long patience = System.nanoTime() + 3_000_000_000L;
        while (answered + wrong < total && System.nanoTime() < patience) {
            LockSupport.parkNanos(1_000_000);
        }
        over = true;
        selector.wakeup();
        reader.join();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        return report(total, latest);
    }

    Connection connect() throws IOException {
        var connection = new Connection();
        connection.channel = SocketChannel.open(to);
        connection.in = ByteBuffer.allocateDirect(16 * 1024);
        connection.bytes = new byte[16 * 1024];
        connection.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connection.channel.configureBlocking(false);
        connection.channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /** Under this object's lock. A head fits into the socket's buffer: one write. */
    void send(Connection connection, long due) throws IOException {
        connection.due = due;
        out.clear();
        out.put(heads[next++ % HEADS]).flip();
        while (out.hasRemaining()) {
            connection.channel.write(out);
        }
    }

    void read() {
        try {
            while (!over) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    answer(key, (Connection) key.attachment());
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            System.err.println("load: " + e);
        }
    }

    void answer(SelectionKey key, Connection connection) throws IOException {
        int got;
        try {
            got = connection.channel.read(connection.in);
        } catch (IOException e) {
            got = -1;
        }
        if (got < 0) {
            key.cancel();
            connection.channel.close();
            synchronized (this) {
                wrong++;
            }
            return;
        }
        int length = connection.in.position();
        connection.in.get(0, connection.bytes, 0, length);
        int head = headLength(connection.bytes, length);
        if (head < 0 || length < head + contentLength(connection.bytes, head)) {
            return;
        }
        boolean right = right(connection.bytes, head);
        connection.in.clear();
        long took = (System.nanoTime() - connection.due) / 1000;
        synchronized (this) {
            if (right && answered < times.length) {
                times[answered] = (int) Math.min(took, Integer.MAX_VALUE);
                answered++;
            } else {
                wrong++;
            }
            Long due = waiting.poll();
            if (due == null) {
                free.push(connection);
            } else {
                send(connection, due);
            }
        }
    }

    boolean right(byte[] bytes, int head) {
        if (bytes[9] != '2' || bytes[10] != '0' || bytes[11] != '0') {
            return false;
        }
        int from = find(bytes, head, FROM);
        if (from < 0 || contentLength(bytes, head) != BODY) {
            return false;
        }
        synchronized (this) {
            if (bytes[from] == 's') {
                stable++;
            } else {
                canary++;
            }
        }
        return true;
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

    /** The first fifth is warming up and not counted. */
    String report(int total, long latest) {
        int[] counted = Arrays.copyOfRange(times, answered / 5, answered);
        Arrays.sort(counted);
        return "{\"sent\": %d, \"answered\": %d, \"wrong\": %d, \"stable\": %d, \"canary\": %d, \"p50\": %d, \"p99\": %d, \"max\": %d, \"latest_send\": %d}"
                .formatted(total, answered, total - answered, stable, canary,
                        at(counted, 0.5), at(counted, 0.99), at(counted, 1), latest / 1000);
    }

    static int at(int[] sorted, double share) {
        return sorted.length == 0 ? -1 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    static String idle(String[] words, List<Connection> kept) throws IOException {
        var load = new Load(Integer.parseInt(words[1]), words[2], 1);
        int count = Integer.parseInt(words[3]);
        byte[] some = new byte[16 * 1024];
        for (int i = 0; i < count; i++) {
            var connection = new Connection();
            connection.channel = SocketChannel.open(load.to);
            connection.channel.write(ByteBuffer.wrap(load.heads[i % HEADS]));
            int length = 0;
            int head = -1;
            var in = ByteBuffer.wrap(some);
            while (head < 0 || length < head + contentLength(some, head)) {
                in.clear().position(length);
                int got = connection.channel.read(in);
                if (got < 0) {
                    throw new IOException("closed after " + kept.size());
                }
                length += got;
                head = headLength(some, length);
            }
            kept.add(connection);
        }
        return "{\"open\": " + kept.size() + "}";
    }
}
