import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

/**
 * Endpoints on the generator's own loop, so that both do with one thread and no change of context:
 * as in origin.conf, 128 bytes and the group's name, 596 for what lacks the fields that a proxy
 * adds, and one request in 1,000 cut off without an answer, but for those to /steady.
 */
final class Origin {
    private static final byte[][] ADDED = {
        Http.ascii("x-forwarded-for: "),
        Http.ascii("x-request-id: "),
        Http.ascii("x-forwarded-proto: "),
        Http.ascii("traceparent: ")
    };
    private static final byte[] STEADY = Http.ascii("get /steady");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final int CUT = 1000;

    private final Loop loop;
    private final Random lot = new Random(42);
    private final MemorySegment refusal = answer("596 Lacks Fields", "none");
    private MemorySegment stable = answer("200 OK", "stable");
    private MemorySegment canary = answer("200 OK", "canary");
    private long dated;

    Origin(Loop loop, int first, int each) throws IOException {
        this.loop = loop;
        for (int port = first; port < first + 2 * each; port++) {
            boolean group = port < first + each;
            int listening = Kernel.listen(port);
            loop.watch(listening, () -> accept(listening, group));
        }
    }

    private void accept(int listening, boolean group) throws IOException {
        for (int socket = Kernel.accept(listening); socket >= 0; socket = Kernel.accept(listening)) {
            loop.watch(socket, new Caller(socket, group));
        }
    }

    private static MemorySegment answer(String status, String group) {
        String text = "HTTP/1.1 " + status + "\r\nServer: load\r\nDate: " + DATE.format(ZonedDateTime.now(ZoneOffset.UTC))
                + "\r\nContent-Type: text/plain\r\nContent-Length: " + Load.BODY
                + "\r\nConnection: keep-alive\r\nx-backend: " + group + "\r\n\r\n" + "w".repeat(Load.BODY);
        return MemorySegment.ofArray(Http.ascii(text));
    }

    private MemorySegment fresh(boolean group) {
        long now = System.nanoTime() >> 30;
        if (now != dated) {
            dated = now;
            stable = answer("200 OK", "stable");
            canary = answer("200 OK", "canary");
        }
        return group ? stable : canary;
    }

    /** All four, each with a value; the head is gone through once. */
    private static boolean lacks(byte[] bytes, int from, int end) {
        int found = 0;
        for (int i = from; i < end - 12; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            int letter = bytes[i + 1] | 0x20;
            if (letter != 'x' && letter != 't') {
                continue;
            }
            for (int k = 0; k < ADDED.length; k++) {
                if (Http.is(bytes, i + 1, ADDED[k]) && bytes[i + 1 + ADDED[k].length] > ' ') {
                    found |= 1 << k;
                }
            }
        }
        return found != (1 << ADDED.length) - 1;
    }

    private final class Caller implements Loop.Reader {
        private final int socket;
        private final boolean group;
        private final byte[] bytes = new byte[8 * 1024];
        private final MemorySegment all = MemorySegment.ofArray(bytes);
        private int length;

        Caller(int socket, boolean group) {
            this.socket = socket;
            this.group = group;
        }

        @Override
        public void read() {
            int got = Kernel.receive(socket, length == 0 ? all : all.asSlice(length));
            if (got < 0) {
                loop.close(socket);
                return;
            }
            length += got;
            int head = Http.headLength(bytes, length);
            if (head < 0 && length < bytes.length) {
                return;
            }
            // One request at a time, without a body: what else comes was not sent by this generator.
            if (head != length || !answered(head)) {
                loop.close(socket);
            }
            length = 0;
        }

        private boolean answered(int head) {
            if (lacks(bytes, 0, head)) {
                return Kernel.send(socket, refusal);
            }
            boolean steady = Http.is(bytes, 0, STEADY);
            return (steady || lot.nextInt(CUT) != 0) && Kernel.send(socket, fresh(group));
        }
    }
}
