package dev.weft.api.control;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The objects that an informer knows, and its indexes over them. Written by the informer's thread,
 * read by any; a lock keeps an object and its index entries together. As large as what the API
 * holds of the kind. What is handed out is immutable and in the order of the keys.
 */
final class ObjectCache {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final NavigableMap<Key, Resource> objects = new TreeMap<>();
    private final Map<String, Index> indexes = new HashMap<>();
    private String seen = "";

    private record Index(
            Function<Resource, ? extends Collection<String>> values,
            Map<String, NavigableMap<Key, Resource>> entries) {

        void put(Resource resource) {
            put(resource, values.apply(resource));
        }

        private void put(Resource resource, Collection<String> under) {
            for (String value : under) {
                entries.computeIfAbsent(value, v -> new TreeMap<>()).put(resource.key(), resource);
            }
        }

        /** What stays under its values is put in the place of what was there. */
        void replace(Resource before, Resource now) {
            Collection<String> left = values.apply(before);
            Collection<String> under = values.apply(now);
            if (!left.equals(under)) {
                remove(before, left);
            }
            put(now, under);
        }

        void remove(Resource resource) {
            remove(resource, values.apply(resource));
        }

        private void remove(Resource resource, Collection<String> from) {
            for (String value : from) {
                NavigableMap<Key, Resource> entry = entries.get(value);
                if (entry != null) {
                    entry.remove(resource.key());
                    if (entry.isEmpty()) {
                        entries.remove(value);
                    }
                }
            }
        }
    }

    void addIndex(String name, Function<Resource, ? extends Collection<String>> values) {
        writing(
                () -> {
                    var index = new Index(values, new HashMap<>());
                    objects.values().forEach(index::put);
                    if (indexes.putIfAbsent(name, index) != null) {
                        throw new IllegalArgumentException("index " + name + " is there already");
                    }
                    return Optional.empty();
                });
    }

    Optional<Resource> find(Key key) {
        return reading(() -> Optional.ofNullable(objects.get(key)));
    }

    List<Resource> all() {
        return reading(() -> List.copyOf(objects.values()));
    }

    List<Resource> in(String namespace) {
        return reading(
                () ->
                        objects.tailMap(new Key(namespace, ""), true).values().stream()
                                .takeWhile(it -> it.namespace().equals(namespace))
                                .toList());
    }

    List<Resource> by(String name, String value) {
        return reading(
                () -> {
                    Index index = indexes.get(name);
                    if (index == null) {
                        throw new IllegalArgumentException(
                                "index: " + name + " (expected: one of " + indexes.keySet() + ")");
                    }
                    NavigableMap<Key, Resource> entry = index.entries.get(value);
                    return entry == null ? List.of() : List.copyOf(entry.values());
                });
    }

    int size() {
        return reading(objects::size);
    }

    /** The version up to which everything is known. */
    String seen() {
        return reading(() -> seen);
    }

    void seen(String version) {
        writing(
                () -> {
                    seen = Versions.later(seen, version);
                    return Optional.empty();
                });
    }

    /**
     * Takes in an object as a watch shows it. A version that is older than the known one is passed
     * by, and so is an unknown object from before what is known already: a watch tells in order, so
     * that is an echo of something that has been deleted since.
     */
    Optional<Observed> put(Resource now) {
        return writing(
                () -> {
                    boolean echo =
                            !objects.containsKey(now.key())
                                    && Versions.isOlder(now.resourceVersion(), seen);
                    Optional<Observed> observed = echo ? Optional.empty() : replace(now);
                    seen = Versions.later(seen, now.resourceVersion());
                    return observed;
                });
    }

    /** Takes an object out, unless a later one of that name is known. */
    Optional<Observed> remove(Resource last) {
        return writing(
                () -> {
                    seen = Versions.later(seen, last.resourceVersion());
                    Resource known = objects.get(last.key());
                    if (known == null
                            || Versions.isOlder(last.resourceVersion(), known.resourceVersion())) {
                        return Optional.empty();
                    }
                    take(known);
                    return Optional.of(new Observed.Gone(last));
                });
    }

    /** Takes in all that there is at one moment, and says in what that differs from before. */
    List<Observed> replaceAll(Collection<Resource> current, String version) {
        return writing(
                () -> {
                    List<Observed> observed = new ArrayList<>();
                    Set<Key> present = new HashSet<>();
                    for (Resource now : current) {
                        present.add(now.key());
                        replace(now).ifPresent(observed::add);
                    }
                    for (Resource known : List.copyOf(objects.values())) {
                        if (!present.contains(known.key())) {
                            take(known);
                            observed.add(new Observed.Gone(known));
                        }
                    }
                    seen = Versions.later(seen, version);
                    return observed;
                });
    }

    private Optional<Observed> replace(Resource now) {
        Resource known = objects.get(now.key());
        if (known == null) {
            place(now);
            return Optional.of(new Observed.Appeared(now));
        }
        boolean same =
                known.resourceVersion().equals(now.resourceVersion())
                        && known.uid().equals(now.uid());
        if (same || Versions.isOlder(now.resourceVersion(), known.resourceVersion())) {
            return Optional.empty();
        }
        objects.put(now.key(), now);
        indexes.values().forEach(index -> index.replace(known, now));
        return Optional.of(new Observed.Changed(known, now));
    }

    private void place(Resource resource) {
        objects.put(resource.key(), resource);
        indexes.values().forEach(index -> index.put(resource));
    }

    private void take(Resource resource) {
        objects.remove(resource.key());
        indexes.values().forEach(index -> index.remove(resource));
    }

    private <T> T reading(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    private <T> T writing(Supplier<T> work) {
        lock.writeLock().lock();
        try {
            return work.get();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
