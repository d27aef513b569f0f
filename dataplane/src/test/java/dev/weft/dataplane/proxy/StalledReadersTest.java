package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.loop.Ledger;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.Eventually;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Callers who ask for much and read nothing of it, or send what nobody reads. {@code
 * -Dweft.readers=1000} has so many of them, and prints what they cost.
 */
@Timeout(300)
@ExtendWith(NoBufferLeaks.class)
class StalledReadersTest {
    private static final int READERS = Integer.getInteger("weft.readers", 200);
    private static final int LENGTH = 16 << 20;
    private static final int EACH_MAX = 128 * 1024;

    /** Without a bound it is megabytes. */
    private static final int KERNEL_MAX = 512 * 1024;

    private static final System.Logger LOG = System.getLogger("weft.readers");

    /** How they stall. */
    enum Way {
        /** The kernel takes no more bytes. */
        HTTP_1,
        /** The same, over TLS. */
        TLS,
        /** The kernel takes no more bytes, and there is credit. */
        HTTP_2,
        /** There is no credit. */
        HTTP_2_CREDIT,
        /** The other way: they send much, and the endpoint reads nothing of it. */
        UPLOAD
    }

    private ProxyFixture proxy;
    private Address listening;
    private final Authority authority = TlsFixture.authority("Test Authority");
    private SSLContext context;
    private final List<Socket> stalled = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        proxy = ProxyFixture.withBuffers(1L << 30);
        context = TlsFixture.client(authority, null);
        listening = ProxyFixture.free();
        Origin origin = proxy.origin(this::serve);
        var route =
                Route.toOne(
                        "route",
                        "default/root",
                        ProxyFixture.endpoints("default/blue", origin.address()));
        var certificate =
                TlsFixture.certificate(TlsFixture.identity(authority, "a.example"), "a.example");
        var everything = List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route)));
        proxy.plane.apply(
                new dev.weft.dataplane.route.Snapshot(
                        everything,
                        List.of(
                                new Listener.Http(
                                        "secure",
                                        listening,
                                        Entrance.usual().withTls(TlsFixture.server(certificate)),
                                        everything))));
    }

    private void serve(Origin.Talk talk) throws IOException {
        byte[] some = new byte[64 * 1024];
        Origin.Request request;
        while ((request = talk.requestHead()) != null) {
            if (request.line().startsWith("GET /small")) {
                talk.answer("small");
                continue;
            }
            begun.incrementAndGet();
            if (request.line().startsWith("POST")) {
                readNothing();
                return;
            }
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n");
            OutputStream out = talk.socket().getOutputStream();
            for (int left = LENGTH; left > 0; left -= some.length) {
                out.write(some);
                sent.addAndGet(some.length);
            }
        }
    }

    private void readNothing() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        for (Socket one : stalled) {
            one.setSoLinger(true, 0);
            one.close();
        }
        proxy.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theyHoldLittleEachAndOthersAreServed(Way way) throws Exception {
        RawClient other = proxy.client();
        for (int i = 0; i < 500; i++) {
            ask(other);
        }
        double before = p99(other);
        long buffers = Ledger.BUFFERS.pinnedDirectMemory();
        long direct = PlatformDependent.usedDirectMemory();
        long counted = proxy.plane.buffers().used();
        long process = residentKib();
        for (int i = 0; i < READERS; i++) {
            stall(way);
        }
        settle();
        long each = (Ledger.BUFFERS.pinnedDirectMemory() - buffers) / READERS;
        double during = p99(other);
        LOG.log(
                System.Logger.Level.INFO,
                () ->
                        String.format(
                                Locale.ROOT,
                                "%s: %d readers, %d KiB of buffers each, process %+d KiB each (the"
                                    + " test's own ends included), p99 of others %.0f -> %.0f us",
                                way,
                                READERS,
                                each / 1024,
                                (residentKib() - process) / READERS,
                                before,
                                during));
        assertThat(each).isLessThanOrEqualTo(EACH_MAX);
        // what the ledger counts, and what the JVM has given away for it, whole chunks of it
        assertThat((proxy.plane.buffers().used() - counted) / READERS)
                .as("in the ledger")
                .isLessThanOrEqualTo(EACH_MAX);
        assertThat((PlatformDependent.usedDirectMemory() - direct) / READERS)
                .as("of the JVM's direct memory")
                .isLessThanOrEqualTo(EACH_MAX);
        assertThat(proxy.plane.buffers().level()).isEqualTo(Ledger.Level.ROOM);
        assertThat(keptByKernel() / READERS).as("in the kernel").isLessThanOrEqualTo(KERNEL_MAX);
    }

    /** What waits in the queues of the connections to the callers. */
    private long keptByKernel() throws IOException {
        long kept = 0;
        for (Socket one : stalled) {
            String from = String.format(":%04X", one.getPort());
            String to = String.format(":%04X", one.getLocalPort());
            for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                kept +=
                        Files.readAllLines(Path.of(table)).stream()
                                .map(line -> line.strip().split("\\s+"))
                                .filter(row -> row[1].endsWith(from) && row[2].endsWith(to))
                                .map(row -> row[4].split(":"))
                                .mapToLong(
                                        both ->
                                                Long.parseLong(both[0], 16)
                                                        + Long.parseLong(both[1], 16))
                                .sum();
            }
        }
        return kept;
    }

    /** All have been asked for, and nothing moves any more. */
    private void settle() {
        Eventually.eventually("all are asked for", () -> begun.get() == READERS);
        var last = new AtomicLong(-1);
        var same = new AtomicInteger();
        Eventually.eventually(
                "nothing moves any more",
                () -> {
                    long now = sent.get();
                    return last.getAndSet(now) == now
                            ? same.incrementAndGet() > 12
                            : same.getAndSet(0) < 0;
                });
    }

    private void stall(Way way) throws IOException {
        InetSocketAddress to = way == Way.TLS ? listening.socket() : proxy.plane.edges().getFirst();
        var plain = new Socket();
        plain.setReceiveBufferSize(4096);
        plain.connect(
                new InetSocketAddress(InetAddress.getByName(to.getHostString()), to.getPort()));
        stalled.add(plain);
        switch (way) {
            case HTTP_1 -> get(plain);
            case TLS -> {
                var secure =
                        (SSLSocket)
                                context.getSocketFactory()
                                        .createSocket(plain, "a.example", to.getPort(), true);
                get(secure);
            }
            case HTTP_2 -> {
                var peer = new RawPeer(plain);
                peer.raw(RawPeer.PREFACE).settings(4, Integer.MAX_VALUE);
                peer.window(0, Integer.MAX_VALUE - 65_535).get(1, "/large");
            }
            case HTTP_2_CREDIT -> {
                var peer = new RawPeer(plain);
                peer.raw(RawPeer.PREFACE).settings().get(1, "/large");
            }
            case UPLOAD -> {
                plain.setSendBufferSize(16 * 1024);
                Thread.startVirtualThread(() -> send(plain));
            }
        }
    }

    private void send(Socket socket) {
        byte[] some = new byte[16 * 1024];
        try {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST /large HTTP/1.1\r\nHost: a.example\r\nContent-Length: "
                                    + LENGTH
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            for (int left = LENGTH; left > 0; left -= some.length) {
                out.write(some);
                sent.addAndGet(some.length);
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private static void get(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /large HTTP/1.1\r\nHost: a.example\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private static long ask(RawClient client) throws IOException {
        long start = System.nanoTime();
        client.get("/small");
        assertThat(client.answer().body()).isEqualTo("small");
        return System.nanoTime() - start;
    }

    private static double p99(RawClient client) throws IOException {
        long[] took = new long[500];
        for (int i = 0; i < took.length; i++) {
            took[i] = ask(client);
        }
        Arrays.sort(took);
        return took[(int) (took.length * 0.99)] / 1e3;
    }

    private static long residentKib() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
