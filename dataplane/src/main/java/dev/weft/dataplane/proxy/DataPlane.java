package dev.weft.dataplane.proxy;

import dev.weft.dataplane.balance.Clusters;
import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.event.Connections.Side;
import dev.weft.dataplane.event.Figures;
import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.filter.CallMarks;
import dev.weft.dataplane.filter.CallerFields;
import dev.weft.dataplane.filter.RateLimits;
import dev.weft.dataplane.filter.Retries;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.log.AccessSink;
import dev.weft.dataplane.log.AccessWriter;
import dev.weft.dataplane.loop.Ledger;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.outward.Destinations;
import dev.weft.dataplane.outward.Errands;
import dev.weft.dataplane.outward.Lookup;
import dev.weft.dataplane.proxy.match.HostTable;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.proxy.match.Sources;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.service.Bridge;
import dev.weft.dataplane.service.Handler;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tcp.Verdicts;
import dev.weft.dataplane.tls.Securing;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.Promptness;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that carries the users' traffic: the edge, the listeners of cluster addresses, the
 * event loops, the connections to endpoints, the figures. Any thread. It does what the last
 * snapshot says; a request at work keeps the one that it began with.
 */
public final class DataPlane implements Consumer<Snapshot>, AutoCloseable {
    /** How much sooner than everything is cut a tunnel may say good-bye. */
    private static final Duration GOOD_BYE = Duration.ofMillis(500);

    private static final Duration HANDLERS_END = Duration.ofSeconds(5);

    private final Clock clock;
    private final Faults faults;
    private final Loops loops;
    private final ServerLimits limits;
    private final Securing securing;
    private final TaskScope handlers;
    private final Traffic traffic;
    private final Clusters clusters;
    private final Compiler compiler;
    private final Map<String, Service> locals = new ConcurrentHashMap<>();
    private final AccessWriter accessLog;
    private final Sources sources = new Sources();
    private final HostTables edgeTables;
    private final Connections connections = new Connections();
    private final CallerFields caller;
    private final Entry edge;
    private final Tunnels tunnels;
    private final Listeners listeners;
    private volatile Snapshot current = Snapshot.empty();
    private volatile @Nullable OutwardDoor outward;
    private volatile long inUseNanos;
    private final Doors doors;
    private final List<EdgeDoor> edges = new ArrayList<>();

    private DataPlane(DataPlaneSettings settings, Clock clock, Faults faults) {
        this.clock = clock;
        this.faults = faults;
        limits = settings.limits();
        Ledger ledger = Ledger.of(settings.means().bufferBytesMax());
        loops =
                new Loops(
                        "weft-edge", settings.loops(), clock, settings.means().transport(), ledger);
        securing = new Securing(settings.means().tls(), clock);
        handlers = new TaskScope("edge", faults, HANDLERS_END);
        traffic = new Traffic(loops.count());
        accessLog = new AccessWriter(faults, clock);
        var chance = new Chance(settings.seed());
        var perLoop = new Chance[loops.count()];
        for (int i = 0; i < perLoop.length; i++) {
            perLoop[i] = chance.fork();
        }
        clusters = new Clusters(loops, securing, perLoop, connections);
        caller = new CallerFields(perLoop);
        tunnels = new Tunnels(clock, limits.drain());
        var unrouted = new Unrouted(caller, accessLog);
        edge = new Entry("edge", unrouted);
        compiler =
                new Compiler(
                        traffic,
                        clusters,
                        new Shared(
                                caller,
                                new CallMarks(perLoop, clock),
                                new RateLimits(),
                                new Retries(perLoop, clock),
                                accessLog,
                                perLoop,
                                sources,
                                tunnels),
                        locals,
                        chance);
        edgeTables = new HostTables(compiler, sources);
        doors =
                new Doors(
                        new Making(),
                        loops,
                        settings.limits(),
                        traffic,
                        faults,
                        securing,
                        new Verdicts(clock),
                        connections,
                        unrouted);
        listeners = new Listeners(doors);
    }

    /**
     * Binds the edge and serves until it is closed; with an empty snapshot at first.
     *
     * @throws IOException when an address of the edge cannot be bound
     */
    public static DataPlane start(DataPlaneSettings settings, Clock clock, Faults faults)
            throws IOException {
        var plane = new DataPlane(settings, clock, faults);
        try {
            for (InetSocketAddress address : settings.edges()) {
                plane.edges.add(new EdgeDoor(plane.doors, address, plane.edge));
            }
            return plane;
        } catch (IOException | RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    /**
     * Opens the outbound proxy: hosts that the edge routes, and those that a snapshot lists.
     *
     * @return where it listens
     * @throws IOException when the address cannot be bound
     */
    public InetSocketAddress openOutward(InetSocketAddress address, Lookup lookup)
            throws IOException {
        var errands = new Errands(faults);
        var destinations =
                new Destinations(
                        lookup, listeners::isOpen, sources::isOneOf, this::replace, clock, errands);
        var opened =
                new OutwardDoor(
                        address,
                        edge,
                        destinations,
                        limits,
                        new OutwardDoor.Surroundings(
                                loops, traffic, faults, connections.of(Side.CALLERS, "outbound")));
        synchronized (this) {
            opened.set(current.outward());
            outward = opened;
        }
        return opened.address();
    }

    private synchronized @Nullable Service replace(@Nullable Route before, @Nullable Route after) {
        Service made = after == null ? null : compiler.take(after);
        if (before != null) {
            compiler.release(before);
        }
        compiler.settle();
        return made;
    }

    /** The addresses that the edge is bound to, in the order they were asked for. */
    public List<InetSocketAddress> edges() {
        return edges.stream().map(EdgeDoor::address).toList();
    }

    /** Has traffic go on as soon as it comes, whatever else this process computes. */
    public void run(Promptness promptness) {
        loops.run(promptness);
    }

    /** Keeps the lines of the routes that have an access log; before this they are dropped. */
    public void accessLog(AccessSink sink) {
        accessLog.to(sink);
    }

    /**
     * How many lines of the access log were dropped, since they came faster than they were kept.
     */
    public long accessLinesDropped() {
        return accessLog.dropped();
    }

    /** Names a handler of this process for {@link Backend.Local}. */
    public void local(String name, Handler handler) {
        localService(name, new Bridge(handler, handlers, faults));
    }

    /** Names a service of this process for {@link Backend.Local}. */
    public void localService(String name, Service service) {
        locals.put(name, service);
    }

    /** The same as {@link #apply}. */
    @Override
    public void accept(Snapshot snapshot) {
        apply(snapshot);
    }

    /**
     * Does what the snapshot says from now on. When this returns, every new request follows it.
     *
     * @return how each listener that it asks for does; one that could not be bound is tried again
     *     with the next snapshot
     */
    public synchronized List<ListenerState> apply(Snapshot snapshot) {
        long begin = clock.nanos();
        current = snapshot;
        sources.set(snapshot.sources());
        HostTable table = edgeTables.update(snapshot.hosts());
        listeners.apply(snapshot.listeners());
        edge.set(table);
        edges.forEach(door -> door.set(snapshot.edge()));
        OutwardDoor proxy = outward;
        if (proxy != null) {
            proxy.set(snapshot.outward());
        }
        inUseNanos = clock.nanos() - begin;
        compiler.settle();
        tunnels.settle();
        return listeners.states();
    }

    /** How long it took from when the last snapshot was handed over until every loop used it. */
    public Duration inUseAfter() {
        return Duration.ofNanos(inUseNanos);
    }

    /**
     * What a request to a host goes through, from top to bottom, for a person to read. Nothing
     * where the host is not served.
     */
    public Optional<String> stack(String host) {
        return new StackText(compiler::layers).write(current, host);
    }

    /** What listeners need of their routes. */
    private final class Making implements Doors.Making {
        @Override
        public HostTables tables() {
            return new HostTables(compiler, sources);
        }

        @Override
        public Service take(Route route) {
            return compiler.take(route);
        }

        @Override
        public void release(Route route) {
            compiler.release(route);
        }
    }

    /** How each listener of the last snapshot does. */
    public List<ListenerState> listeners() {
        return listeners.states();
    }

    /** How many connections came and went, by listener and by cluster. */
    public Connections connections() {
        return connections;
    }

    /**
     * Which of the requests that come without a decision are to be traced; all at first. The
     * decision of a caller that is believed stands, see {@link CallerFields}.
     */
    public void sampling(Share share) {
        caller.sampling(share);
    }

    /** How the TLS connections of both ends began. */
    public Handshakes handshakes() {
        return securing.handshakes();
    }

    /** How many timers of connections and requests are to expire. */
    int armedTimers() {
        return loops.armedTimers();
    }

    /** What the bytes under way hold, and what was done about it. */
    public Ledger.Reading buffers() {
        return loops.ledger().read();
    }

    public Figures figures() {
        OutwardDoor proxy = outward;
        long connections = edges.stream().mapToLong(EdgeDoor::connections).sum();
        return new Figures(
                clock.nanos(),
                traffic.read(),
                traffic.refusals(),
                connections + listeners.connections() + (proxy == null ? 0 : proxy.connections()),
                clusters.connections());
    }

    /**
     * Takes no more connections and lets requests at work end, for so long; then cuts what is left,
     * and ends.
     */
    public void drain(Duration patience) {
        edges.forEach(EdgeDoor::stop);
        listeners.stop();
        OutwardDoor proxy = outward;
        if (proxy != null) {
            proxy.stop();
        }
        Duration last = patience.dividedBy(4);
        last = last.compareTo(GOOD_BYE) < 0 ? last : GOOD_BYE;
        awaitNone(patience.minus(last));
        tunnels.close();
        awaitNone(last);
        edges.forEach(EdgeDoor::close);
        listeners.close();
        if (proxy != null) {
            proxy.close();
        }
        synchronized (this) {
            clusters.retireAll();
        }
        handlers.close();
        loops.close();
        accessLog.close();
    }

    /** Waits until nothing is at work any more, for so long. */
    private void awaitNone(Duration patience) {
        long end = clock.nanos() + patience.toNanos();
        edges.forEach(it -> it.awaitNone(end));
        listeners.awaitNone(end);
        OutwardDoor proxy = outward;
        if (proxy != null) {
            proxy.awaitNone(end);
        }
    }

    /** Cuts everything at once. */
    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
