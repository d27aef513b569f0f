package dev.weft.api.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map that never changes: putting and removing give a new map, which shares all but the
 * way to the changed entry. Any thread. A list of any moment thus stays whole and costs nothing to
 * keep.
 *
 * <p>A weight-balanced tree: of two siblings none weighs more than three times the other.
 */
public final class Shelf<K extends Comparable<K>, V> {
    private static final int DELTA = 3;
    private static final int RATIO = 2;

    private final @Nullable Node<K, V> root;

    private Shelf(@Nullable Node<K, V> root) {
        this.root = root;
    }

    private record Node<K, V>(
            K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right, int size) {}

    public static <K extends Comparable<K>, V> Shelf<K, V> empty() {
        return new Shelf<>(null);
    }

    /** A shelf of these, in time that grows with their number alone. Keys must ascend. */
    static <K extends Comparable<K>, V> Shelf<K, V> ofSorted(List<K> keys, List<V> values) {
        return new Shelf<>(build(keys, values, 0, keys.size()));
    }

    public int size() {
        return size(root);
    }

    public Optional<V> find(K key) {
        Node<K, V> here = root;
        while (here != null) {
            int order = key.compareTo(here.key);
            if (order == 0) {
                return Optional.of(here.value);
            }
            here = order < 0 ? here.left : here.right;
        }
        return Optional.empty();
    }

    Shelf<K, V> with(K key, V value) {
        return new Shelf<>(put(root, key, value));
    }

    Shelf<K, V> without(K key) {
        return find(key).isEmpty() ? this : new Shelf<>(remove(root, key));
    }

    /** Shows the values in ascending order of their keys, as long as the visitor says true. */
    public void walk(Predicate<V> visitor) {
        walk(root, null, visitor);
    }

    /** Shows the values whose keys come after this one, as long as the visitor says true. */
    public void walkAfter(K key, Predicate<V> visitor) {
        walk(root, key, visitor);
    }

    private static <K extends Comparable<K>, V> boolean walk(
            @Nullable Node<K, V> node, @Nullable K after, Predicate<V> visitor) {
        if (node == null) {
            return true;
        }
        if (after != null && node.key.compareTo(after) <= 0) {
            return walk(node.right, after, visitor);
        }
        return walk(node.left, after, visitor)
                && visitor.test(node.value)
                && walk(node.right, null, visitor);
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> build(
            List<K> keys, List<V> values, int from, int to) {
        if (from >= to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        return node(
                keys.get(middle),
                values.get(middle),
                build(keys, values, from, middle),
                build(keys, values, middle + 1, to));
    }

    private static <K extends Comparable<K>, V> Node<K, V> put(
            @Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return node(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return node(key, value, node.left, node.right);
        }
        return order < 0
                ? balanced(node.key, node.value, put(node.left, key, value), node.right)
                : balanced(node.key, node.value, node.left, put(node.right, key, value));
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(
            @Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balanced(node.key, node.value, remove(node.left, key), node.right);
        }
        if (order > 0) {
            return balanced(node.key, node.value, node.left, remove(node.right, key));
        }
        if (node.left == null || node.right == null) {
            return node.left == null ? node.right : node.left;
        }
        Node<K, V> next = first(node.right);
        return balanced(next.key, next.value, node.left, remove(node.right, next.key));
    }

    private static <K, V> Node<K, V> first(Node<K, V> node) {
        Node<K, V> here = node;
        while (here.left != null) {
            here = here.left;
        }
        return here;
    }

    private static <K, V> Node<K, V> balanced(
            K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        int leftSize = size(left);
        int rightSize = size(right);
        if (leftSize + rightSize <= 1) {
            return node(key, value, left, right);
        }
        if (right != null && rightSize > DELTA * leftSize) {
            return raisedRight(key, value, left, right);
        }
        if (left != null && leftSize > DELTA * rightSize) {
            return raisedLeft(key, value, left, right);
        }
        return node(key, value, left, right);
    }

    private static <K, V> Node<K, V> raisedRight(
            K key, V value, @Nullable Node<K, V> left, Node<K, V> right) {
        Node<K, V> inner = right.left;
        if (inner == null || size(inner) < RATIO * size(right.right)) {
            return node(right.key, right.value, node(key, value, left, inner), right.right);
        }
        return node(
                inner.key,
                inner.value,
                node(key, value, left, inner.left),
                node(right.key, right.value, inner.right, right.right));
    }

    private static <K, V> Node<K, V> raisedLeft(
            K key, V value, Node<K, V> left, @Nullable Node<K, V> right) {
        Node<K, V> inner = left.right;
        if (inner == null || size(inner) < RATIO * size(left.left)) {
            return node(left.key, left.value, left.left, node(key, value, inner, right));
        }
        return node(
                inner.key,
                inner.value,
                node(left.key, left.value, left.left, inner.left),
                node(key, value, inner.right, right));
    }

    private static <K, V> Node<K, V> node(
            K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        return new Node<>(key, value, left, right, size(left) + size(right) + 1);
    }

    private static int size(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size;
    }
}
