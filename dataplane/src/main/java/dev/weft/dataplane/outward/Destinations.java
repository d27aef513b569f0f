package dev.weft.dataplane.outward;

import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The hosts outside that were asked for lately, with their checked addresses. {@link #serve} on the
 * exchange's loop, {@link #set} by whoever applies a snapshot; names are looked up by threads of
 * {@link Errands}.
 *
 * <p>What is connected to is an address that was checked, never a name: however a name changes
 * between the look and the connection, nothing else is reached.
 */
public final class Destinations implements AutoCloseable {
    /** How long addresses are used until they are looked up again, beside the requests. */
    private static final Duration FRESH = Duration.ofSeconds(15);

    /** How long they are used at most. */
    private static final Duration KEPT = Duration.ofMinutes(2);

    /** How long a failure is remembered. */
    private static final Duration FAILED = Duration.ofSeconds(3);

    private static final int HOSTS_MAX = 1024;

    /** Makes services of routes. Any thread that may wait. */
    public interface Making {
        /** Takes the second in the place of the first. */
        @Nullable Service replace(@Nullable Route before, @Nullable Route after);
    }

    /** Who may ask for a line that is not for everybody. */
    public interface Callers {
        boolean isOneOf(Set<String> names, Exchange exchange);
    }

    /**
     * What is kept apart.
     *
     * @param callers for whom alone: whatever was found for these is reached by no others; empty:
     *     for everybody
     */
    record Key(String host, int port, Set<String> callers) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    private final Lookup lookup;
    private final Predicate<Address> own;
    private final Callers callers;
    private final Making making;
    private final Clock clock;
    private final Errands errands;
    private final ConcurrentHashMap<Key, Destination> known = new ConcurrentHashMap<>();
    private volatile Outward outward = Outward.nowhere();

    /**
     * @param own whether something of Weft's listens at an address: a Service's cluster address
     * @param errands closed with this
     */
    public Destinations(
            Lookup lookup,
            Predicate<Address> own,
            Callers callers,
            Making making,
            Clock clock,
            Errands errands) {
        this.lookup = lookup;
        this.own = own;
        this.callers = callers;
        this.making = making;
        this.clock = clock;
        this.errands = errands;
    }

    /** What may be reached from now on. What is under way goes on. */
    public void set(Outward next) {
        if (next.allowed().equals(outward.allowed())) {
            return;
        }
        outward = next;
        forget(it -> true);
    }

    void serve(Exchange exchange, String host, int port) {
        var everybody = new Key(host, port, Set.of());
        Destination there = known.get(everybody);
        if (there != null) {
            there.serve(exchange);
            return;
        }
        Outward now = outward;
        List<Allowed> lines = lines(now, everybody);
        Optional<Allowed> line = chosen(lines, exchange);
        if (line.isEmpty()) {
            exchange.refuse(
                    lines.isEmpty()
                            ? Words.notListed(everybody)
                            : Words.notForCaller(everybody, lines.getFirst()));
            return;
        }
        var key = new Key(host, port, line.get().callers());
        there = known.get(key);
        if (there == null) {
            there = open(key, line.get());
        }
        if (there == null) {
            exchange.refuse(Words.busy());
        } else if (now == outward) {
            there.serve(exchange);
        } else {
            // opened by a list that has just been replaced
            letGo(key, there);
            serve(exchange, host, port);
        }
    }

    /** What is for everybody comes first, since it is kept once. */
    private Optional<Allowed> chosen(List<Allowed> lines, Exchange exchange) {
        return lines.stream()
                .filter(Allowed::isForEverybody)
                .findFirst()
                .or(
                        () ->
                                lines.stream()
                                        .filter(it -> callers.isOneOf(it.callers(), exchange))
                                        .findFirst());
    }

    private List<Allowed> lines(Outward now, Key key) {
        InetAddress numeric = numeric(key.host);
        if (numeric == null) {
            return now.lines(key.host, key.port);
        }
        return isOwn(numeric, key.port)
                ? List.of(new Allowed("Weft", numeric.getHostAddress(), Set.of(key.port)))
                : now.lines(numeric, key.port);
    }

    private boolean isOwn(InetAddress address, int port) {
        return own.test(new Address(Destination.numeric(address), port));
    }

    private static @Nullable InetAddress numeric(String host) {
        boolean v6 = host.startsWith("[") && host.endsWith("]");
        if (!v6 && (host.isEmpty() || Character.digit(host.charAt(host.length() - 1), 10) < 0)) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(v6 ? host.substring(1, host.length() - 1) : host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private @Nullable Destination open(Key key, Allowed line) {
        if (known.size() >= HOSTS_MAX) {
            // for the next who asks
            errands.send(() -> forget(it -> it.isIdle(clock.nanos())));
            return null;
        }
        return known.computeIfAbsent(key, it -> new Destination(key, line, this));
    }

    /** Lets go of some, on a thread that may wait. */
    private void forget(Predicate<Destination> which) {
        for (var entry : known.entrySet()) {
            Destination there = entry.getValue();
            if (which.test(there) && known.remove(entry.getKey(), there)) {
                there.close();
            }
        }
    }

    private void letGo(Key key, Destination there) {
        if (known.remove(key, there)) {
            errands.send(there::close);
        }
    }

    Clock clock() {
        return clock;
    }

    Making making() {
        return making;
    }

    /** Whether the errand will be run. */
    boolean send(Runnable errand) {
        return errands.send(errand);
    }

    /** What a look at a name has shown. */
    record Found(List<InetAddress> addresses, @Nullable Refusal refusal, Duration good) {
        Duration fresh() {
            return refusal == null ? FRESH : good;
        }
    }

    Found look(Key key, Allowed line) {
        InetAddress numeric = numeric(key.host);
        List<InetAddress> all;
        try {
            all = numeric == null ? lookup.find(key.host) : List.of(numeric);
        } catch (IOException e) {
            return failed(Words.unknown(key, line));
        }
        if (all.isEmpty()) {
            return failed(Words.unknown(key, line));
        }
        Set<InetAddress> good = new LinkedHashSet<>();
        List<InetAddress> bad = new ArrayList<>();
        for (InetAddress address : all) {
            if (may(address, key)) {
                good.add(address);
            } else {
                bad.add(address);
            }
        }
        return good.isEmpty()
                ? failed(Words.inner(key, line, bad.getFirst()))
                : new Found(List.copyOf(good), null, KEPT);
    }

    private boolean may(InetAddress address, Key key) {
        return !Ranges.isInner(address)
                || isOwn(address, key.port)
                || outward.lines(address, key.port).stream().anyMatch(it -> it.isFor(key.callers));
    }

    /** Whether a tunnel to one of these addresses would be let through today. Any thread. */
    boolean permits(Key key, List<InetAddress> addresses) {
        return lines(outward, key).stream().anyMatch(it -> it.isFor(key.callers))
                && addresses.stream().allMatch(it -> may(it, key));
    }

    private static Found failed(Refusal why) {
        return new Found(List.of(), why, FAILED);
    }

    @Override
    public void close() {
        errands.close();
        forget(it -> true);
    }
}
