package dev.weft.api.model;

/** Which object of a kind. The namespace is empty for what belongs to none. */
public record Key(String namespace, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    // By hand: what the JDK puts together for a record is not in the start-up cache.
    @Override
    public boolean equals(Object other) {
        return other instanceof Key it && name.equals(it.name) && namespace.equals(it.namespace);
    }

    @Override
    public int hashCode() {
        return 31 * namespace.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
