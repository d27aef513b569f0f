import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Connections to one address and what came back on them. The loop's one thread sends what is due and
 * reads what has come, in turn; nothing here is shared.
 */
final class Session implements AutoCloseable {
    private static final long PATIENCE = 3_000_000_000L;
    private static final int AT_ONCE = 16; // sent late, before answers are looked at again

    private final class Connection implements Loop.Reader {
        private final byte[] bytes = new byte[16 * 1024];
        private final MemorySegment all = MemorySegment.ofArray(bytes);
        private int socket;
        private int length;
        private long due;
        private boolean busy;
        private boolean open;

        void open() throws IOException {
            socket = Kernel.connect(port);
            open = true;
            length = 0;
            loop.watch(socket, this);
        }

        void close() {
            if (open) {
                open = false;
                loop.close(socket);
            }
        }

        /** A head fits into the socket's buffer: one call. */
        void send(long at) throws IOException {
            due = at;
            busy = true;
            if (!Kernel.send(socket, heads[next++ % heads.length])) {
                close();
                open();
                finish(this, false, 0);
            }
        }

        @Override
        public void read() throws IOException {
            int got = Kernel.receive(socket, length == 0 ? all : all.asSlice(length));
            if (got < 0) { // closed by the peer: another one takes its place
                close();
                open();
                if (busy) {
                    finish(this, false, 0);
                }
                return;
            }
            length += got;
            int head = Http.headLength(bytes, length);
            if (head < 0 || length < head + Http.number(bytes, Http.find(bytes, head, Load.LENGTH))) {
                return;
            }
            length = 0;
            if (busy) { // or nobody asked: "408", before it closes a connection that was not used yet
                finish(this, right(bytes, head), System.nanoTime() - due);
            }
        }
    }

    private final Loop loop;
    private final int port;
    private final MemorySegment[] heads;
    private final Connection[] connections;
    private final Connection[] free; // a stack: the one that was answered last is used next
    private int idle;
    private final long[] waiting = new long[1 << 17]; // a ring
    private int first;
    private int queued;
    private int[] times = new int[1 << 18];
    private int timed;
    private int right;
    private int wrong;
    private int sent;
    private int finished;
    private int stable;
    private int canary;
    private int next;
    private long latest;
    private long counted;

    Session(Loop loop, int port, byte[][] heads, int count) throws IOException {
        this.loop = loop;
        this.port = port;
        this.heads = new MemorySegment[heads.length];
        for (int i = 0; i < heads.length; i++) {
            this.heads[i] = Arena.global().allocate(heads[i].length);
            MemorySegment.copy(MemorySegment.ofArray(heads[i]), 0, this.heads[i], 0, heads[i].length);
        }
        connections = new Connection[count];
        free = new Connection[count];
        for (int i = 0; i < count; i++) {
            connections[i] = new Connection();
            connections[i].open();
            free[idle++] = connections[i];
        }
    }

    /**
     * Sends at the rate for so long, and waits for what is under way. What is due in the first lead
     * milliseconds is checked, but its time is not counted. A loop that spins never sleeps meanwhile.
     */
    void slice(int rate, int millis, int lead, boolean spin) throws IOException {
        long total = (long) rate * millis / 1000;
        double step = 1e9 / rate;
        long began = System.nanoTime() + 200_000;
        counted = began + lead * 1_000_000L;
        long due = began;
        for (long i = 0; i < total; ) {
            long now = System.nanoTime();
            for (int burst = 0; burst < AT_ONCE && i < total && due <= now; burst++) {
                latest = Math.max(latest, now - due);
                sent++;
                if (idle == 0) {
                    queue(due);
                } else {
                    free[--idle].send(due);
                }
                due = began + (long) (++i * step);
                now = System.nanoTime();
            }
            loop.turn(spin ? 0 : Math.max(0, due - now));
        }
        long patience = System.nanoTime() + PATIENCE;
        while (finished < sent && System.nanoTime() < patience) {
            loop.turn(spin ? 0 : 10_000_000);
        }
        wrong += queued;
        finished += queued;
        queued = 0;
    }

    private void queue(long due) {
        if (queued == waiting.length) {
            throw new IllegalStateException("too many requests wait for a connection");
        }
        waiting[(first + queued++) & (waiting.length - 1)] = due;
    }

    private void finish(Connection connection, boolean well, long took) throws IOException {
        finished++;
        connection.busy = false;
        if (!well) {
            wrong++;
        } else {
            right++;
            if (connection.due >= counted) {
                if (timed == times.length) {
                    times = Arrays.copyOf(times, timed * 2);
                }
                times[timed++] = (int) Math.min(took / 1000, Integer.MAX_VALUE);
            }
        }
        if (queued == 0) {
            free[idle++] = connection;
            return;
        }
        long due = waiting[first];
        first = (first + 1) & (waiting.length - 1);
        queued--;
        connection.send(due);
    }

    private boolean right(byte[] bytes, int head) {
        if (bytes[9] != '2' || bytes[10] != '0' || bytes[11] != '0') {
            return false;
        }
        int from = Http.find(bytes, head, Load.FROM);
        if (from < 0 || Http.number(bytes, Http.find(bytes, head, Load.LENGTH)) != Load.BODY) {
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
    String report(int deadline) {
        int[] sorted = Arrays.copyOf(times, timed);
        Arrays.sort(sorted);
        int good = 0;
        while (good < timed && sorted[good] <= deadline * 1000L) {
            good++;
        }
        String text =
                ("{\"sent\": %d, \"answered\": %d, \"good\": %d, \"wrong\": %d, \"stable\": %d, \"canary\": %d,"
                                + " \"p50\": %d, \"p99\": %d, \"max\": %d, \"latest_send\": %d}")
                        .formatted(
                                sent, right, good, wrong, stable, canary,
                                at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1), latest / 1000);
        sent -= finished;
        finished = 0;
        timed = right = wrong = stable = canary = 0;
        latest = 0;
        return text;
    }

    private static int at(int[] sorted, double share) {
        return sorted.length == 0 ? -1 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    @Override
    public void close() {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
