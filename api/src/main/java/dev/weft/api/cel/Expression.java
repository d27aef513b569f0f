package dev.weft.api.cel;

import dev.weft.api.cel.cost.Place;
import dev.weft.api.cel.function.Library;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import java.util.List;
import java.util.SequencedMap;

/** An expression that was read, checked and made ready to run. Immutable; any thread. */
public final class Expression {
    private final Checker.Checked checked;
    private final Planner.Plan plan;
    private final List<String> variables;

    private Expression(Checker.Checked checked, Planner.Plan plan, List<String> variables) {
        this.checked = checked;
        this.plan = plan;
        this.variables = variables;
    }

    /**
     * @param variables the names that the expression may use, with their types, in the order in
     *     which {@link #evaluate} is given their values
     * @throws CompileException with all that is wrong, each with its place in the text
     */
    public static Expression compile(String text, SequencedMap<String, Type> variables) {
        int[] source = text.codePoints().toArray();
        var problems = new Problems(source);
        Expr parsed = Parser.parse(source, problems);
        if (parsed == null) {
            throw new CompileException("compilation failed: " + problems);
        }
        Checker.Checked checked = Checker.check(parsed, variables, problems);
        if (!problems.isEmpty()) {
            throw new CompileException("compilation failed: " + problems);
        }
        List<String> names = List.copyOf(variables.keySet());
        return new Expression(checked, Planner.plan(checked.expr(), names), names);
    }

    /** Whether the language keeps the word for itself: it can be no variable's name. */
    public static boolean reserves(String word) {
        return Parser.RESERVED.contains(word);
    }

    /**
     * The span of time that a text such as {@code 1h30m} stands for.
     *
     * @throws EvalException where it stands for none
     */
    public static Value duration(String text) {
        return Library.function("duration")
                .call(new Value[] {new Value.Text(text)}, new Budget(Long.MAX_VALUE));
    }

    /** The type of the value. */
    public Type type() {
        return checked.type();
    }

    /** Whether the value depends on the variable. */
    public boolean uses(String variable) {
        return checked.types().keySet().stream()
                .anyMatch(it -> it instanceof Expr.Ident ident && ident.name().equals(variable));
    }

    /**
     * What finding the value may cost at most; the largest number where nothing bounds it.
     *
     * @param self where the variables stand in the object
     */
    public long costMax(Place self) {
        return Estimate.of(checked, self);
    }

    /**
     * @param values those of the variables
     * @throws EvalException where it has no value
     * @throws Budget.OverException where finding the value is too much work
     */
    public Value evaluate(List<Value> values, Budget budget) {
        budget.begin();
        var slots = new Value[Math.max(plan.slots(), variables.size())];
        for (int i = 0; i < values.size(); i++) {
            slots[i] = values.get(i);
        }
        return plan.code().run(new Planner.Frame(slots, budget));
    }
}
