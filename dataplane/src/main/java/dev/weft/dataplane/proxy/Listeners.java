package dev.weft.dataplane.proxy;

import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The listeners that snapshots ask for: opened when they are first named, given new routes and
 * certificates when those change, and closed when they are named no more, without touching a
 * request at work. One thread at a time changes them; any thread reads.
 */
final class Listeners {
    private final Doors doors;
    private final Map<Address, Door> open = new ConcurrentHashMap<>();
    private final Set<Door> closing = ConcurrentHashMap.newKeySet();
    private volatile List<ListenerState> states = List.of();

    Listeners(Doors doors) {
        this.doors = doors;
    }

    void apply(List<Listener> wanted) {
        closing.removeIf(door -> door.connections() == 0);
        Map<Address, Listener> byAddress = new HashMap<>();
        wanted.forEach(listener -> byAddress.put(listener.address(), listener));
        for (Address address : new HashSet<>(open.keySet())) {
            if (!byAddress.containsKey(address)) {
                close(address);
            }
        }
        List<ListenerState> next = new ArrayList<>();
        for (Listener listener : wanted) {
            next.add(new ListenerState(listener.name(), listener.address(), set(listener)));
        }
        states = List.copyOf(next);
    }

    /** Returns why it does not do as it is asked; empty when it does. */
    private String set(Listener listener) {
        Door there = open.get(listener.address());
        Door door = there == null ? new Door(doors, listener.name()) : there;
        try {
            door.set(listener);
            open.put(listener.address(), door);
            return "";
        } catch (IOException e) {
            if (there == null) {
                door.stop();
                door.release();
            }
            return String.valueOf(e.getMessage());
        }
    }

    private void close(Address address) {
        Door door = open.remove(address);
        if (door != null) {
            door.stop();
            door.release();
            closing.add(door);
        }
    }

    /** Whether there is a listener at an address. */
    boolean isOpen(Address address) {
        return open.containsKey(address);
    }

    List<ListenerState> states() {
        return states;
    }

    long connections() {
        long count = closing.stream().mapToLong(Door::connections).sum();
        for (Door one : open.values()) {
            count += one.connections();
        }
        return count;
    }

    /** Takes no more connections anywhere, and closes each as soon as it is idle. */
    void stop() {
        open.values().forEach(Door::stop);
    }

    /** Waits until nothing is at work any more, up to a moment of the clock. */
    void awaitNone(long endNanos) {
        open.values().forEach(door -> door.awaitNone(endNanos));
        closing.forEach(door -> door.awaitNone(endNanos));
    }

    /** Cuts what is at work. */
    void close() {
        open.values().forEach(Door::close);
        closing.forEach(Door::close);
    }
}
