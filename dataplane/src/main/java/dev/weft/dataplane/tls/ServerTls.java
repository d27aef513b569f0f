package dev.weft.dataplane.tls;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one listener: which certificate is shown to whom. It can be given other certificates
 * at any time: connections that stand keep theirs, new ones meet the new ones, and sessions can be
 * taken up again across the change. Any thread; whoever made it closes it.
 */
public final class ServerTls implements AutoCloseable {
    /**
     * One certificate, and for whom.
     *
     * @param names in lower case, as {@link Names} reads them
     */
    record Shown(Set<String> names, TlsIdentity identity, ClientTrust clients) {
        public Shown {
            names = Set.copyOf(names);
        }
    }

    /**
     * What a listener shows.
     *
     * @param protocols what is offered inside, the best first; see {@link Protocols}
     */
    record Settings(List<Shown> certificates, List<String> protocols) {
        public Settings {
            certificates = List.copyOf(certificates);
            protocols = List.copyOf(protocols);
        }

        /**
         * What a snapshot says.
         *
         * @throws IllegalArgumentException when a key or a certificate cannot be read
         */
        static Settings of(TlsServer settings) {
            var trust =
                    new ClientTrust(
                            switch (settings.clients()) {
                                case ANYONE -> ClientTrust.Asking.NEVER;
                                case MAY -> ClientTrust.Asking.OPTIONAL;
                                case MUST -> ClientTrust.Asking.REQUIRED;
                                case UNVERIFIED -> ClientTrust.Asking.ANY;
                            },
                            Keys.certificates(settings.clientAuthorities()));
            boolean named =
                    settings.certificates().stream().noneMatch(one -> one.names().isEmpty());
            List<Shown> shown = new ArrayList<>();
            for (Certificate one : settings.certificates()) {
                Set<String> names = new HashSet<>(one.names());
                if (names.isEmpty() || (named && shown.isEmpty())) {
                    names.add(Names.ANY);
                }
                shown.add(new Shown(names, Keys.identity(one), trust));
            }
            return new Settings(shown, settings.alpn());
        }
    }

    /** Where a session can be taken up again. */
    private record Scope(Set<String> names, ClientTrust clients) {
        static Scope of(Shown shown) {
            return new Scope(shown.names(), shown.clients());
        }

        /** By hand: at a start the JVM takes long to put a record's own together. */
        @Override
        public int hashCode() {
            return names.hashCode();
        }
    }

    /** A certificate in use. */
    private static final class Entry {
        final Shown shown;
        final List<String> protocols;
        final TicketKeys tickets;
        private @Nullable TlsEngine engine;
        private @Nullable Context context;

        Entry(Shown shown, List<String> protocols, TicketKeys tickets) {
            this.shown = shown;
            this.protocols = protocols;
            this.tickets = tickets;
        }

        synchronized Context context(TlsEngine wanted) {
            Context made = context;
            if (made == null || engine != wanted) {
                Context next =
                        Context.server(
                                wanted, shown.identity(), shown.clients(), protocols, tickets);
                close();
                engine = wanted;
                context = next;
                return next;
            }
            return made;
        }

        synchronized void close() {
            Context made = context;
            if (made != null) {
                made.close();
                context = null;
            }
        }
    }

    private final Supplier<TlsEngine> engine;
    private final boolean eager;
    private final Clock clock;
    private final Handshakes handshakes;
    private final SecureRandom random = new SecureRandom();
    private List<Entry> entries = List.of();
    private volatile List<String> protocols = List.of();
    private volatile Names<Entry> names = new Names<>(Map.of());
    private volatile boolean closed;

    private ServerTls(
            Supplier<TlsEngine> engine, boolean eager, Clock clock, Handshakes handshakes) {
        this.engine = engine;
        this.eager = eager;
        this.clock = clock;
        this.handshakes = handshakes;
    }

    /**
     * Contexts are made, and the engine's library is loaded, before this returns.
     *
     * @param handshakes where they are counted
     */
    static ServerTls of(TlsServer settings, TlsEngine engine, Clock clock, Handshakes handshakes) {
        var tls = new ServerTls(() -> engine, true, clock, handshakes);
        tls.set(settings);
        return tls;
    }

    /**
     * Nothing is made before the first client comes, and that one is not kept waiting for a
     * library: a start is not delayed. Offers HTTP/2 and HTTP/1.1.
     */
    public static ServerTls late(TlsIdentity identity, Faults faults, Clock clock) {
        var tls = new ServerTls(() -> TlsEngine.atHand(faults), false, clock, new Handshakes());
        var trust =
                identity.clientAuthorities().isEmpty()
                        ? ClientTrust.nobody()
                        : new ClientTrust(
                                ClientTrust.Asking.OPTIONAL, identity.clientAuthorities());
        tls.set(
                new Settings(
                        List.of(new Shown(Set.of(Names.ANY), identity, trust)),
                        List.of(Protocols.HTTP_2, Protocols.HTTP_1)));
        return tls;
    }

    /**
     * Shows other certificates from now on.
     *
     * @throws IllegalArgumentException when one of them cannot be used; nothing is changed then
     */
    public void set(TlsServer settings) {
        set(Settings.of(settings));
    }

    private synchronized void set(Settings settings) {
        Map<Shown, Entry> kept = new HashMap<>();
        // a session that is taken up again is not checked again: never under another name or trust
        Map<Scope, TicketKeys> tickets = new HashMap<>();
        for (Entry entry : entries) {
            tickets.putIfAbsent(Scope.of(entry.shown), entry.tickets);
            if (entry.protocols.equals(settings.protocols())) {
                kept.put(entry.shown, entry);
            }
        }
        List<Entry> next = new ArrayList<>();
        Map<String, Entry> byName = new HashMap<>();
        for (Shown shown : settings.certificates()) {
            Entry entry = kept.get(shown);
            if (entry == null) {
                TicketKeys keys =
                        tickets.computeIfAbsent(
                                Scope.of(shown), scope -> new TicketKeys(clock, random));
                entry = new Entry(shown, settings.protocols(), keys);
            }
            next.add(entry);
            for (String name : shown.names()) {
                byName.putIfAbsent(name, entry);
            }
        }
        if (eager) {
            make(next);
        }
        List<Entry> gone = new ArrayList<>(entries);
        gone.removeAll(next);
        names = new Names<>(byName);
        entries = next;
        protocols = settings.protocols();
        gone.forEach(Entry::close);
    }

    private void make(List<Entry> next) {
        try {
            next.forEach(entry -> entry.context(engine.get()));
        } catch (IllegalArgumentException e) {
            next.stream().filter(entry -> !entries.contains(entry)).forEach(Entry::close);
            throw e;
        }
    }

    Handshakes handshakes() {
        return handshakes;
    }

    Clock clock() {
        return clock;
    }

    /** What meets a client who asks for this name; null when there is no certificate for it. */
    @Nullable Context select(String serverName) {
        Entry entry = closed ? null : names.find(serverName);
        return entry == null ? null : entry.context(engine.get());
    }

    /**
     * Whether something is spoken here that a client offers by ALPN. Clients of HTTP/1.0 name it
     * so, and are served as those who offer nothing.
     */
    boolean speaks(List<String> offered) {
        List<String> mine = protocols;
        return mine.isEmpty()
                || offered.isEmpty()
                || offered.contains("http/1.0")
                || offered.stream().anyMatch(mine::contains);
    }

    /**
     * Whether a request for this host may come through a connection that was made for that server
     * name: both must lead to the same certificate, with the same demands on clients. Who asked for
     * a name that nobody serves, and was shown the default certificate, has asked for no other one.
     *
     * @param host in lower case, without port
     */
    public boolean agree(String serverName, String host) {
        Names<Entry> now = names;
        if (!now.distinguishes() || serverName.equals(host)) {
            return true;
        }
        boolean stray = !serverName.isEmpty() && now.findOwn(serverName) == null;
        return now.find(serverName) == now.find(host) && !(stray && now.findOwn(host) != null);
    }

    /** Whether {@link #agree} can be false at all. */
    public boolean distinguishes() {
        return names.distinguishes();
    }

    @Override
    public synchronized void close() {
        closed = true;
        entries.forEach(Entry::close);
    }
}
