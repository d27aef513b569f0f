package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.entrance.Entrance.ProxyProtocol;
import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.mesh.intent.ConnectionRule;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Opening;
import dev.weft.mesh.intent.Opening.Protocol;
import dev.weft.mesh.intent.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of Gateways, with the hosts and routes behind each address. Belongs to one thread.
 *
 * <p>Listeners at one address share it by their host names. A name belongs to the listener that
 * says it most closely; a request that finds no route there is offered to no other listener.
 */
final class Doors {
    private final Front front;
    private final Rulebook rules;
    private final Wishes wishes;
    private final Material material;
    private final Map<String, Opening> byName = new TreeMap<>();

    /** What was made last; null when more than rules has changed since. */
    private @Nullable Made made;

    /** Hosts as they were handed out last, by address: those that stay the same stay the object. */
    private Map<Address, Map<String, VirtualHost>> known = Map.of();

    /**
     * What stands behind the doors.
     *
     * @param edge routes of the platform's own edge, by host name
     * @param entrance what is asked of connections to it
     * @param listeners the others
     * @param states by the name of each listener: where it is to listen, or why it cannot
     */
    record Behind(
            Map<String, VirtualHost> edge,
            Entrance entrance,
            List<Listener> listeners,
            Map<String, DoorState> states) {}

    Doors(Front front, Rulebook rules, Wishes wishes, Material material) {
        this.front = front;
        this.rules = rules;
        this.wishes = wishes;
        this.material = material;
    }

    void add(Opening opening) {
        byName.put(opening.name(), opening);
        made = null;
    }

    void remove(Opening opening) {
        byName.remove(opening.name(), opening);
        made = null;
    }

    /** Certificates, authorities or terms of Gateways have changed. */
    void changed() {
        made = null;
    }

    /** Only hosts whose rules have changed are made anew, as long as the listeners stay. */
    Behind make() {
        Made standing = made;
        // if anything goes wrong on the way, everything is made anew the next time
        made = null;
        Set<String> touched = rules.takeTouched();
        if (standing == null) {
            standing = new Made();
            byName.values().forEach(standing::place);
            touched = new LinkedHashSet<>(rules.hosts());
            standing.shared.values().forEach(Shared::nameAlone);
            for (Shared here : standing.shared.values()) {
                touched.addAll(here.alone);
            }
        }
        touched.forEach(standing::host);
        Behind behind = standing.finish();
        made = standing;
        known = standing.hosts();
        return behind;
    }

    /** What shares an address. */
    private static final class Shared {
        final List<Opening> openings = new ArrayList<>();
        final Map<String, VirtualHost> hosts = new LinkedHashMap<>();
        final Map<String, Route> connections = new LinkedHashMap<>();
        final List<Certificate> certificates = new ArrayList<>();

        /** Names whose requests are offered to no other listener. */
        final Set<String> alone = new HashSet<>();

        /** Made of the hosts as they are; null when one has changed. */
        @Nullable Listener listener;

        void nameAlone() {
            for (Opening opening : openings) {
                alone.add(opening.hostname().isEmpty() ? VirtualHost.ANY : opening.hostname());
            }
        }
    }

    /**
     * A listener by which requests come to a host.
     *
     * @param asked whether something is asked for its Gateway, which then holds where routes do not
     *     ask for something else
     * @param listed whether rules behind it are asked in the order of the list
     * @param certificate what endpoints are shown that ask for one; null for none
     * @param gateway whose certificate it is
     */
    private record Way(
            Place.Door door,
            boolean asked,
            boolean listed,
            @Nullable Certificate certificate,
            Key gateway) {
        Route shown(Route route) {
            return certificate == null ? route : Backends.showing(route, certificate, gateway);
        }
    }

    /** What holds as long as the listeners stay; the steps share what they collect. */
    private final class Made {
        private final Map<Address, Shared> shared = new LinkedHashMap<>();
        private final Map<String, DoorState> states = new HashMap<>();
        private final Map<String, Entrance> entrances = new HashMap<>();

        void place(Opening opening) {
            List<Certificate> certificates = certificates(opening);
            String failure = "";
            if (ends(opening) && certificates.isEmpty()) {
                failure = "no certificate that it names is there";
            } else if (!opening.tls().clients().isEmpty() && authorities(opening).isEmpty()) {
                failure = "no authority for clients that it names is there";
            }
            var addresses = new ArrayList<Address>();
            List<String> ips = opening.ips().isEmpty() ? List.of(front.ip()) : opening.ips();
            for (String ip : ips) {
                try {
                    addresses.add(new Address(ip, opening.port()));
                } catch (IllegalArgumentException e) {
                    failure = String.valueOf(e.getMessage());
                }
            }
            boolean edge = false;
            if (failure.isEmpty()) {
                for (Address address : addresses) {
                    Shared here = shared.computeIfAbsent(address, it -> new Shared());
                    here.openings.add(opening);
                    here.certificates.addAll(certificates);
                    edge |= isEdge(address, opening);
                }
            }
            states.put(opening.name(), new DoorState(addresses, edge, failure));
            entrances.put(
                    opening.name(),
                    wishes.atDoor(Entrance.usual(), opening.source().key(), opening.section()));
        }

        private boolean isEdge(Address address, Opening opening) {
            return front.port() != 0
                    && opening.protocol() == Protocol.HTTP
                    && address.port() == front.port()
                    && address.ip().equals(front.ip());
        }

        /** Makes a host anew wherever it is served. */
        void host(String name) {
            List<HttpRule> about = rules.at(name);
            shared.forEach((address, here) -> host(name, about, address, here));
        }

        private void host(String name, List<HttpRule> about, Address address, Shared here) {
            var byMatch = LinkedHashMap.<Match, Route>newLinkedHashMap(about.size());
            List<Place> places = List.of();
            List<Way> ways = List.of();
            boolean listed = false;
            for (HttpRule rule : about) {
                if (rule.places() != places) {
                    // the rules of a route share them
                    places = rule.places();
                    ways = ways(places, name, address, here);
                    listed |= ways.stream().anyMatch(Way::listed);
                }
                for (Way way : ways) {
                    Route route =
                            way.shown(
                                    way.asked()
                                            ? rules.route(rule, way.door())
                                            : rules.route(rule));
                    byMatch.putIfAbsent(route.match(), route);
                }
            }
            here.listener = null;
            boolean alone = here.alone.contains(name);
            if (byMatch.isEmpty() && !alone) {
                here.hosts.remove(name);
                return;
            }
            List<Route> routes = List.copyOf(byMatch.values());
            VirtualHost before = known.getOrDefault(address, Map.of()).get(name);
            VirtualHost.Ordering ordering =
                    listed ? VirtualHost.Ordering.LIST : VirtualHost.Ordering.MOST_SPECIFIC;
            VirtualHost now =
                    before != null
                                    && before.alone() == alone
                                    && before.ordering() == ordering
                                    && Kept.isSame(before.routes(), routes)
                            ? before
                            : new VirtualHost(Set.of(name), routes, ordering, alone);
            here.hosts.put(name, now);
        }

        /** The doors among some places by which a host is reached at an address. */
        private List<Way> ways(List<Place> places, String name, Address address, Shared here) {
            var ways = new ArrayList<Way>();
            for (Place place : places) {
                if (place instanceof Place.Door door && door.hostnames().contains(name)) {
                    Opening opening = byName.get(name(door));
                    DoorState state = opening == null ? null : states.get(opening.name());
                    if (opening != null
                            && state != null
                            && state.failure().isEmpty()
                            && state.addresses().contains(address)
                            && belongs(name, opening, here)) {
                        ways.add(way(door, opening));
                    }
                }
            }
            return ways;
        }

        private Way way(Place.Door door, Opening opening) {
            boolean asked =
                    wishes.at("Gateway", door.gateway(), "").isPresent()
                            || wishes.at("Gateway", door.gateway(), door.section()).isPresent();
            boolean listed = wishes.isAsListed(door.gateway(), door.section());
            return new Way(door, asked, listed, certificate(opening), opening.source().key());
        }

        Map<Address, Map<String, VirtualHost>> hosts() {
            var all = new HashMap<Address, Map<String, VirtualHost>>();
            shared.forEach((address, here) -> all.put(address, here.hosts));
            return all;
        }

        /** What is asked for a Gateway holds for connections: their routes ask for nothing. */
        private Route atDoor(ConnectionRule rule, Place.Door door) {
            Route route = rules.route(rule);
            return route.withPolicy(
                    wishes.onRoute(route.policy(), "Gateway", door.gateway(), door.section()));
        }

        private @Nullable Certificate certificate(Opening opening) {
            return opening.tls().shown().flatMap(it -> material.certificate(it, "")).orElse(null);
        }

        void add(ConnectionRule rule) {
            for (Place.Door door : rule.doors()) {
                Opening opening = byName.get(name(door));
                DoorState state = opening == null ? null : states.get(opening.name());
                if (opening == null || state == null) {
                    continue;
                }
                for (Address address : state.addresses()) {
                    Shared here = shared.get(address);
                    if (here != null) {
                        for (String name : door.hostnames()) {
                            if (belongs(name, opening, here)) {
                                here.connections.putIfAbsent(
                                        name, way(door, opening).shown(atDoor(rule, door)));
                            }
                        }
                    }
                }
            }
        }

        /** Whether no other listener at the address says the name more closely. */
        private boolean belongs(String name, Opening opening, Shared here) {
            for (Opening other : here.openings) {
                if (other != opening
                        && other.hostname().length() > opening.hostname().length()
                        && covers(other.hostname(), name)) {
                    return false;
                }
            }
            return true;
        }

        Behind finish() {
            shared.values().forEach(here -> here.connections.clear());
            rules.connections().forEach(this::add);
            Map<String, VirtualHost> edge = Map.of();
            Entrance entrance = Entrance.usual();
            var listeners = new ArrayList<Listener>();
            for (var entry : shared.entrySet()) {
                Shared here = entry.getValue();
                Opening first = here.openings.getFirst();
                if (isEdge(entry.getKey(), first)) {
                    edge = here.hosts;
                    entrance = entrance(here, first);
                    continue;
                }
                Listener listener = here.listener;
                if (listener == null || !here.connections.isEmpty()) {
                    listener = listener(entry.getKey(), here, first);
                    here.listener = listener;
                }
                listeners.add(listener);
            }
            return new Behind(edge, entrance, listeners, states);
        }

        private Listener listener(Address address, Shared here, Opening first) {
            Entrance entrance = entrance(here, first);
            return switch (first.protocol()) {
                case HTTP, HTTPS ->
                        new Listener.Http(
                                first.name(), address, entrance, List.copyOf(here.hosts.values()));
                case TLS ->
                        new Listener.Sni(
                                first.name(),
                                address,
                                entrance,
                                here.connections.entrySet().stream()
                                        .map(it -> named(it.getKey(), it.getValue(), here))
                                        .toList());
                case TCP ->
                        new Listener.Tcp(
                                first.name(),
                                address,
                                entrance,
                                here.connections.values().stream()
                                        .findFirst()
                                        .orElseGet(
                                                () ->
                                                        Route.toOne(
                                                                first.source().toString(),
                                                                first.source().key().toString(),
                                                                Rulebook.nobody(
                                                                        first.source()
                                                                                .toString()))));
            };
        }

        private Listener.Named named(String name, Route route, Shared here) {
            boolean passthrough =
                    here.openings.stream()
                            .filter(it -> it.hostname().isEmpty() || covers(it.hostname(), name))
                            .max(
                                    java.util.Comparator.comparingInt(
                                            (Opening it) -> it.hostname().length()))
                            .map(it -> it.tls().passthrough())
                            .orElse(true);
            return new Listener.Named(Set.of(name), !passthrough, route);
        }

        private Entrance entrance(Shared here, Opening first) {
            Entrance asked = entrance(first);
            for (Opening other : here.openings) {
                asked = together(asked, entrance(other));
            }
            return here.certificates.isEmpty() ? asked : asked.withTls(server(here, first));
        }

        private Entrance entrance(Opening opening) {
            return entrances.getOrDefault(opening.name(), Entrance.usual());
        }

        /** The stricter of both; who is believed is for the first listener to say. */
        private static Entrance together(Entrance first, Entrance other) {
            boolean sooner =
                    first.age().isZero()
                            || !other.age().isZero() && other.age().compareTo(first.age()) < 0;
            return first.withAge(sooner ? other.age() : first.age())
                    .withConnectionsMax(Math.min(first.connectionsMax(), other.connectionsMax()))
                    .withProxyProtocol(
                            first.proxyProtocol() == ProxyProtocol.NONE
                                    ? other.proxyProtocol()
                                    : first.proxyProtocol());
        }

        private TlsServer server(Shared here, Opening first) {
            TlsServer usual = TlsServer.of(here.certificates.stream().distinct().toList());
            List<String> alpn = first.protocol() == Protocol.HTTPS ? usual.alpn() : List.of();
            List<String> authorities = authorities(first);
            if (authorities.isEmpty()) {
                return new TlsServer(usual.certificates(), usual.clients(), List.of(), alpn);
            }
            TlsServer.Clients clients =
                    first.tls().lenient() ? TlsServer.Clients.UNVERIFIED : TlsServer.Clients.MUST;
            return new TlsServer(usual.certificates(), clients, authorities, alpn);
        }

        private List<Certificate> certificates(Opening opening) {
            if (!ends(opening)) {
                return List.of();
            }
            return opening.tls().certificates().stream()
                    .flatMap(it -> material.certificate(it, opening.hostname()).stream())
                    .toList();
        }

        /** All of them, or none: who is missing might be who was to be kept out. */
        private List<String> authorities(Opening opening) {
            var pems = new ArrayList<String>();
            for (Key key : opening.tls().clients()) {
                Optional<String> pem = material.authority(key);
                pem.ifPresent(pems::add);
            }
            return pems;
        }
    }

    private static boolean ends(Opening opening) {
        return switch (opening.protocol()) {
            case HTTPS -> true;
            case TLS -> !opening.tls().passthrough();
            case HTTP, TCP -> false;
        };
    }

    private static String name(Place.Door door) {
        return door.gateway() + ":" + door.section();
    }

    private static boolean covers(String wide, String narrow) {
        return wide.equals(narrow)
                || wide.startsWith("*.")
                        && narrow.endsWith(wide.substring(1))
                        && narrow.length() > wide.length() - 1;
    }
}
