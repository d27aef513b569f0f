import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections to one address and what came back on them. The thread that reads the commands sends
 * when a request is due; a thread of the session's own reads. Everything stands under its lock.
 */
final class Session implements AutoCloseable {
    private static final long PATIENCE = 3_000_000_000L;

    private static final class Connection {
        SocketChannel channel;
        final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);
        final byte[] bytes = new byte[16 * 1024];
        long due;
        boolean busy;
    }

    private final int port;
    private final byte[][] heads;
    private final Selector selector = Selector.open();
    private final Thread reader;
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(8 * 1024);
    private int[] times = new int[1 << 16];
    private int right;
    private int wrong;
    private int sent;
    private int finished;
    private int stable;
    private int canary;
    private int next;
    private long latest;
    private volatile boolean over;

    Session(int port, byte[][] heads, int connections) throws IOException {
        this.port = port;
        this.heads = heads;
        for (int i = 0; i < connections; i++) {
            var connection = new Connection();
            open(connection);
            free.add(connection);
        }
        reader = Thread.ofPlatform().name("reader").start(this::read);
    }

    private void open(Connection connection) throws IOException {
        connection.channel = Load.connect(port);
        connection.channel.configureBlocking(false);
        connection.channel.register(selector, SelectionKey.OP_READ, connection);
    }

    /** Sends at the rate for so long, and waits for what is under way. */
    void slice(int rate, int millis) throws IOException {
        int total = (int) ((long) rate * millis / 1000);
        long step = 1_000_000_000L / rate;
        long began = System.nanoTime() + 200_000;
        for (int i = 0; i < total; i++) {
            long due = began + i * step;
            long now = System.nanoTime();
            while (now < due) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            synchronized (this) {
                latest = Math.max(latest, now - due);
                sent++;
                Connection connection = free.poll();
                if (connection == null) {
                    waiting.add(due);
                } else {
                    send(connection, due);
                }
            }
        }
        long patience = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < patience) {
            synchronized (this) {
                if (finished == sent) {
                    return;
                }
            }
            LockSupport.parkNanos(200_000);
        }
        synchronized (this) {
            wrong += waiting.size();
            finished += waiting.size();
            waiting.clear();
        }
    }

    /** A head fits into the socket's buffer: one write. */
    private void send(Connection connection, long due) throws IOException {
        connection.due = due;
        connection.busy = true;
        out.clear();
        out.put(heads[next++ % heads.length]).flip();
        try {
            while (out.hasRemaining()) {
                connection.channel.write(out);
            }
        } catch (IOException e) {
            reopen(connection);
            finish(connection, false, 0);
        }
    }

    private void read() {
        try {
            while (!over) {
                selector.select();
                synchronized (this) {
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (key.isValid()) {
                            answer((Connection) key.attachment());
                        }
                    }
                    selector.selectedKeys().clear();
                }
            }
        } catch (IOException e) {
            System.err.println("load: " + e);
        }
    }

    private void answer(Connection connection) throws IOException {
        int got;
        try {
            got = connection.channel.read(connection.in);
        } catch (IOException e) {
            got = -1;
        }
        if (got < 0) {
            boolean busy = connection.busy;
            reopen(connection);
            if (busy) {
                finish(connection, false, 0);
            }
            return;
        }
        int length = connection.in.position();
        connection.in.get(0, connection.bytes, 0, length);
        int head = Load.headLength(connection.bytes, length);
        if (head < 0 || length < head + Load.contentLength(connection.bytes, head)) {
            return;
        }
        connection.in.clear();
        if (!connection.busy) {
            return; // nobody asked: "408", before it closes a connection that was not used yet
        }
        finish(connection, right(connection.bytes, head), System.nanoTime() - connection.due);
    }

    /** Closed by the peer: another one takes its place. */
    private void reopen(Connection connection) throws IOException {
        connection.channel.close();
        connection.in.clear();
        open(connection);
    }

    private void finish(Connection connection, boolean well, long took) throws IOException {
        finished++;
        connection.busy = false;
        if (well) {
            if (right == times.length) {
                times = Arrays.copyOf(times, right * 2);
            }
            times[right++] = (int) Math.min(took / 1000, Integer.MAX_VALUE);
        } else {
            wrong++;
        }
        Long due = waiting.poll();
        if (due == null) {
            free.add(connection);
        } else {
            send(connection, due);
        }
    }

    private boolean right(byte[] bytes, int head) {
        if (bytes[9] != '2' || bytes[10] != '0' || bytes[11] != '0') {
            return false;
        }
        int from = Load.find(bytes, head, Load.FROM);
        if (from < 0 || Load.contentLength(bytes, head) != Load.BODY) {
            return false;
        }
        if (bytes[from] == 's') {
            stable++;
        } else {
            canary++;
        }
        return true;
    }

    /** What happened since the last report; "good" came within the deadline, in milliseconds. */
    synchronized String report(int deadline) {
        int[] counted = Arrays.copyOf(times, right);
        Arrays.sort(counted);
        int good = 0;
        while (good < right && counted[good] <= deadline * 1000L) {
            good++;
        }
        String text =
                ("{\"sent\": %d, \"answered\": %d, \"good\": %d, \"wrong\": %d, \"stable\": %d, \"canary\": %d,"
                                + " \"p50\": %d, \"p99\": %d, \"max\": %d, \"latest_send\": %d}")
                        .formatted(
                                sent, right, good, wrong, stable, canary,
                                at(counted, 0.5), at(counted, 0.99), at(counted, 1), latest / 1000);
        sent -= finished;
        finished = 0;
        right = wrong = stable = canary = 0;
        latest = 0;
        return text;
    }

    private static int at(int[] sorted, double share) {
        return sorted.length == 0 ? -1 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    @Override
    public void close() throws IOException {
        over = true;
        selector.wakeup();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
