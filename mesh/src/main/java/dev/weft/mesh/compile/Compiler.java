package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.mesh.intent.ConnectionRule;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.Listing;
import dev.weft.mesh.intent.Opening;
import dev.weft.mesh.intent.PathRoute;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Split;
import dev.weft.mesh.intent.Terms;
import dev.weft.mesh.intent.Trust;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the data plane's snapshot from what it was told. Belongs to one thread at a time.
 *
 * <p>The result depends on what it was told and never on the order: routes are kept by Service, and
 * a change makes anew those of the Services that it touches, be it directly or through a split.
 */
final class Compiler {
    private final List<Route> fixed;
    private final Map<Key, ServiceFacts> services = new HashMap<>();
    private final Map<Key, SliceFacts> slices = new HashMap<>();
    private final Map<Key, TreeMap<Key, SliceFacts>> slicesByService = new HashMap<>();
    private final Map<Source.Kinded, List<Intent>> intents = new HashMap<>();
    private final Map<Key, List<PathRoute>> pathsByService = new HashMap<>();
    private final Map<Key, Set<Key>> rootsByBackend = new HashMap<>();
    private final TreeMap<Key, ServiceRoutes> routes = new TreeMap<>();
    private final Set<Key> touched = new LinkedHashSet<>();
    private final TreeMap<Source, Listing> listings = new TreeMap<>();
    private final World world = new World();
    private final Wishes wishes = new Wishes();
    private final Callers callers = new Callers();
    private final Material material = new Material();
    private final Backends backends = new Backends(world, wishes, material);
    private final Rulebook rules = new Rulebook(backends, wishes);
    private final Doors doors;
    private final Kept kept = new Kept();
    private Splits splits = Splits.none();
    private boolean splitsTouched;
    private boolean doorsTouched;
    private boolean namesAuthorities;

    /**
     * @param fixed routes of the edge that stand whatever is applied, for hosts that are no
     *     Service's
     */
    public Compiler(List<Route> fixed) {
        this(fixed, Front.none());
    }

    Compiler(List<Route> fixed, Front front) {
        this.fixed = List.copyOf(fixed);
        this.doors = new Doors(front, rules, wishes, material);
    }

    public void putService(Resource resource) {
        @Nullable ServiceFacts facts = ServiceFacts.of(resource).orElse(null);
        @Nullable ServiceFacts before =
                facts == null
                        ? services.remove(resource.key())
                        : services.put(resource.key(), facts);
        if (!Objects.equals(before, facts)) {
            touched.add(resource.key());
        }
    }

    public void removeService(Key key) {
        if (services.remove(key) != null) {
            touched.add(key);
        }
    }

    public void putSlice(Resource resource) {
        SliceFacts facts = SliceFacts.of(resource);
        SliceFacts before = slices.get(resource.key());
        if (facts.equals(before)) {
            return;
        }
        removeSlice(resource.key());
        slices.put(resource.key(), facts);
        slicesByService
                .computeIfAbsent(facts.service(), service -> new TreeMap<>())
                .put(resource.key(), facts);
        touched.add(facts.service());
    }

    public void removeSlice(Key key) {
        SliceFacts facts = slices.remove(key);
        if (facts == null) {
            return;
        }
        TreeMap<Key, SliceFacts> others = slicesByService.get(facts.service());
        if (others != null) {
            others.remove(key);
            if (others.isEmpty()) {
                slicesByService.remove(facts.service());
            }
        }
        touched.add(facts.service());
    }

    public void putPod(Resource pod) {
        callers.put(pod);
    }

    public void removePod(Key key) {
        callers.remove(key);
    }

    public void putSecret(Resource secret) {
        materialChanged(material.putSecret(secret));
    }

    public void removeSecret(Key key) {
        materialChanged(material.removeSecret(key));
    }

    public void putConfigMap(Resource map) {
        materialChanged(material.putConfigMap(map));
    }

    public void removeConfigMap(Key key) {
        materialChanged(material.removeConfigMap(key));
    }

    private void materialChanged(boolean changed) {
        if (changed) {
            doorsTouched = true;
            doors.changed();
            touched.addAll(wishes.trusting());
        }
    }

    /** What an object wants now; nothing once it is gone. */
    public void putIntents(Source.Kinded about, List<Intent> wanted) {
        List<Intent> old = intents.getOrDefault(about, List.of());
        if (old.equals(wanted)) {
            // the very objects that were learnt are kept, since rules are forgotten by identity
            return;
        }
        if (wanted.isEmpty()) {
            intents.remove(about);
        } else {
            intents.put(about, wanted);
        }
        doorsTouched = true;
        old.forEach(this::forget);
        wanted.forEach(this::learn);
    }

    private void forget(Intent intent) {
        switch (intent) {
            case Split split -> splitsTouched = true;
            case PathRoute path -> {
                List<PathRoute> others =
                        new ArrayList<>(pathsByService.getOrDefault(path.service(), List.of()));
                others.remove(path);
                if (others.isEmpty()) {
                    pathsByService.remove(path.service());
                } else {
                    pathsByService.put(path.service(), others);
                }
                touched.add(path.service());
            }
            case Opening opening -> doors.remove(opening);
            case HttpRule rule -> {
                rules.remove(rule);
                touched.addAll(rules.callees(rule));
            }
            case ConnectionRule rule -> rules.remove(rule);
            case Trust trust -> {
                wishes.remove(trust);
                touched.add(trust.service());
            }
            case Terms terms -> {
                wishes.remove(terms);
                asked(terms);
            }
            case Listing listing -> listings.remove(listing.source());
        }
    }

    private void asked(Terms terms) {
        if (terms.target().kind().equals("Service")) {
            touched.add(terms.target().key());
        } else {
            rules.forgetAll();
            doors.changed();
            touched.addAll(rules.callees());
        }
    }

    private void learn(Intent intent) {
        switch (intent) {
            case Split split -> splitsTouched = true;
            case PathRoute path -> {
                pathsByService
                        .computeIfAbsent(path.service(), service -> new ArrayList<>())
                        .add(path);
                touched.add(path.service());
            }
            case Opening opening -> {
                namesAuthorities |= !opening.tls().clients().isEmpty();
                doors.add(opening);
            }
            case HttpRule rule -> {
                rules.add(rule);
                touched.addAll(rules.callees(rule));
            }
            case ConnectionRule rule -> rules.add(rule);
            case Trust trust -> {
                namesAuthorities |= !trust.authorities().isEmpty();
                wishes.add(trust);
                touched.add(trust.service());
            }
            case Terms terms -> {
                wishes.add(terms);
                asked(terms);
            }
            case Listing listing -> listings.put(listing.source(), listing);
        }
    }

    /** Whether anything has ever asked for an authority that a ConfigMap holds. */
    boolean namesAuthorities() {
        return namesAuthorities;
    }

    /** Whether nothing has changed since the last snapshot was made. */
    public boolean isCurrent() {
        boolean asCalled = !callers.isTouched() || !rules.asksForCallers();
        return touched.isEmpty() && !splitsTouched && !doorsTouched && asCalled;
    }

    /** The snapshot for what is known now. */
    public Compiled compile() {
        if (splitsTouched) {
            replaceSplits();
            splitsTouched = false;
        }
        doorsTouched = false;
        Set<Key> changed = withRootsAbove(touched);
        changed.addAll(rules.calleesAbove(changed));
        rules.forget(changed);
        backends.forget(changed);
        for (Key key : changed) {
            ServiceFacts facts = services.get(key);
            if (facts == null) {
                routes.remove(key);
            } else {
                routes.put(key, ServiceRoutes.of(facts, world));
            }
        }
        touched.clear();
        Doors.Behind behind = doors.make();
        return new Compiled(snapshot(behind), remarks(), behind.states());
    }

    private void replaceSplits() {
        Splits before = splits;
        splits =
                Splits.of(
                        intents.values().stream()
                                .flatMap(Collection::stream)
                                .filter(Split.class::isInstance)
                                .map(Split.class::cast)
                                .toList());
        for (Split split : before.inForce()) {
            if (!splits.at(split.root()).equals(Optional.of(split))) {
                touched.addAll(withRootsAbove(Set.of(split.root())));
            }
        }
        rootsByBackend.clear();
        for (Split split : splits.inForce()) {
            for (Split.Share share : split.shares()) {
                rootsByBackend
                        .computeIfAbsent(share.service(), service -> new HashSet<>())
                        .add(split.root());
            }
            if (!before.at(split.root()).equals(Optional.of(split))) {
                touched.add(split.root());
            }
        }
    }

    private Set<Key> withRootsAbove(Set<Key> changed) {
        var all = new LinkedHashSet<>(changed);
        var open = new ArrayDeque<>(changed);
        while (!open.isEmpty()) {
            for (Key root : rootsByBackend.getOrDefault(open.remove(), Set.of())) {
                if (all.add(root)) {
                    open.add(root);
                }
            }
        }
        return all;
    }

    private Snapshot snapshot(Doors.Behind behind) {
        var hosts = new EdgeHosts(behind.edge(), kept);
        var listeners = new ArrayList<Listener>(routes.size());
        var addresses = HashSet.<Address>newHashSet(routes.size());
        var paths = new ArrayList<ServiceRoutes.Path>();
        for (ServiceRoutes service : routes.values()) {
            service.hosts().forEach(hosts::add);
            paths.addAll(service.paths());
            for (Listener listener : service.listeners()) {
                if (addresses.add(listener.address())) {
                    listeners.add(listener);
                }
            }
        }
        for (Listener listener : behind.listeners()) {
            if (addresses.add(listener.address())) {
                listeners.add(listener);
            }
        }
        return new Snapshot(
                hosts.all(byPath(paths)),
                listeners,
                callers.byAddress(),
                outward(),
                behind.entrance());
    }

    private Outward outward() {
        return listings.isEmpty()
                ? Outward.nowhere()
                : new Outward(
                        listings.values().stream().flatMap(it -> it.lines().stream()).toList());
    }

    /** What is fixed stands before what is wanted, and the older wish before the younger. */
    private List<Route> byPath(List<ServiceRoutes.Path> paths) {
        paths.sort(Comparator.comparing(path -> path.intent().source()));
        var byPrefix =
                LinkedHashMap.<String, List<Route>>newLinkedHashMap(fixed.size() + paths.size());
        fixed.forEach(route -> byPrefix.put(route.match().prefix(), List.of(route)));
        paths.forEach(path -> byPrefix.putIfAbsent(path.intent().prefix(), path.routes()));
        var all = new ArrayList<Route>(byPrefix.size());
        byPrefix.values().forEach(all::addAll);
        return all;
    }

    private Map<Source, List<Remark>> remarks() {
        var remarks = new HashMap<Source, List<Remark>>();
        for (Split split : splits.looping()) {
            remarks.put(
                    split.source(),
                    List.of(
                            new Remark(
                                    "SplitLoop",
                                    "The split is not applied: its backends' own splits lead back"
                                            + " to %s".formatted(split.root()))));
        }
        for (Splits.Shadowed shadowed : splits.shadowed()) {
            remarks.put(
                    shadowed.split().source(),
                    List.of(
                            new Remark(
                                    "SplitShadowed",
                                    "The split is not applied: %s is older and has the same root %s"
                                            .formatted(shadowed.by(), shadowed.split().root()))));
        }
        for (Split split : splits.inForce()) {
            ServiceRoutes made = routes.get(split.root());
            List<Remark> found =
                    made == null
                            ? List.of(
                                    new Remark(
                                            "RootMissing",
                                            "There is no Service %s yet".formatted(split.root())))
                            : made.remarks();
            if (!found.isEmpty()) {
                remarks.put(split.source(), found);
            }
        }
        return remarks;
    }

    private final class World implements ServiceRoutes.World {
        @Override
        public Optional<ServiceFacts> service(Key key) {
            return Optional.ofNullable(services.get(key));
        }

        @Override
        public List<Address> ready(Key service, ServiceFacts.Port port) {
            TreeMap<Key, SliceFacts> mine = slicesByService.get(service);
            if (mine == null) {
                return List.of();
            }
            var ready = new LinkedHashSet<Address>();
            mine.values()
                    .forEach(
                            slice ->
                                    ready.addAll(
                                            slice.ready().getOrDefault(port.name(), List.of())));
            return List.copyOf(ready);
        }

        @Override
        public Splits splits() {
            return splits;
        }

        @Override
        public Backend endpoints(Key service, ServiceFacts.Port port, Backends.Carried carried) {
            return backends.endpoints(service, port, false, carried);
        }

        @Override
        public Asking asking(Key service) {
            return Asking.ofService(service, backends.towards(service), wishes);
        }

        @Override
        public ServiceRoutes.Asked asked(Key service, int port) {
            return rules.asked(service, port);
        }

        @Override
        public List<PathRoute> paths(Key service) {
            return pathsByService.getOrDefault(service, List.of());
        }
    }
}
