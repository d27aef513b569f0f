package dev.weft.api.cel;

import dev.weft.api.cel.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed expression. Nodes are told apart by identity, since the checker keeps the type of each.
 * {@code at} is where problems with the node are shown, in code points from the start of the text.
 */
sealed interface Expr {
    int at();

    record Literal(int at, Value value) implements Expr {}

    record Ident(int at, String name) implements Expr {}

    /**
     * {@code operand.field}
     *
     * @param test whether only the presence is asked for, as by {@code has()}
     */
    record Select(int at, Expr operand, String field, boolean test) implements Expr {}

    /**
     * A call of a function or an operator.
     *
     * @param target what the function is called on, null where on nothing
     */
    record Call(int at, @Nullable Expr target, String function, List<Expr> args) implements Expr {}

    record ListOf(int at, List<Expr> items, List<Boolean> optional) implements Expr {}

    record MapOf(int at, List<Entry> entries) implements Expr {}

    record Entry(int at, Expr key, Expr value, boolean optional) {}

    /** {@code Type{field: value}}; no type can be made so, and the checker says it. */
    record Struct(int at, String type) implements Expr {}

    /**
     * A macro that goes through a list or a map.
     *
     * @param second the second variable, empty where there is one only
     * @param filter the condition, null where there is none
     * @param result what is gathered, null where nothing is
     */
    record Loop(
            int at,
            Fold fold,
            Expr range,
            String first,
            String second,
            @Nullable Expr filter,
            @Nullable Expr result)
            implements Expr {}

    /** {@code let name = value in body}: what the macros of optional values and of sorting need. */
    record Let(int at, String function, Expr target, String name, Expr body) implements Expr {}

    /** What a loop makes of the range. */
    enum Fold {
        ALL,
        EXISTS,
        EXISTS_ONE,
        LIST,
        MAP,
        MAP_ENTRY
    }
}
