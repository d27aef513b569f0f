package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.event.Connections.Side;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.loop.Acceptor;
import dev.weft.dataplane.loop.Acceptor.Taking;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Permit;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tcp.Detecting;
import dev.weft.dataplane.tcp.FirstBytes.Protocol;
import dev.weft.dataplane.tcp.Forwarding;
import dev.weft.dataplane.tls.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One address: its socket, and what is done with the connections that come through it. What that
 * is, and the certificates, can change at any time; the socket stays, and connections that stand go
 * on. One thread at a time changes it; any thread reads.
 */
final class Door {
    private final Doors doors;
    private final Entry entry;
    private final HostTables tables;
    private final Listening listening;
    private final Forwarding forwarding;
    private final Admission admission;
    private final Permit permit = this::mayStay;
    private @Nullable Acceptor socket;
    private volatile @Nullable Listener asked;
    private @Nullable ServerTls tls;
    private @Nullable TlsServer tlsAsked;
    private boolean tlsHalfCloses;
    private volatile List<Route> routes = List.of();
    private volatile boolean left;

    Door(Doors doors, String name) {
        this.doors = doors;
        this.entry = new Entry(name, doors.unrouted());
        this.tables = doors.making().tables();
        this.listening = doors.listening(entry);
        this.forwarding = doors.forwarding();
        this.admission = doors.admission();
    }

    /**
     * Does what a listener says from now on.
     *
     * @throws IOException when the address cannot be bound, or a certificate cannot be used: then
     *     everything stays as it was
     */
    void set(Listener listener) throws IOException {
        if (listener == asked && socket != null) {
            return;
        }
        ServerTls before = tls;
        boolean bytes = listener instanceof Listener.Tcp || listener instanceof Listener.Sni;
        ServerTls secure = secure(listener.entrance().tls(), bytes);
        List<Route> used = new ArrayList<>();
        listening.lasting(listener.entrance().age());
        Taking entered = admission.of(listener.entrance(), taking(listener, secure, used));
        Connections.Counts counts = doors.connections().of(Side.CALLERS, listener.name());
        Taking taking =
                (channel, loop) -> {
                    counts.opened(channel, secure != null);
                    entered.take(channel, loop);
                };
        Acceptor bound = socket;
        if (bound == null) {
            try {
                socket = Acceptor.bind(doors.loops(), listener.address().socket(), taking);
            } catch (IOException e) {
                used.forEach(doors.making()::release);
                throw e;
            }
        } else {
            bound.set(taking);
        }
        if (before != null && before != secure) {
            before.close();
        }
        routes.forEach(doors.making()::release);
        routes = List.copyOf(used);
        asked = listener;
    }

    private @Nullable ServerTls secure(@Nullable TlsServer wanted, boolean halfCloses)
            throws IOException {
        ServerTls made = tls;
        try {
            if (wanted == null) {
                made = null;
            } else if (made == null || halfCloses != tlsHalfCloses) {
                made =
                        halfCloses
                                ? doors.securing().halfClosing(wanted)
                                : doors.securing().server(wanted);
            } else if (!wanted.equals(tlsAsked)) {
                made.set(wanted);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        tls = made;
        tlsAsked = wanted;
        tlsHalfCloses = halfCloses;
        entry.secure(made);
        return made;
    }

    private Taking taking(Listener listener, @Nullable ServerTls secure, List<Route> used)
            throws IOException {
        return switch (listener) {
            case Listener.Http http -> {
                serve(http.hosts());
                yield (channel, loop) -> listening.accept(channel, loop, secure);
            }
            case Listener.Tcp tcp -> {
                serveNoMore();
                Service to = connections(tcp.route(), false, used);
                yield secure == null
                        ? (channel, loop) -> forwarding.accept(channel, to)
                        : (channel, loop) -> forwarding.acceptTls(channel, to, secure);
            }
            case Listener.Sni sni -> {
                serveNoMore();
                var passing = new SniPassing(forwarding, secure, doors.securing().handshakes());
                for (Listener.Named named : sni.routes()) {
                    passing.add(named, connections(named.route(), !named.terminate(), used));
                }
                yield passing.taking();
            }
            case Listener.Detect detect -> {
                serve(detect.hosts());
                yield detecting(
                        detect,
                        connections(detect.otherwise(), false, used),
                        connections(detect.otherwise(), true, used));
            }
        };
    }

    private void serve(List<VirtualHost> hosts) {
        entry.set(tables.update(hosts));
        entry.comeBack();
    }

    /** Connections that were served by requests until now go on so for a while, and then end. */
    private void serveNoMore() {
        if (servesRequests()) {
            entry.leave();
            doors.afterDrain(
                    () -> {
                        if (!servesRequests()) {
                            doors.afterDrain(listening.leave());
                        }
                    });
        }
    }

    private boolean servesRequests() {
        return asked instanceof Listener.Http || asked instanceof Listener.Detect;
    }

    private Service connections(Route asked, boolean plain, List<Route> used) {
        Route route = RouteStack.forConnections(asked, plain);
        used.add(route);
        Service to = doors.making().take(route);
        return exchange -> {
            exchange.note(Note.PERMIT, permit);
            to.serve(exchange);
        };
    }

    /** A connection stays as long as some route here is for the same service. */
    private boolean mayStay(String service) {
        return !left && routes.stream().anyMatch(it -> it.service().equals(service));
    }

    /**
     * @param sealed for who brings TLS along: nothing is put around that
     */
    private Taking detecting(Listener.Detect detect, Service otherwise, Service sealed) {
        String target = detect.name();
        return (channel, loop) -> {
            if (doors.verdicts().serverFirst(target)) {
                forwarding.accept(channel, otherwise);
                return;
            }
            channel.pipeline()
                    .addLast(
                            new Detecting(
                                    doors.verdicts().patience(target, detect.patience()),
                                    (ctx, protocol, read) ->
                                            detected(
                                                    ctx,
                                                    protocol,
                                                    read,
                                                    protocol == Protocol.TLS ? sealed : otherwise,
                                                    target,
                                                    loop)));
        };
    }

    private void detected(
            ChannelHandlerContext ctx,
            Protocol protocol,
            @Nullable ByteBuf read,
            Service otherwise,
            String target,
            Loop loop) {
        Channel channel = ctx.channel();
        switch (protocol) {
            case HTTP_1, HTTP_2 -> {
                doors.verdicts().sawHttp(target);
                listening.accept(channel, loop, null);
                ctx.fireChannelActive();
                if (read != null) {
                    ctx.fireChannelRead(read);
                    ctx.fireChannelReadComplete();
                }
                ctx.pipeline().remove(ctx.name());
            }
            case TLS, OPAQUE -> {
                forwarding.take(channel, otherwise, read, () -> {});
                ctx.pipeline().remove(ctx.name());
            }
            case UNDECIDED -> {
                Runnable seen = () -> doors.verdicts().sawServerFirst(target);
                forwarding.take(channel, otherwise, read, seen);
                ctx.pipeline().remove(ctx.name());
            }
        }
    }

    long connections() {
        return (long) listening.connections() + forwarding.connections();
    }

    /** Takes no more connections, and closes each as soon as it is idle. */
    void stop() {
        Acceptor bound = socket;
        if (bound != null) {
            bound.close();
            socket = null;
        }
        listening.stop();
    }

    /** Lets go of the routes: nothing comes through any more, and what is at work has its time. */
    void release() {
        left = true;
        entry.leave();
        doors.afterDrain(this::cut);
        tables.clear();
        routes.forEach(doors.making()::release);
        routes = List.of();
        ServerTls made = tls;
        if (made != null) {
            made.close();
            tls = null;
        }
    }

    private void cut() {
        listening.cut();
        forwarding.cut();
    }

    /** Waits until nothing is at work any more, up to a moment of the clock. */
    void awaitNone(long endNanos) {
        listening.awaitNone(endNanos);
        forwarding.awaitNone(endNanos);
    }

    /** Cuts what is at work, and waits until it is gone. */
    void close() {
        listening.close();
        forwarding.close();
        ServerTls made = tls;
        if (made != null) {
            made.close();
        }
    }
}
