package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.tcp.Forwarding;
import dev.weft.dataplane.tcp.Targets;
import dev.weft.foundation.fault.Faults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The listeners that snapshots ask for: opened when they are first named, given new routes when
 * those change, and closed when they are named no more, without touching a request at work. One
 * thread at a time changes them; any thread reads.
 */
final class Listeners {
    private sealed interface Open {
        record Http(Listening listening, Entry entry, HostTables tables) implements Open {}

        record Tcp(Forwarding forwarding, Listener.Tcp asked) implements Open {}
    }

    private static final String UNSERVED = "no listener of this kind can be served";

    /** Makes what listeners need of their routes. */
    interface Making {
        HostTables tables();

        Targets targets(Listener.Tcp tcp);

        /** What {@link #targets} made is needed no more. */
        void release(Listener.Tcp tcp);
    }

    private final Making making;
    private final Loops loops;
    private final ServerLimits limits;
    private final Traffic traffic;
    private final Faults faults;
    private final Map<Address, Open> open = new ConcurrentHashMap<>();
    private final Set<Listening> closing = ConcurrentHashMap.newKeySet();
    private volatile List<ListenerState> states = List.of();

    Listeners(Making making, Loops loops, ServerLimits limits, Traffic traffic, Faults faults) {
        this.making = making;
        this.loops = loops;
        this.limits = limits;
        this.traffic = traffic;
        this.faults = faults;
    }

    void apply(List<Listener> wanted) {
        closing.removeIf(listening -> listening.connections() == 0);
        Map<Address, Listener> byAddress = new HashMap<>();
        wanted.forEach(listener -> byAddress.put(listener.address(), listener));
        for (Address address : new HashSet<>(open.keySet())) {
            if (!sameKind(byAddress.get(address), open.get(address))) {
                close(address);
            }
        }
        List<ListenerState> next = new ArrayList<>();
        for (Listener listener : wanted) {
            String failure = "";
            try {
                switch (listener) {
                    case Listener.Http http -> set(http);
                    case Listener.Tcp tcp -> set(tcp);
                    case Listener.Sni sni -> failure = UNSERVED;
                    case Listener.Detect detect -> failure = UNSERVED;
                    case Listener.Proxy proxy -> failure = UNSERVED;
                }
            } catch (IOException e) {
                failure = String.valueOf(e.getMessage());
            }
            next.add(new ListenerState(listener.name(), listener.address(), failure));
        }
        states = List.copyOf(next);
    }

    private static boolean sameKind(
            @org.jspecify.annotations.Nullable Listener wanted,
            @org.jspecify.annotations.Nullable Open there) {
        return (wanted instanceof Listener.Http && there instanceof Open.Http)
                || (wanted instanceof Listener.Tcp && there instanceof Open.Tcp);
    }

    private void set(Listener.Http http) throws IOException {
        if (open.get(http.address()) instanceof Open.Http there) {
            there.entry.set(there.tables.update(http.hosts()));
            return;
        }
        var entry = new Entry(http.name());
        var listening = Listening.bind(loops, http.address().socket(), entry, limits, faults);
        HostTables tables = making.tables();
        entry.set(tables.update(http.hosts()));
        open.put(
                http.address(),
                new Open.Http(listening.reporting(traffic::refused), entry, tables));
    }

    private void set(Listener.Tcp tcp) throws IOException {
        Open there = open.get(tcp.address());
        Forwarding forwarding;
        if (there instanceof Open.Tcp known) {
            if (known.asked == tcp) {
                return;
            }
            forwarding = known.forwarding;
            forwarding.set(making.targets(tcp));
            making.release(known.asked);
        } else {
            forwarding = new Forwarding(loops, tcp.address().socket(), making.targets(tcp));
        }
        open.put(tcp.address(), new Open.Tcp(forwarding, tcp));
    }

    private void close(Address address) {
        switch (open.remove(address)) {
            case Open.Http http -> {
                http.listening.stop();
                http.tables.clear();
                closing.add(http.listening);
            }
            case Open.Tcp tcp -> {
                tcp.forwarding.stop();
                making.release(tcp.asked);
            }
            case null -> {}
        }
    }

    List<ListenerState> states() {
        return states;
    }

    /** The port that was chosen for a listener with port 0 is of use to tests only. */
    long connections() {
        long count = closing.stream().mapToLong(Listening::connections).sum();
        for (Open one : open.values()) {
            count +=
                    switch (one) {
                        case Open.Http http -> http.listening.connections();
                        case Open.Tcp tcp -> tcp.forwarding.connections();
                    };
        }
        return count;
    }

    /** Takes no more connections anywhere, and closes each as soon as it is idle. */
    void stop() {
        for (Open one : open.values()) {
            switch (one) {
                case Open.Http http -> http.listening.stop();
                case Open.Tcp tcp -> tcp.forwarding.stop();
            }
        }
    }

    void drain(Duration patience) {
        for (Open one : open.values()) {
            switch (one) {
                case Open.Http http -> http.listening.drain(patience);
                case Open.Tcp tcp -> tcp.forwarding.close();
            }
        }
        closing.forEach(listening -> listening.drain(Duration.ZERO));
    }
}
