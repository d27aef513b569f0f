package dev.weft.app;

import dev.weft.foundation.fault.Faults;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The parts that run, as {@link Wiring} started them. Closing stops them in the reverse order, each
 * within its own bound, and goes on where one fails. The thread that started it.
 */
final class Platform implements AutoCloseable {
    private final Faults faults;
    private final Deque<Part> parts = new ArrayDeque<>();
    private volatile boolean ready;
    private String api = "";
    private String edge = "";
    private String console = "";
    private String outbound = "";

    private record Part(String name, AutoCloseable closing) {}

    Platform(Faults faults) {
        this.faults = faults;
    }

    /** Takes a part that was just started, to be stopped before all that were started earlier. */
    <T extends AutoCloseable> T add(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    void listensAt(String api, String edge, String console) {
        this.api = api;
        this.edge = edge;
        this.console = console;
    }

    /** All parts have been started. */
    void allStarted() {
        ready = true;
    }

    void reachesOutAt(String address) {
        outbound = address;
    }

    /** Whether all parts have been started and none is being stopped. */
    boolean isReady() {
        return ready;
    }

    String api() {
        return api;
    }

    String edge() {
        return edge;
    }

    String console() {
        return console;
    }

    /** Empty where the platform goes on without an outbound proxy. */
    String outbound() {
        return outbound;
    }

    @Override
    public void close() {
        ready = false;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.closing().close();
            } catch (Exception e) {
                faults.report("stopping " + part.name() + " failed", e);
            }
        }
    }
}
