package dev.weft.app.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Callers that send one GET after the other over connections that they keep, until they are
 * stopped. What each was answered is kept with the moment at which it was asked.
 */
final class Load implements AutoCloseable {
    private final URI target;
    private final String host;
    private final long most;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicLong begun = new AtomicLong();
    private final List<Thread> callers = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * One answer.
     *
     * @param askedNanos when its request was begun
     * @param status 0 where none came
     */
    record Answer(long askedNanos, int status, String body) {
        boolean isGood() {
            return status == 200;
        }
    }

    private Load(URI target, String host, long most, int callers) {
        this.target = target;
        this.host = host;
        this.most = most;
        for (int i = 0; i < callers; i++) {
            this.callers.add(Thread.ofPlatform().name("caller " + i).start(this::call));
        }
    }

    /** Calls until it is stopped. */
    static Load on(URI target, String host, int callers) {
        return new Load(target, host, Long.MAX_VALUE, callers);
    }

    /** Calls so often, and returns what was answered. */
    static List<Answer> times(long count, URI target, String host, int callers) {
        try (var load = new Load(target, host, count, callers)) {
            load.join();
            return load.answers();
        }
    }

    List<Answer> answers() {
        return List.copyOf(answers);
    }

    List<Answer> since(long nanos) {
        return answers.stream().filter(answer -> answer.askedNanos() - nanos >= 0).toList();
    }

    int size() {
        return answers.size();
    }

    private void call() {
        while (!stopped && begun.get() < most) {
            try (var socket = new Socket(target.getHost(), target.getPort())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                var in = new BufferedInputStream(socket.getInputStream());
                while (!stopped && begun.getAndIncrement() < most) {
                    ask(socket, in);
                }
            } catch (IOException e) {
                answers.add(new Answer(System.nanoTime(), 0, e.toString()));
            }
        }
    }

    private void ask(Socket socket, InputStream in) throws IOException {
        long asked = System.nanoTime();
        String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        socket.getOutputStream()
                .write(
                        "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                                .formatted(path, host)
                                .getBytes(US_ASCII));
        int status = Integer.parseInt(line(in).split(" ")[1]);
        int length = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            if (field.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(field.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), US_ASCII).strip();
        answers.add(new Answer(asked, status, body));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection was closed in the middle of an answer");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    private void join() {
        for (Thread caller : callers) {
            try {
                caller.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        join();
    }
}
