package dev.weft.api.schema.validation;

import dev.weft.api.cel.CompileException;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.foundation.log.LateLogger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a kind, and the question which of them an object breaks. Any thread.
 *
 * <p>What stood in an object that broke no rule is not asked again: a large object of which little
 * changes costs what changes.
 */
public final class Validations {
    static final String WORD = "x-kubernetes-validations";
    private static final long WORK_MAX = 10_000_000;

    private final @Nullable Node root;
    private final Known known = new Known();
    private final Known sound = new Known();

    private Validations(@Nullable Node root) {
        this.root = root;
    }

    /**
     * The rules at one place of the schema and below it; places without any are left out.
     *
     * @param shape null where expressions cannot look at the place, which then has no rules
     * @param compares whether one of them looks at what was there before
     */
    record Node(
            Schema schema,
            @Nullable Shape shape,
            List<Rule> rules,
            Map<String, Node> fields,
            @Nullable Node items,
            @Nullable Node values,
            boolean compares) {
        static Node of(
                Schema schema,
                @Nullable Shape shape,
                List<Rule> rules,
                Map<String, Node> fields,
                @Nullable Node items,
                @Nullable Node values) {
            boolean compares =
                    rules.stream().anyMatch(Rule::isTransition)
                            || fields.values().stream().anyMatch(Node::compares)
                            || items != null && items.compares
                            || values != null && values.compares;
            return new Node(schema, shape, rules, fields, items, values, compares);
        }
    }

    /** Those that the schema states. */
    public static Validations of(Schema schema) {
        return schema.derived(Validations.class, Validations::compiled);
    }

    private static Validations compiled(Schema schema) {
        return new Validations(node(schema, true));
    }

    /** Fields of objects of the kind that are known to have the form that the schema demands. */
    public Known sound() {
        return sound;
    }

    /** Whether there are any. */
    public boolean isEmpty() {
        return root == null;
    }

    /**
     * The rules that an object breaks.
     *
     * @param before the object as it stood; where there was none, rules that compare are not asked
     */
    public List<Cause> check(JsonObject tree, Optional<JsonObject> before) {
        if (root == null) {
            return List.of();
        }
        JsonObject old = before.orElse(null);
        JsonObject twin = old == null ? JsonObject.empty() : known.fields(old);
        var causes = new Causes();
        var run = new Run(causes, new Budget(WORK_MAX));
        run.check(root, tree, new Run.Before(old, twin, false));
        if (causes.isEmpty()) {
            learn(root, tree, twin, run.isCertain());
        }
        return causes.all();
    }

    private static List<Cause> causes(Node node, Json value, Run.Before before) {
        var causes = new Causes();
        new Run(causes, new Budget(WORK_MAX)).check(node, value, before);
        return causes.all();
    }

    /**
     * An object that is let pass may still be broken where it did not change: that is looked at
     * once as if it were new.
     */
    private void learn(Node root, JsonObject tree, JsonObject twin, boolean certain) {
        for (int i = 0; i < tree.size(); i++) {
            Json value = tree.value(i);
            Node node = root.fields().get(tree.name(i));
            if (node == null || known.has(value)) {
                continue;
            }
            var before = new Run.Before(null, field(twin, tree.name(i)), false);
            if (certain || causes(node, value, before).isEmpty()) {
                known.add(value);
            }
        }
    }

    /** The rules that a value breaks which is no whole object. */
    public static List<Cause> brokenBy(Json value, Schema schema) {
        Node node = node(schema, false);
        return node == null ? List.of() : causes(node, value, Run.Before.NOTHING);
    }

    private static @Nullable Node node(Schema schema, boolean isRoot) {
        var fields = new LinkedHashMap<String, Node>();
        schema.properties()
                .forEach(
                        (name, property) -> {
                            Node node = node(property, false);
                            if (node != null) {
                                fields.put(name, node);
                            }
                        });
        Node items = schema.items().map(it -> node(it, false)).orElse(null);
        Node values = schema.values().map(it -> node(it, false)).orElse(null);
        JsonArray documents = schema.rules().array(WORD);
        if (documents.isEmpty() && fields.isEmpty() && items == null && values == null) {
            return null;
        }
        Shape shape = documents.isEmpty() ? null : Shape.of(schema, "object", isRoot);
        List<Rule> rules = shape == null ? List.of() : rules(documents, schema, shape);
        return Node.of(schema, shape, rules, fields, items, values);
    }

    /**
     * A definition whose rules do not compile was refused; one from before that is not is spared.
     */
    private static List<Rule> rules(JsonArray documents, Schema schema, Shape shape) {
        var rules = new ArrayList<Rule>();
        for (JsonObject document : documents.objects()) {
            try {
                rules.add(Rule.of(document, schema, shape.type()));
            } catch (CompileException e) {
                LateLogger.of(Validations.class)
                        .log(
                                System.Logger.Level.WARNING,
                                "a rule is left out: {0}",
                                e.getMessage());
            }
        }
        return rules;
    }

    static @Nullable Json field(@Nullable Json object, String name) {
        return object instanceof JsonObject it ? it.field(name).orElse(null) : null;
    }
}
