package dev.weft.dataplane.outward;

import dev.weft.dataplane.outward.Destinations.Found;
import dev.weft.dataplane.outward.Destinations.Key;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Attendant;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Permit;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One host and port outside: its checked addresses behind a route of their own, and who waits for
 * them. {@link #serve} on an event loop, which never waits for the lock for longer than a few
 * assignments take.
 */
final class Destination {
    /** For how long a request waits until the address is known. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Those outside are further away than the endpoints of a Service. */
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final Duration IDLE = Duration.ofMinutes(1);

    /** Nobody outside is told who called inside; that a proxy stands between is said. */
    private static final HeaderEdits REQUEST =
            new HeaderEdits(
                    Set.of(
                            "forwarded",
                            "x-forwarded-for",
                            "x-forwarded-host",
                            "x-forwarded-proto",
                            "x-forwarded-client-cert"),
                    Map.of(),
                    List.of(Map.entry("via", "1.1 weft")));

    private static final HeaderEdits ANSWER = HeaderEdits.adding("via", "1.1 weft");

    private final Key key;
    private final Allowed line;
    private final Destinations owner;
    private final List<Waiting> waiting = new ArrayList<>();

    // guarded by this
    private @Nullable Route route;
    private List<InetAddress> addresses = List.of();
    private boolean looking;
    private boolean closed;

    private volatile @Nullable Service service;
    private volatile long freshUntil;
    private volatile long goodUntil;
    private volatile long used;

    Destination(Key key, Allowed line, Destinations owner) {
        this.key = key;
        this.line = line;
        this.owner = owner;
        this.used = owner.clock().nanos();
    }

    boolean isIdle(long now) {
        return now - used > IDLE.toNanos();
    }

    void serve(Exchange exchange) {
        long now = owner.clock().nanos();
        used = now;
        Service ready = service;
        if (ready == null || now - goodUntil >= 0) {
            await(exchange);
            return;
        }
        if (now - freshUntil >= 0) {
            look();
        }
        ready.serve(exchange);
    }

    private void await(Exchange exchange) {
        var one = new Waiting(exchange);
        exchange.attend(one);
        exchange.arm(Alarm.PAUSE, PATIENCE.toNanos(), one);
        synchronized (this) {
            waiting.add(one);
        }
        if (!look()) {
            exchange.disarm(Alarm.PAUSE);
            one.leave();
            exchange.refuse(Words.busy());
        }
    }

    /** Has the name looked up, if nobody does so; returns whether somebody does. */
    private synchronized boolean look() {
        if (closed) {
            release(exchange -> owner.serve(exchange, key.host(), key.port()));
            return true;
        }
        if (!looking) {
            looking = owner.send(this::lookUp);
        }
        return looking;
    }

    /** On a thread that may wait. */
    private void lookUp() {
        Found found = owner.look(key, line);
        Refusal refusal = found.refusal();
        Service next = refusal == null ? replace(found.addresses()) : drop(refusal);
        long now = owner.clock().nanos();
        synchronized (this) {
            looking = false;
            if (next == null) {
                // let go of meanwhile: who waits asks again, and is judged anew
                release(exchange -> owner.serve(exchange, key.host(), key.port()));
                return;
            }
            freshUntil = now + found.fresh().toNanos();
            goodUntil = now + found.good().toNanos();
            service = next;
            release(next);
        }
    }

    /** The service for these addresses; null once it is closed. */
    private @Nullable Service replace(List<InetAddress> found) {
        Route before;
        synchronized (this) {
            Service now = service;
            if (!closed
                    && now != null
                    && route != null
                    && Set.copyOf(addresses).equals(Set.copyOf(found))) {
                return now;
            }
            before = route;
        }
        Route after = route(found);
        Service to = Objects.requireNonNull(owner.making().replace(before, after));
        Permit permit = unused -> owner.permits(key, found);
        Service made =
                exchange -> {
                    exchange.note(Note.PERMIT, permit);
                    to.serve(exchange);
                };
        synchronized (this) {
            if (!closed) {
                route = after;
                addresses = found;
                return made;
            }
        }
        owner.making().replace(after, null);
        return null;
    }

    private @Nullable Service drop(Refusal refusal) {
        Route before;
        synchronized (this) {
            before = route;
            route = null;
            addresses = List.of();
            if (closed) {
                return null;
            }
        }
        owner.making().replace(before, null);
        return exchange -> exchange.refuse(refusal);
    }

    /** Lets go of everything. */
    void close() {
        Route before;
        synchronized (this) {
            closed = true;
            before = route;
            route = null;
        }
        owner.making().replace(before, null);
    }

    private Route route(List<InetAddress> found) {
        // by what the policy says and not by the name, since of those there may be many
        String listed = "outside/" + line.host() + ":" + key.port();
        Policy policy =
                Policy.usual()
                        .withTimeouts(Timeouts.usual().withConnect(CONNECT))
                        .withHeaders(REQUEST)
                        .withAnswerHeaders(ANSWER);
        var endpoints =
                new Backend.Endpoints(
                        listed,
                        cluster(),
                        found.stream().map(it -> new Address(numeric(it), key.port())).toList());
        return new Route(
                line.by(),
                listed,
                Match.everything(),
                policy,
                List.of(new WeightedBackend(1, endpoints)));
    }

    /** Connections are shared by those alone for whom the same was found. */
    private String cluster() {
        return key.callers().isEmpty()
                ? "outside " + key
                : "outside " + key + " for " + String.join(" ", new TreeSet<>(key.callers()));
    }

    static String numeric(InetAddress address) {
        String ip = address.getHostAddress();
        int scope = ip.indexOf('%');
        return scope < 0 ? ip : ip.substring(0, scope);
    }

    /** Guarded by this. */
    private void release(Service then) {
        waiting.forEach(it -> it.go(then));
        waiting.clear();
    }

    /** An exchange that waits for the addresses. Its event loop, but for {@link #go}. */
    private final class Waiting implements Attendant, Step {
        private final Exchange exchange;
        private boolean gone;

        Waiting(Exchange exchange) {
            this.exchange = exchange;
        }

        void go(Service then) {
            exchange.loop()
                    .execute(
                            () -> {
                                if (!gone) {
                                    gone = true;
                                    exchange.disarm(Alarm.PAUSE);
                                    exchange.home().tick();
                                    then.serve(exchange);
                                    exchange.flush();
                                }
                            });
        }

        @Override
        public void resume() {}

        @Override
        public void cancel() {
            leave();
        }

        void leave() {
            gone = true;
            synchronized (Destination.this) {
                waiting.remove(this);
            }
        }

        @Override
        public void alarmed(Exchange told, Alarm kind) {
            if (!gone) {
                leave();
                exchange.refuse(Words.late(key, line));
            }
        }
    }
}
