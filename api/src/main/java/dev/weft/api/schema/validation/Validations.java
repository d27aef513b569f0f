package dev.weft.api.schema.validation;

import dev.weft.api.cel.CompileException;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of a kind, and the question which of them an object breaks. Immutable; any thread. */
public final class Validations {
    static final String WORD = "x-kubernetes-validations";
    private static final long WORK_MAX = 10_000_000;
    private static final Validations NONE = new Validations(null);

    private final @Nullable Node root;

    private Validations(@Nullable Node root) {
        this.root = root;
    }

    /**
     * The rules at one place of the schema and below it; places without any are left out.
     *
     * @param shape null where expressions cannot look at the place, which then has no rules
     */
    record Node(
            Schema schema,
            @Nullable Shape shape,
            List<Rule> rules,
            Map<String, Node> fields,
            @Nullable Node items,
            @Nullable Node values) {}

    /** Those that the schema states. */
    public static Validations of(Schema schema) {
        return schema.derived(Validations.class, Validations::compiled);
    }

    private static Validations compiled(Schema schema) {
        Node root = node(schema, true);
        return root == null ? NONE : new Validations(root);
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
        var causes = new Causes();
        if (root != null) {
            new Run(causes, new Budget(WORK_MAX)).check(root, tree, before.orElse(null), "");
        }
        return causes.all();
    }

    /** The rules that a value breaks which is no whole object. */
    public static List<Cause> brokenBy(Json value, Schema schema) {
        var causes = new Causes();
        Node node = node(schema, false);
        if (node != null) {
            new Run(causes, new Budget(WORK_MAX)).check(node, value, null, "");
        }
        return causes.all();
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
        return new Node(schema, shape, rules, fields, items, values);
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
                System.getLogger(Validations.class.getName())
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
