package dev.weft.api.kind;

import dev.weft.api.schema.Schema;
import java.util.List;
import java.util.Optional;

/**
 * One version of a kind.
 *
 * @param served whether it can be asked for
 * @param stored whether objects are kept in this version
 * @param deprecation the warning that goes with every answer, empty for none
 */
public record KindVersion(
        String name,
        boolean served,
        boolean stored,
        Schema schema,
        Surface surface,
        String deprecation) {

    /**
     * What can be asked of objects beside the objects themselves.
     *
     * @param status whether the status is written by itself
     * @param others further subresources, such as {@code log}
     * @param selectable the fields that a field selector may name, beside name and namespace
     */
    public record Surface(
            boolean status,
            Optional<Scale> scale,
            List<String> others,
            List<Column> columns,
            List<String> selectable) {
        public Surface {
            others = List.copyOf(others);
            columns = List.copyOf(columns);
            selectable = List.copyOf(selectable);
        }
    }

    /**
     * Where the scale of an object stands, as paths with dots: {@code .spec.replicas}.
     *
     * @param selector the path of the label selector, empty for none; a text, or (built-in kinds) a
     *     selector object
     */
    public record Scale(String specReplicas, String statusReplicas, String selector) {}

    public boolean hasStatus() {
        return surface.status();
    }

    public Optional<Scale> scale() {
        return surface.scale();
    }

    public List<Column> columns() {
        return surface.columns();
    }
}
